-- True where containers of a function understand HTTP/2 alone.
alter table function add column http2 boolean not null default false;

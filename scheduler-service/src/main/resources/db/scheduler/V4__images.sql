-- Null where containers of a function are processes, as they all were before.
alter table function add column image text;
alter table function add column host_network boolean not null default false;

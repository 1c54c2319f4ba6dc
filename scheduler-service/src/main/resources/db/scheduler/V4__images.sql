-- Null where containers of a function are processes, as they all were before.
alter table function add column image text;
alter table function add column host_network boolean not null default false;

-- Where the container was that has left an address: on a bridge the address does not say so. Empty of those from before.
alter table vacated add column node text not null default '';

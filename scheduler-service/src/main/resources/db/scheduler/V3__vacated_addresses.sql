-- False where the last turn left apps undecided: the routes that gateways have may be older than the containers here.
alter table lease add column settled boolean not null default false;

-- Addresses that containers have left, and that gateways may still send their app's requests to.
create table vacated (
  host text not null,
  port int not null,
  environment text not null,
  app text not null,
  life text not null,
  -- The first routes that don't name it any more; 0 where they were not published yet.
  left_at bigint not null,
  primary key (host, port)
);

-- Gateways that may know routes: a new leader waits for them though it has never heard them.
create table gateway (
  name text primary key
);

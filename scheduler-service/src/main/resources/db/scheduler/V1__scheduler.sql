-- One row. Whoever raised the epoch last leads; every write checks it.
create table lease (
  id int primary key check (id = 1),
  holder text not null,
  epoch bigint not null,
  expires_at timestamptz not null,
  routes_sequence bigint not null
);
insert into lease values (1, '', 0, '-infinity', 0);

create table app (
  environment text not null,
  app text not null,
  live int not null,
  begun int not null,
  primary key (environment, app)
);

-- Copies of the registry's immutable specs, so that what runs can be kept running without it.
create table version (
  environment text not null,
  app text not null,
  version int not null,
  message bytea not null,
  primary key (environment, app, version)
);

create table rollout (
  environment text not null,
  app text not null,
  version int not null,
  step text not null,
  reason text not null,
  started_at timestamptz not null,
  cutover_at timestamptz,
  cutover_sequence bigint not null,
  live_at timestamptz,
  in_flight_at_cutover bigint not null,
  finished bigint not null,
  cut_at_deadline bigint not null,
  dropped bigint not null,
  abandoned bigint not null,
  taken_back bigint not null,
  unaccounted bigint not null,
  longest_drain_millis bigint not null,
  complete boolean not null,
  primary key (environment, app, version)
);

create table container (
  id text primary key,
  environment text not null,
  app text not null,
  version int not null,
  function text not null,
  node text not null,
  goal text not null,
  phase text not null,
  reason text not null,
  host text not null,
  port int not null,
  created_at timestamptz not null,
  ready_at timestamptz,
  drained_by int not null,
  drain_deadline timestamptz,
  drain_sequence bigint not null
);

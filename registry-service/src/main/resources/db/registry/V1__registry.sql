create table environment (
  name text primary key,
  created_at timestamptz not null
);
insert into environment values ('main', now());

create table source (
  digest text primary key,
  upload text not null,
  bytes bigint not null,
  created_at timestamptz not null
);
create table source_chunk (
  upload text not null,
  index int not null,
  data bytea not null,
  primary key (upload, index)
);
-- Those that are not complete yet.
create table source_upload (
  upload text primary key,
  started_at timestamptz not null
);

create table app (
  environment text not null references environment,
  name text not null,
  created_at timestamptz not null,
  newest_version int not null default 0,
  stopped_at timestamptz,
  stopped_by text,
  collect_at timestamptz,
  revision int not null default 0,
  primary key (environment, name)
);

create table version (
  environment text not null,
  app text not null,
  version int not null,
  kind text not null,
  rollback_of int not null default 0,
  deployed_by text not null,
  deployed_at timestamptz not null,
  tag text not null,
  commit_id text not null,
  spec bytea not null,
  source_digest text references source,
  spec_digest text not null,
  primary key (environment, app, version),
  foreign key (environment, app) references app on delete cascade
);

create index version_of_source on version (source_digest);

-- Two apps can't own one label.
create table label (
  label text primary key,
  environment text not null,
  app text not null,
  foreign key (environment, app) references app on delete cascade
);
create index label_of_app on label (environment, app);

create table token (
  id text primary key,
  user_name text not null,
  secret_hash text not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  user_name text not null,
  action text not null,
  environment text not null,
  app text not null,
  detail text not null
);

create table outbox (
  id bigint generated always as identity primary key,
  environment text not null,
  app text not null,
  newest_version int not null
);

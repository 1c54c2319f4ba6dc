-- A name that is used again is another app. Apps from before lives were told apart have the same one in the registry.
alter table app add column life text;
update app set life = md5(environment || '/' || app)::uuid::text;
alter table app alter column life set not null;
alter table app drop constraint app_pkey;
alter table app add primary key (environment, app, life);

alter table rollout add column life text;
update rollout set life = md5(environment || '/' || app)::uuid::text;
alter table rollout alter column life set not null;
alter table rollout drop constraint rollout_pkey;
alter table rollout add primary key (environment, app, life, version);

-- What a container holds on its node, whatever becomes of the spec that asked for it.
alter table container add column life text;
update container set life = md5(environment || '/' || app)::uuid::text;
alter table container alter column life set not null;
alter table container add column cpu_millis int not null default 0;
alter table container add column memory_bytes bigint not null default 0;
alter table container add column fixed_port int not null default 0;
alter table container add column devices text[] not null default '{}';
update container set ready_at = created_at where phase = 'READY' and ready_at is null;
delete from container where phase in ('STOPPED', 'FAILED');

-- Specs as the scheduler needs them; those that are missing are fetched from the registry.
drop table version;
create table version (
  environment text not null,
  app text not null,
  life text not null,
  version int not null,
  fresh boolean not null,
  recreate boolean not null,
  primary key (environment, app, life, version)
);
create table function (
  environment text not null,
  app text not null,
  life text not null,
  version int not null,
  position int not null,
  name text not null,
  digest text not null,
  kind text not null,
  port int not null,
  labels text[] not null,
  cpu_millis int not null,
  memory_bytes bigint not null,
  min_containers int not null,
  timeout_millis bigint not null,
  startup_timeout_millis bigint not null,
  primary key (environment, app, life, version, name),
  foreign key (environment, app, life, version) references version on delete cascade
);

-- What agents get of functions, by the digest of its bytes; versions and apps share them.
create table container_spec (
  digest text primary key,
  data bytea not null
);
-- Which versions need which: what no version needs goes with the collection of its app.
create table version_spec (
  environment text not null,
  app text not null,
  version int not null,
  digest text not null references container_spec,
  primary key (environment, app, version, digest),
  foreign key (environment, app, version) references version on delete cascade
);
create index version_of_spec on version_spec (digest);

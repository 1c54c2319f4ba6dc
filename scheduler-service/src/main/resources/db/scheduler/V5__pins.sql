-- The version that a rollback or rollover is a copy of; 0 of a deploy, and not known of those from before.
alter table version add column repeats int not null default 0;

-- What the name of an image means for a version: whatever becomes of its tag, and of the version's spec here.
create table pin (
  environment text not null,
  app text not null,
  life text not null,
  version int not null,
  name text not null,
  image text not null,
  primary key (environment, app, life, version, name)
);

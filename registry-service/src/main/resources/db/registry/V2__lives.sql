-- An app's name can be used again after its collection. Each row of an app is another life of the name.
alter table app add column life uuid not null default gen_random_uuid();
-- What the scheduler, too, makes of an app from before lives were told apart.
update app set life = md5(environment || '/' || name)::uuid;
alter table app alter column revision type bigint;

alter table version add column life uuid;
update version set life = app.life from app where app.environment = version.environment and app.name = version.app;
alter table version alter column life set not null;

alter table outbox add column life uuid;
alter table outbox add column revision bigint not null default 0;
update outbox set life = app.life, revision = app.revision from app
  where app.environment = outbox.environment and app.name = outbox.app;
-- Of apps that were collected before: the scheduler's list of all apps says the same.
delete from outbox where life is null;
alter table outbox alter column life set not null;

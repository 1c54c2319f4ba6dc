-- The newest version that has the label.
alter table label add column version int;
update label set version = app.newest_version from app
  where app.environment = label.environment and app.name = label.app;
alter table label alter column version set not null;

-- Labels that only versions before this one have are free. The scheduler moves it.
alter table app add column labels_from int not null default 0;
-- The newest one when the app was stopped last.
alter table app add column stopped_version int not null default 0;

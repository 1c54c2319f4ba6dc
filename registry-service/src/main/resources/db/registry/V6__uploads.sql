-- When the newest chunk came: an upload is given up when nothing of it has come for a while, however long it takes.
alter table source_upload add column touched_at timestamptz not null default now();
update source_upload set touched_at = started_at;

-- Sources, the jobs that load them, their runs, and what did not fit.
create table source (
    name text not null,
    title text not null,
    connector text not null,
    department text not null,
    -- JSON: fields of the connector's form (no secrets), tables
    fields text not null,
    tables text not null,
    -- apply: from a folder of code; portal: saved in a form
    origin text not null,
    changed_ms bigint not null,
    constraint source_pk primary key (name)
);

-- One table of a source becomes one dataset of the lake, so its name is unique over all sources.
create table source_table (
    dataset text not null,
    source text not null,
    constraint source_table_pk primary key (dataset),
    constraint source_table_source foreign key (source) references source (name) on delete cascade
);

create table ingestion_job (
    name text not null,
    title text not null,
    -- whose administrators see and steer its runs
    department text not null,
    -- cron text and IANA zone
    schedule text,
    time_zone text not null,
    -- JSON lists of names
    after_jobs text not null,
    sources text not null,
    models text not null,
    marts text not null,
    attempts bigint not null,
    paused bigint not null,
    origin text not null,
    -- every scheduled time up to here has had its run
    scheduled_to_ms bigint not null,
    -- publish generation when its last run started; what published later is news to it
    started_generation bigint not null,
    constraint ingestion_job_pk primary key (name)
);

create table run (
    id text not null,
    job text not null,
    department text not null,
    -- what asked for it: a scheduled time, the runs it follows, or itself when a person did; each at most once
    interval_key text not null,
    -- waiting | running | succeeded | partial | failed | cancelled
    state text not null,
    attempt bigint not null,
    asked_by text not null,
    -- JSON: the sources and texts as they were when it was asked for
    work text not null,
    -- its row in the queue
    queued text,
    queued_ms bigint not null,
    started_ms bigint,
    finished_ms bigint,
    -- JSON text in both languages
    message text,
    -- publish generation that it made
    generation bigint,
    constraint run_pk primary key (id),
    constraint run_interval unique (job, interval_key)
);
create index run_by_job on run (job, queued_ms);
create index run_by_state on run (state);

create table run_table (
    run text not null,
    dataset text not null,
    attempt bigint not null,
    position bigint not null,
    rows_in bigint not null,
    rows_out bigint not null,
    rows_quarantined bigint not null,
    bytes bigint not null,
    started_ms bigint not null,
    milliseconds bigint not null,
    state text not null,
    constraint run_table_pk primary key (run, dataset),
    constraint run_table_run foreign key (run) references run (id) on delete cascade
);

create table run_log (
    run text not null,
    -- a new id: in order of time
    id text not null,
    at_ms bigint not null,
    level text not null,
    -- JSON text in both languages; names and counts, never values
    line text not null,
    constraint run_log_pk primary key (run, id),
    constraint run_log_run foreign key (run) references run (id) on delete cascade
);

create table run_finding (
    run text not null,
    dataset text not null,
    position bigint not null,
    check_text text not null,
    rows bigint not null,
    severity text not null,
    constraint run_finding_pk primary key (run, dataset, position),
    constraint run_finding_run foreign key (run) references run (id) on delete cascade
);

create table quarantine_row (
    run text not null,
    dataset text not null,
    position bigint not null,
    file text not null,
    line bigint not null,
    byte bigint not null,
    -- JSON: typed reason, names columns and bounds alone
    reason text not null,
    -- values: shown only to who has rows on the dataset
    content text not null,
    constraint quarantine_row_pk primary key (run, dataset, position),
    constraint quarantine_row_run foreign key (run) references run (id) on delete cascade
);

-- Which files each dataset was loaded from. A file that is loaded, or about to be, has its key here once.
create table file_ledger (
    id text not null,
    dataset text not null,
    -- null once another file took its place or its run did not succeed
    live_key text,
    -- JSON list of address, size, tag, version
    files text not null,
    bytes bigint not null,
    run text not null,
    -- claimed | loaded | replaced | released
    state text not null,
    at_ms bigint not null,
    constraint file_ledger_pk primary key (id),
    constraint file_ledger_live unique (live_key)
);
create index file_ledger_dataset on file_ledger (dataset, state);

-- A run that failed, until an administrator of its department dismisses it.
create table notice (
    id text not null,
    department text not null,
    run text not null,
    at_ms bigint not null,
    words text not null,
    dismissed_by text,
    constraint notice_pk primary key (id),
    constraint notice_run unique (run)
);

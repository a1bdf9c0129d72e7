-- Reports that are made again and again: what is ordered, when, and how the last time went.
create table report_schedule (
    id text not null,
    owner text not null,
    -- in which its owner is asked for: another one has other marts
    department text not null,
    -- JSON, as in `report`
    ordered text not null,
    -- JSON: on which days, hour and minute of the organisation's clock
    repeats text not null,
    -- moved on in the transaction that orders the report: each time has one, whichever process sees it first
    next_ms bigint not null,
    paused bigint not null,
    -- JSON text: why it was paused by the portal; null: it was not
    refusal text,
    -- the last one that was ordered, and when; it may be deleted since
    report text,
    last_ms bigint,
    constraint report_schedule_pk primary key (id)
);
create index report_schedule_owner on report_schedule (owner);
create index report_schedule_due on report_schedule (paused, next_ms);

-- Scheduling is a permission of its own, beside that to make reports.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'manager', '*', 'report', 'schedule', 'allow'),
    ('p', 'administrator', '*', 'report', 'schedule', 'allow');

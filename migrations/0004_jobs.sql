-- The queue of background jobs, with leases.
create table job (
    id text not null,
    kind text not null,
    lane text not null,
    payload text not null,
    -- waiting | running | done | failed | cancelled
    state text not null,
    attempt bigint not null,
    attempts bigint not null,
    -- how often the process that ran it died
    lost bigint not null,
    run_at_ms bigint not null,
    lease_owner text,
    -- renewed while the owner lives; other processes watch it change and never compare it with their own clock
    lease_until_ms bigint,
    fence bigint not null,
    cancel bigint not null,
    enqueued_ms bigint not null,
    finished_ms bigint,
    failure text,
    constraint job_pk primary key (id)
);
create index job_due on job (state, lane, run_at_ms);

-- Two jobs that hold the same name never run at once.
create table job_hold (
    job text not null,
    name text not null,
    constraint job_hold_pk primary key (job, name),
    constraint job_hold_job foreign key (job) references job (id) on delete cascade
);
create index job_hold_name on job_hold (name);

-- One row: grows with each claim. It gives the fencing token, and on PostgreSQL its row lock makes claimers queue.
create table job_turn (
    id bigint not null,
    turn bigint not null,
    constraint job_turn_pk primary key (id)
);
insert into job_turn (id, turn) values (1, 0);

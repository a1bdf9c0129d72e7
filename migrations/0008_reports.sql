-- Reports that people made: what was asked, under which share, and where the file is kept.
create table report (
    id text not null,
    owner text not null,
    department text not null,
    -- JSON: title, questions, format, options
    ordered text not null,
    -- waiting | making | ready | failed
    state text not null,
    rows bigint not null,
    bytes bigint not null,
    pages bigint,
    made_ms bigint not null,
    expires_ms bigint not null,
    -- JSON of mart to fingerprint: opened only while they are equal to the present ones
    fingerprints text not null,
    -- JSON texts
    left_out text,
    fault text,
    constraint report_pk primary key (id)
);
create index report_owner on report (owner, made_ms);

-- The real-time line: what may be done with streams, keywords and agents.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'employee', '*', 'stream', 'view', 'allow'),
    ('p', 'employee', '*', 'stream', 'edit', 'allow'),
    ('p', 'manager', '*', 'stream', 'view', 'allow'),
    ('p', 'manager', '*', 'stream', 'edit', 'allow'),
    ('p', 'manager', '*', 'stream', 'export', 'allow'),
    ('p', 'administrator', '*', 'stream', 'administer', 'allow'),
    ('p', 'administrator', '*', 'keyword', 'administer', 'allow'),
    ('p', 'administrator', '*', 'agent', 'administer', 'allow');

-- Agents: who may hand events over, and how each is doing.
create table agent (
    id text not null,
    -- what the ids of its events begin with
    name text not null,
    -- whose streams it feeds
    department text not null,
    -- whose administrators look after it; empty: the portal's own
    keeper text not null,
    -- JSON: topics that it may write to
    topics text not null,
    -- SHA-256 of its token as hexadecimal digits; null: it runs inside the portal
    token_hash text,
    made_by text not null,
    made_ms bigint not null,
    revoked_ms bigint,
    seen_ms bigint,
    -- JSON: what its last heartbeat said
    state text,
    -- JSON: what happened, with times, the newest first
    reports text not null,
    constraint agent_pk primary key (id),
    constraint agent_name_uq unique (name)
);
-- Who works a partition of a stream. A worker whose fence is not the newest any more writes nothing.
create table stream_worker (
    stream text not null,
    topic text not null,
    partition bigint not null,
    fence bigint not null,
    owner text not null,
    -- the bus that the offsets count in, and how often they began to count anew: on another bus, or one that had lost what was read
    log text not null,
    epoch bigint not null,
    -- records under way, written before they are touched: those with which a process dies are known
    begun_from bigint not null,
    begun_until bigint not null,
    attempts bigint not null,
    renewed_ms bigint not null,
    constraint stream_worker_pk primary key (stream, topic, partition)
);
-- Where each sink stands in a partition: the next offset that it has not finished. The archive's is where it began: the
-- lake itself says how far it has come.
create table stream_position (
    stream text not null,
    topic text not null,
    partition bigint not null,
    -- index | windows | archive
    sink text not null,
    next bigint not null,
    constraint stream_position_pk primary key (stream, topic, partition, sink)
);
-- Ids of events within the replay horizon, with their offsets, as they were met.
create table stream_seen (
    stream text not null,
    topic text not null,
    partition bigint not null,
    -- the offset after the last of them
    until bigint not null,
    newest_taken_ms bigint not null,
    -- base64 of 16 bytes of hash and 4 of distance from the first offset, for each
    first bigint not null,
    ids text not null,
    constraint stream_seen_pk primary key (stream, topic, partition, until)
);
-- Records that were gone before they were read.
create table stream_gap (
    id text not null,
    stream text not null,
    topic text not null,
    partition bigint not null,
    from_offset bigint not null,
    until_offset bigint not null,
    found_ms bigint not null,
    constraint stream_gap_pk primary key (id)
);
-- Rows of windows, each partition's share of its own: whoever reads adds them up.
create table stream_window (
    stream text not null,
    name text not null,
    start_ms bigint not null,
    -- JSON: values of the window's keys
    keys text not null,
    -- 1: stands for all keys beyond the most that there may be
    other bigint not null,
    topic text not null,
    partition bigint not null,
    -- JSON: what each measure came to
    amounts text not null,
    constraint stream_window_pk primary key (stream, name, start_ms, keys, other, topic, partition)
);
-- How far the events' own time has come in each partition, and when the processor last saw it move.
create table stream_clock (
    stream text not null,
    topic text not null,
    partition bigint not null,
    newest_ms bigint,
    active_ms bigint not null,
    constraint stream_clock_pk primary key (stream, topic, partition)
);
-- The time that readers were told is reached: windows that ended before it, less their lateness, are final.
create table stream_watermark (
    stream text not null,
    watermark_ms bigint not null,
    constraint stream_watermark_pk primary key (stream)
);
-- Events that a window did not count.
create table stream_late (
    stream text not null,
    name text not null,
    -- they came when their stretch of it was final
    events bigint not null,
    -- no further stretch could be opened: too many were
    beyond bigint not null default 0,
    constraint stream_late_pk primary key (stream, name)
);
-- Records that could not be made events, or that the index will never take: nothing is dropped.
create table dead_letter (
    stream text not null,
    -- parse | poison | index
    stage text not null,
    topic text not null,
    partition bigint not null,
    position bigint not null,
    record text not null,
    record_key text not null,
    version bigint not null,
    deleted bigint not null,
    taken_ms bigint not null,
    source text not null,
    origin text not null,
    -- JSON: in both languages, without values
    reason text not null,
    attempts bigint not null,
    -- base64 of the bytes as they came
    content text not null,
    bytes bigint not null,
    dead_ms bigint not null,
    constraint dead_letter_pk primary key (stream, stage, record, version)
);
create index dead_letter_age on dead_letter (stream, dead_ms);
-- Figures of each process that works streams, every few seconds: the history on the page.
create table stream_sample (
    stream text not null,
    process text not null,
    at_ms bigint not null,
    -- JSON
    figures text not null,
    constraint stream_sample_pk primary key (stream, process, at_ms)
);
create index stream_sample_time on stream_sample (at_ms);
-- Sources that are listened to, and where each stands. Secrets stand in the secret store.
create table listener (
    name text not null,
    -- JSON: words in both languages
    title text not null,
    -- its kind: feeds, mastodon
    connector text not null,
    department text not null,
    -- whose topic takes its records
    stream text not null,
    -- JSON: fields of the kind's form
    fields text not null,
    -- apply: from a folder of code; portal: saved in a form
    origin text not null,
    changed_ms bigint not null,
    paused bigint not null,
    -- JSON: the cursor; moves only after the bus has the records
    state text not null,
    polled_ms bigint,
    next_ms bigint not null,
    records bigint not null,
    refused bigint not null,
    failures bigint not null,
    -- JSON: words of the last poll when it failed; notes of the last one that did not
    error text,
    notes text not null,
    -- times for which posts may be missing for good: how often, and the newest
    gaps bigint not null,
    gap_since_ms bigint,
    gap_until_ms bigint,
    constraint listener_pk primary key (name)
);

-- Lists of terms that are looked for in streams.
create table keyword_list (
    id text not null,
    -- whose administrators see and change it
    department text not null,
    name text not null,
    -- JSON lists: terms as they were entered; streams in which they are looked for; sources (listeners, agents), none: all
    terms text not null,
    streams text not null,
    sources text not null,
    -- of the posts that are looked at; null: any
    language text,
    is_on bigint not null,
    -- apply: from a folder of code; portal: saved in a form
    origin text not null,
    changed_ms bigint not null,
    constraint keyword_list_pk primary key (id),
    constraint keyword_list_name unique (department, name)
);

-- Moves with every change of a list: running processors read the lists again.
create table keyword_version (
    id bigint not null,
    version bigint not null,
    constraint keyword_version_pk primary key (id)
);
insert into keyword_version (id, version) values (1, 1);

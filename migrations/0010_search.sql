-- Streams as they are searched: what their events are made of, who owns them, how long they are kept.
create table stream (
    name text not null,
    department text not null,
    -- JSON: title, description, fields with their words, columns shown at first, period, days kept
    described text not null,
    -- JSON: how its records become events; the streaming domain reads it
    pipeline text not null,
    -- grows when the fields change: indices made later have the new ones
    version bigint not null,
    -- apply: from a folder of code; portal: saved in a form
    origin text not null,
    changed_ms bigint not null,
    constraint stream_pk primary key (name)
);

-- Searches that people keep: a plan of what to ask, never data.
create table saved_search (
    id text not null,
    owner text not null,
    title text not null,
    stream text not null,
    -- in the query language
    search text not null,
    -- JSON: the time range
    period text not null,
    -- JSON list of field names
    columns text not null,
    changed_ms bigint not null,
    constraint saved_search_pk primary key (id)
);
create index saved_search_owner on saved_search (owner, title);
-- Departments that Kibana is set up for. The API key itself is a secret, `kibana.<department>`.
create table kibana_department (
    department text not null,
    space text not null,
    key_id text not null,
    changed_ms bigint not null,
    constraint kibana_department_pk primary key (department)
);

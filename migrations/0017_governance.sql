-- Policy tests: what a person must or must not get of a mart or stream. Run before a change of policies is saved.
create table policy_case (
    id text not null,
    name text not null,
    -- of whom it speaks; of somebody who is gone it cannot tell any more
    person text not null,
    -- a stream as `stream.web`
    mart text not null,
    -- JSON, as in the portal's form
    expectation text not null,
    -- `portal` or `apply`
    origin text not null,
    changed_ms bigint not null,
    constraint policy_case_pk primary key (id),
    constraint policy_case_name_unique unique (name)
);

-- Roles of one's own (`portal`) beside those that are built in.
alter table role add column origin text not null default 'built_in';

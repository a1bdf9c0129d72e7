-- SQL of one's own: who may write it.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'manager', '*', 'mart', 'sql', 'allow');

-- Statements that people keep: a plan of what to ask, never data.
create table saved_statement (
    id text not null,
    owner text not null,
    -- the department that its owner acted in: another one has other marts
    department text not null,
    title text not null,
    -- one select, as its owner wrote it
    statement text not null,
    changed_ms bigint not null,
    constraint saved_statement_pk primary key (id)
);
create index saved_statement_owner on saved_statement (owner, department, title);

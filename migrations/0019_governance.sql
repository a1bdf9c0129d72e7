-- Who looked with whose eyes, told to whom they belong. `department`: of the one looked at, the one in which they were looked at, empty
-- for their first; `seen_ms`: the last read through them, to within a minute; `ended_ms`: null while it goes on, and where nobody ended it.
create table viewing (
    id text not null,
    viewer text not null,
    viewed text not null,
    department text not null,
    began_ms bigint not null,
    seen_ms bigint not null,
    ended_ms bigint,
    constraint viewing_pk primary key (id)
);

create index viewing_viewed on viewing (viewed, began_ms);

-- Looking as somebody else is a permission of its own.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'administrator', '*', 'person', 'view-as', 'allow');

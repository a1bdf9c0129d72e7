-- Keys by which scripts ask in a person's name. `hash` is of the whole key, which is shown once; `powers` a JSON list of what it may at most;
-- `department` where it acts; `security_version` that of its person when it was made: what ends all their sessions ends it too.
create table api_key (
    id text not null,
    person text not null,
    name text not null,
    hash text not null,
    department text not null,
    powers text not null,
    security_version bigint not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    used_ms bigint,
    constraint api_key_pk primary key (id),
    constraint api_key_person_fk foreign key (person) references person (id)
);

create index api_key_person on api_key (person);

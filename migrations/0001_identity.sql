-- The organisation, its people and their sessions.
create table organisation (
    id text not null,
    name text not null,
    time_zone text not null,
    created_ms bigint not null,
    constraint organisation_pk primary key (id)
);

-- `email` is kept in lower case; `security_version` grows when all sessions must end;
-- `origin` is `portal` or `apply`; `known_address` is a keyed hash of where the last sign-in came from.
create table person (
    id text not null,
    email text not null,
    name text not null,
    language text,
    password_hash text not null,
    must_change_password bigint not null,
    disabled bigint not null,
    security_version bigint not null,
    origin text not null,
    known_address text,
    created_ms bigint not null,
    last_sign_in_ms bigint,
    constraint person_pk primary key (id),
    constraint person_email_unique unique (email)
);

-- The id is kept as a keyed hash: who reads this table cannot use a session.
create table session (
    id_hash text not null,
    person text,
    data text not null,
    created_ms bigint not null,
    seen_ms bigint not null,
    expires_ms bigint not null,
    constraint session_pk primary key (id_hash)
);

create index session_person on session (person);
create index session_expires on session (expires_ms);

-- The one-time link of an empty house.
create table set_up_token (
    token_hash text not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    constraint set_up_token_pk primary key (token_hash)
);

-- Invitations that nobody accepted yet; what was accepted or revoked is not here any more. A person exists only once it was accepted.
create table invite (
    id text not null,
    email text not null,
    name text not null,
    department text not null,
    role text not null,
    -- JSON: attribute to its values
    attributes text not null,
    -- address of the administrator
    invited_by text not null,
    -- empty: not by mail; else waiting, sent or failed
    mail text not null,
    days bigint not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    constraint invite_pk primary key (id),
    constraint invite_email_unique unique (email)
);

-- Keyed hashes of the tokens of its links: one that is shown, and one for each try of its mail. The first that is used takes the invitation along.
create table invite_token (
    token_hash text not null,
    invite text not null,
    created_ms bigint not null,
    constraint invite_token_pk primary key (token_hash),
    constraint invite_token_invite foreign key (invite) references invite (id) on delete cascade
);
create index invite_token_invite_index on invite_token (invite);

-- Links by which people choose a new password: keyed hashes of their tokens.
create table password_reset (
    token_hash text not null,
    person text not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    constraint password_reset_pk primary key (token_hash),
    constraint password_reset_person foreign key (person) references person (id) on delete cascade
);
create index password_reset_person_index on password_reset (person);

-- Second factors of people: an authenticator app, recovery codes, passkeys.

-- The app's secret stands sealed in `secret`, named `authenticator app <person>`. `confirmed` 0: shown, and no code of it was given yet.
-- Codes of the time step `last_step` and of those before are taken no more.
create table authenticator_app (
    person text not null,
    confirmed bigint not null,
    last_step bigint not null,
    added_ms bigint not null,
    constraint authenticator_app_pk primary key (person),
    constraint authenticator_app_person_fk foreign key (person) references person (id) on delete cascade
);

-- Kept as keyed hashes; the row goes when its code is used.
create table recovery_code (
    code_hash text not null,
    person text not null,
    made_ms bigint not null,
    constraint recovery_code_pk primary key (code_hash),
    constraint recovery_code_person_fk foreign key (person) references person (id) on delete cascade
);
create index recovery_code_person on recovery_code (person);

-- `credential_id` is what the authenticator calls it (base64url), `credential` its public key and counter as JSON.
create table passkey (
    id text not null,
    person text not null,
    name text not null,
    credential_id text not null,
    credential text not null,
    added_ms bigint not null,
    used_ms bigint,
    constraint passkey_pk primary key (id),
    constraint passkey_credential_unique unique (credential_id),
    constraint passkey_person_fk foreign key (person) references person (id) on delete cascade
);
create index passkey_person on passkey (person);

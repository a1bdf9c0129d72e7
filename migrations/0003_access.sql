-- What every domain needs: the audit log (append-only, hash-chained) and encrypted secrets.
create table audit (
    sequence bigint not null,
    at_ms bigint not null,
    actor text not null,
    department text not null,
    action text not null,
    object text not null,
    outcome text not null,
    details text not null,
    hash text not null,
    constraint audit_pk primary key (sequence)
);

create table secret (
    name text not null,
    sealed text not null,
    written_ms bigint not null,
    constraint secret_pk primary key (name)
);

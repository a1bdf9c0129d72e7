-- Signing in by OpenID Connect: the one provider, as an administrator set it up. Its client secret is in the secret store.
create table oidc_provider (
    id text not null,
    enabled bigint not null,
    -- what the button says
    name text not null,
    issuer text not null,
    client_id text not null,
    -- separated by spaces; `openid` is always asked for
    scopes text not null,
    groups_claim text not null,
    create_accounts bigint not null,
    refuse_passwords bigint not null,
    -- whom people ask who are refused
    contact text not null,
    changed_ms bigint not null,
    constraint oidc_provider_pk primary key (id)
);

-- What a group of the provider gives, in the order in which it is looked at.
create table oidc_group (
    group_name text not null,
    department text not null,
    role text not null,
    position bigint not null,
    constraint oidc_group_pk primary key (group_name, department, role),
    constraint oidc_group_department_fk foreign key (department) references department (name) on delete cascade,
    constraint oidc_group_role_fk foreign key (role) references role (name) on delete cascade
);

-- Which attribute of a person holds the values of a claim.
create table oidc_claim (
    claim text not null,
    attribute text not null,
    constraint oidc_claim_pk primary key (attribute)
);

-- Who a subject of a provider is here. A person has one of each provider at most.
create table oidc_identity (
    issuer text not null,
    subject text not null,
    person text not null,
    linked_ms bigint not null,
    constraint oidc_identity_pk primary key (issuer, subject),
    constraint oidc_identity_person_unique unique (issuer, person),
    constraint oidc_identity_person_fk foreign key (person) references person (id) on delete cascade
);

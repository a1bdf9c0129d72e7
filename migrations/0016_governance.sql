-- What each policy was before and after a change, who made it, when and why. Rows are only ever added: the history outlives the policy.
create table policy_revision (
    id text not null,
    policy text not null,
    -- counts the changes of this policy from 1, and goes on when it is deleted and comes back
    revision bigint not null,
    -- save | delete | restore | apply
    change text not null,
    -- the whole policy as JSON; null: it was not there
    was text,
    became text,
    -- under which the change came into force
    policy_version bigint not null,
    -- as the audit log names them
    actor text not null,
    why text not null,
    at_ms bigint not null,
    constraint policy_revision_pk primary key (id),
    -- of two who change the same policy at once, one is refused whatever else goes wrong
    constraint policy_revision_uq unique (policy, revision)
);

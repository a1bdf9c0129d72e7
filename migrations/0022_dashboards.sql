-- Who published a dashboard to its department; null: a person's own, or applied as code.
alter table dashboard add column author text;
-- JSON: tile to person, where not its owner, or who published it, chose what it asks. Values in a tile are told to them, and to others
-- as far as their own share holds them.
alter table dashboard add column written text not null default '{}';

-- Who else looks at a person's own dashboard, while they act in its department.
create table dashboard_share (
    dashboard text not null,
    person text not null,
    constraint dashboard_share_pk primary key (dashboard, person),
    constraint dashboard_share_dashboard_fk foreign key (dashboard) references dashboard (id),
    constraint dashboard_share_person_fk foreign key (person) references person (id)
);

create index dashboard_share_person on dashboard_share (person);

-- Both are permissions of their own.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'manager', '*', 'dashboard', 'share', 'allow'),
    ('p', 'manager', '*', 'dashboard', 'publish', 'allow'),
    ('p', 'administrator', '*', 'dashboard', 'share', 'allow'),
    ('p', 'administrator', '*', 'dashboard', 'publish', 'allow');

-- Departments, roles, who holds which, and what each may do and see.
create table department (
    name text not null,
    title_en text not null,
    title_es text not null,
    origin text not null,
    created_ms bigint not null,
    constraint department_pk primary key (name)
);

create table role (
    name text not null,
    title_en text not null,
    title_es text not null,
    position bigint not null,
    constraint role_pk primary key (name)
);

insert into role (name, title_en, title_es, position) values
    ('employee', 'Employee', 'Empleado', 1),
    ('manager', 'Manager', 'Responsable', 2),
    ('administrator', 'Administrator', 'Administrador', 3);

create table membership (
    person text not null,
    department text not null,
    role text not null,
    since_ms bigint not null,
    constraint membership_pk primary key (person, department, role),
    constraint membership_person_fk foreign key (person) references person (id),
    constraint membership_department_fk foreign key (department) references department (name),
    constraint membership_role_fk foreign key (role) references role (name)
);

-- Sets of values that row rules use, e.g. (ana, regions, North).
create table person_attribute (
    person text not null,
    attribute text not null,
    value text not null,
    constraint person_attribute_pk primary key (person, attribute, value),
    constraint person_attribute_person_fk foreign key (person) references person (id)
);

-- The coarse question: v0 role, v1 department (or *), v2 kind of thing, v3 action, v4 allow or deny.
create table casbin_rule (
    ptype text not null,
    v0 text not null,
    v1 text not null,
    v2 text not null,
    v3 text not null,
    v4 text not null,
    constraint casbin_rule_pk primary key (ptype, v0, v1, v2, v3, v4)
);

insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'employee', '*', 'account', 'view', 'allow'),
    ('p', 'employee', '*', 'account', 'edit', 'allow'),
    ('p', 'employee', '*', 'dashboard', 'view', 'allow'),
    ('p', 'employee', '*', 'dashboard', 'edit', 'allow'),
    ('p', 'employee', '*', 'mart', 'view', 'allow'),
    ('p', 'employee', '*', 'mart', 'explore', 'allow'),
    ('p', 'employee', '*', 'question', 'view', 'allow'),
    ('p', 'employee', '*', 'question', 'edit', 'allow'),
    ('p', 'employee', '*', 'report', 'view', 'allow'),
    ('p', 'manager', '*', 'account', 'view', 'allow'),
    ('p', 'manager', '*', 'account', 'edit', 'allow'),
    ('p', 'manager', '*', 'dashboard', 'view', 'allow'),
    ('p', 'manager', '*', 'dashboard', 'edit', 'allow'),
    ('p', 'manager', '*', 'dashboard', 'export', 'allow'),
    ('p', 'manager', '*', 'mart', 'view', 'allow'),
    ('p', 'manager', '*', 'mart', 'explore', 'allow'),
    ('p', 'manager', '*', 'mart', 'export', 'allow'),
    ('p', 'manager', '*', 'question', 'view', 'allow'),
    ('p', 'manager', '*', 'question', 'edit', 'allow'),
    ('p', 'manager', '*', 'question', 'export', 'allow'),
    ('p', 'manager', '*', 'report', 'view', 'allow'),
    ('p', 'manager', '*', 'report', 'edit', 'allow'),
    ('p', 'manager', '*', 'report', 'export', 'allow'),
    ('p', 'administrator', '*', 'account', 'view', 'allow'),
    ('p', 'administrator', '*', 'account', 'edit', 'allow'),
    ('p', 'administrator', '*', 'person', 'view', 'allow'),
    ('p', 'administrator', '*', 'person', 'administer', 'allow'),
    ('p', 'administrator', '*', 'job', 'view', 'allow'),
    ('p', 'administrator', '*', 'job', 'edit', 'allow'),
    ('p', 'administrator', '*', 'job', 'administer', 'allow'),
    ('p', 'administrator', '*', 'source', 'view', 'allow'),
    ('p', 'administrator', '*', 'source', 'edit', 'allow'),
    ('p', 'administrator', '*', 'source', 'administer', 'allow'),
    ('p', 'administrator', '*', 'mart', 'administer', 'allow'),
    ('p', 'administrator', '*', 'dashboard', 'administer', 'allow'),
    ('p', 'administrator', '*', 'policy', 'view', 'allow'),
    ('p', 'administrator', '*', 'policy', 'administer', 'allow'),
    ('p', 'administrator', '*', 'audit', 'view', 'allow'),
    ('p', 'administrator', '*', 'audit', 'administer', 'allow'),
    ('p', 'administrator', '*', 'quarantine', 'view', 'allow'),
    ('p', 'administrator', '*', 'quarantine', 'administer', 'allow');

-- Grants a mart; `role` empty: every role of the department. `row_rules`, `mask_rules`: JSON as in the portal's form.
-- `accepted`: JSON list of columns with the type they had when accepted; null until the mart is first published.
create table policy (
    id text not null,
    mart text not null,
    department text not null,
    role text not null,
    row_rules text not null,
    mask_rules text not null,
    accepted text,
    enabled bigint not null,
    origin text not null,
    changed_ms bigint not null,
    constraint policy_pk primary key (id),
    constraint policy_department_fk foreign key (department) references department (name)
);

-- One row: grows with each change that may alter what anybody sees or does.
create table policy_version (
    id bigint not null,
    version bigint not null,
    changed_ms bigint not null,
    constraint policy_version_pk primary key (id)
);

insert into policy_version (id, version, changed_ms) values (1, 1, 0);

-- Datasets that models and marts of a department may read beyond what it owns.
create table build_grant (
    department text not null,
    dataset text not null,
    origin text not null,
    constraint build_grant_pk primary key (department, dataset),
    constraint build_grant_department_fk foreign key (department) references department (name)
);

-- Who sees more than nothing of a dataset that is no mart: `grade` is `rows` (values) or `figures` (counts, reasons).
create table dataset_grant (
    dataset text not null,
    department text not null,
    role text not null,
    grade text not null,
    origin text not null,
    constraint dataset_grant_pk primary key (dataset, department, role),
    constraint dataset_grant_department_fk foreign key (department) references department (name)
);

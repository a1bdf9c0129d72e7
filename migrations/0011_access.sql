-- From where, under which policy version, and how much was given. Empty and null in records of before.
alter table audit add column place text not null default '';
alter table audit add column policy_version bigint not null default 0;
alter table audit add column rows bigint;
alter table audit add column bytes bigint;

-- Taking the records along as a file is a permission of its own.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values
    ('p', 'administrator', '*', 'audit', 'export', 'allow');

-- The department in which a policy test judges its person; null: the one in which they act.
alter table policy_case add column department text;

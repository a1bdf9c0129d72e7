-- Dashboards (of a department, or a person's own) and saved questions; plans only, never data.
create table dashboard (
    id text not null,
    title_en text not null,
    title_es text not null,
    description_en text not null,
    description_es text not null,
    department text not null,
    -- person who made it; null: applied as code, for the whole department
    owner text,
    -- JSON of filters and tiles
    filters text not null,
    tiles text not null,
    updated_ms bigint not null,
    constraint dashboard_pk primary key (id)
);

create table question (
    id text not null,
    owner text not null,
    department text not null,
    title text not null,
    -- JSON of the typed question, and the kind of chart
    question text not null,
    chart text not null,
    dashboard text,
    updated_ms bigint not null,
    constraint question_pk primary key (id)
);

-- Which version of each dataset readers see: moved for all tables of a run in one transaction.
create table dataset_pin (
    -- lake.transactions, warehouse.sales_line, mart.baskets
    dataset text not null,
    department text not null,
    -- of the Delta table
    version bigint not null,
    rows bigint not null,
    bytes bigint not null,
    -- JSON list of name and kind
    columns text not null,
    -- text of the model or mart that this version was built from; null in the lake
    definition text,
    run text not null,
    published_ms bigint not null,
    -- 1: the last run that should have renewed it failed
    stale bigint not null,
    constraint dataset_pin_pk primary key (dataset)
);

-- Versions that were pinned once: kept a while for readers in flight.
create table dataset_past (
    dataset text not null,
    version bigint not null,
    retired_ms bigint not null,
    constraint dataset_past_pk primary key (dataset, version)
);

-- One row: grows with each publish. Whoever caches something of the pins compares it; publishing locks it first.
create table publish_generation (
    id bigint not null,
    generation bigint not null,
    constraint publish_generation_pk primary key (id)
);
insert into publish_generation (id, generation) values (1, 0);

-- Texts of models and marts as they were saved last; a publish copies the one it built into the pin.
create table definition_text (
    -- model | mart
    kind text not null,
    name text not null,
    department text not null,
    definition text not null,
    -- apply: from a folder of code; portal: saved in a form
    origin text not null,
    changed_ms bigint not null,
    constraint definition_text_pk primary key (kind, name)
);

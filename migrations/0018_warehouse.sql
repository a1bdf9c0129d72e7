-- What people say of datasets in the catalog, beside what the texts of models, marts and streams say.
create table catalog_entry (
    -- lake.transactions, warehouse.sales_line, mart.baskets, stream.web
    dataset text not null,
    -- id of the person in charge; null: nobody
    keeper text,
    -- JSON list
    tags text not null,
    -- empty: as the dataset's own text says
    description_en text not null,
    description_es text not null,
    -- grows with each change of the entry or of one of its columns
    version bigint not null,
    changed_ms bigint not null,
    constraint catalog_entry_pk primary key (dataset)
);

create table catalog_column (
    dataset text not null,
    name text not null,
    description_en text not null,
    description_es text not null,
    -- 1: holds personal data
    personal bigint not null,
    constraint catalog_column_pk primary key (dataset, name)
);

//! The statement gate: what is no plain select is refused, at this door and whatever way it is written.

use super::house::{House, keeps_secret};
use warehouse::QueryFault;

async fn refused(statements: &[&str]) {
    let house = House::new().await;
    let version = house.visits().await;
    let scope = house.north(version);
    let before = files(house.folder());
    for statement in statements {
        let outcome = house.sql(&scope, statement).await;
        keeps_secret(&outcome);
        assert!(
            matches!(outcome, Err(QueryFault::Refused(_) | QueryFault::UnknownMart(_) | QueryFault::UnknownColumn(_) | QueryFault::TooMuch(_))),
            "{statement}: {outcome:?}"
        );
    }
    assert_eq!(before, files(house.folder()), "a statement wrote");
    assert_eq!(house.sql(&scope, "select count(*) from visits").await.unwrap(), ["50"]);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a38_plans_and_settings_are_not_shown() {
    refused(&[
        "explain select * from visits",
        "explain verbose select * from visits",
        "explain analyze select * from visits where cast(note as bigint) > 0",
        "explain format tree select * from visits",
        "show tables",
        "show columns from visits",
        "show all",
        "show functions",
        "describe visits",
        "desc visits",
        "set datafusion.execution.target_partitions = 1",
        "reset datafusion.execution.target_partitions",
        "select * from information_schema.df_settings",
        "select * from df_settings",
        "select @@version",
    ])
    .await;
}

/// A14 too: the engine's functions of files.
#[tokio::test(flavor = "multi_thread")]
async fn a52_nothing_is_written_and_nothing_else_is_read() {
    refused(&[
        "copy visits to '/tmp/leak.csv'",
        "copy (select * from visits) to '/tmp/leak.parquet' stored as parquet",
        "create external table raw stored as parquet location 'lake://lake/mart/visits'",
        "create external table raw stored as csv location '/etc/passwd'",
        "create table t as select * from visits",
        "create view v as select * from visits",
        "create or replace view visits as select 1",
        "create temporary table t (a int)",
        "create schema s",
        "create database d",
        "create function f(x int) returns int return x",
        "drop table visits",
        "drop view visits",
        "alter table visits add column x int",
        "truncate table visits",
        "insert into visits select * from visits",
        "insert into visits (id) values (1)",
        "update visits set note = ''",
        "delete from visits",
        "merge into visits using visits v on true when matched then delete",
        "begin",
        "commit",
        "prepare p as select * from visits",
        "execute p",
        "deallocate p",
        "grant select on visits to public",
        "analyze visits",
        "vacuum",
        "load '/tmp/x.so'",
        "attach 'x' as y",
        "use other",
        "kill 1",
        "select * into copy from visits",
        "select * from '/etc/passwd'",
        "select * from 'lake://lake/mart/visits'",
        "select * from \"lake/mart/visits\"",
        "select * from read_csv('/etc/passwd')",
        "select * from parquet_metadata('x')",
        "select * from visits; drop table visits",
        "select 1; select 2",
        "",
        ";",
        "-- nothing",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_a_select_that_holds_a_write_is_refused() {
    refused(&[
        "with w as (insert into visits select * from visits returning *) select * from w",
        "with w as (delete from visits returning *) select * from w",
        "with w as (update visits set id = 1 returning *) select * from w",
        "select * from visits for update",
        "select * from visits for share",
        "table visits",
        "from visits",
        "select * from visits |> where id = 1",
        "select * from visits for system_time as of '2020-01-01'",
        "select * from visits tablesample (10 rows)",
        "select * from visits limit 1 settings max_threads = 1",
        "select * from visits for json auto",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a50_functions_that_look_below_or_around_are_not_there() {
    refused(&[
        "select input_file_name() from visits",
        "select file_row_index() from visits",
        "select version()",
        "select now()",
        "select current_timestamp",
        "select current_date",
        "select current_time",
        "select current_user",
        "select random()",
        "select uuid()",
        "select arrow_typeof(id) from visits",
        "select arrow_metadata(id) from visits",
        "select arrow_cast(id, 'Utf8') from visits",
        "select struct(id) from visits",
        "select make_array(id) from visits",
        "select [id] from visits",
        "select array_agg(id) from visits",
        "select {'a': id} from visits",
        "select map(id, id) from visits",
        "select pg_sleep(10)",
        "select getvariable('x')",
        "select VERSION()",
        "select \"version\"()",
        "select datafusion.version()",
        "select {fn version()}",
        "select masked(household) from visits",
        "select at_grain(day) from visits",
        "select joined(note, note) from visits",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a51_rows_and_bytes_are_not_made_from_nothing() {
    refused(&[
        "select repeat('x', 200000) from visits",
        "select * from generate_series(1, 100000000)",
        "select * from range(1, 10)",
        "select * from unnest([1, 2, 3])",
        "select unnest(make_array(1, 2))",
        "with recursive r as (select 1 as n union all select n + 1 from r) select * from r",
        "select * from visits, lateral (select 1) l",
        "select string_agg(note, ',') from visits",
        "select regexp_replace(note, '.', 'xxxxxxxx') from visits",
        "select id from visits where note ~ '(a+)+$'",
        "select id from visits where note similar to '(a|b)*'",
        "select cast(note as bytea) from visits",
        "select count(*) from visits group by cube (id, region, note, units, value, household, day)",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_what_is_wrong_is_said_without_schema_or_sql() {
    let house = House::new().await;
    let version = house.visits().await;
    let scope = house.reader(version, super::house::equal("region", "North"), &[("note", warehouse::Mask::Hide), ("household", warehouse::Mask::Hash)]);
    for statement in [
        "selekt 1",
        "select nowhere from visits",
        "select id + region from visits",
        "select sum(region) from visits",
        "select region, sum(id) from visits",
        "select id from visits where region",
        "select v.nope from visits v",
        "select a.id from visits a, visits a",
        "select id from visits a join visits b on true",
        "select substr(id) from visits",
        "select id from visits union all select id, id from visits",
        "select id from visits order by 7",
        "select (select id from visits) from visits",
    ] {
        let fault = house.sql(&scope, statement).await.expect_err(statement);
        let told = fault.to_string();
        for word in ["note", "household", "units", "atalaya", "DataFusion", "Plan", "Schema", "Int64", "Utf8", "arrow", "lake"] {
            assert!(!told.contains(word), "{statement}: {told}");
        }
        assert!(!matches!(fault, QueryFault::Engine(_)), "{statement}: {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_analysis_passes() {
    let house = House::new().await;
    let version = house.visits().await;
    let scope = house.north(version);
    let mut wrong = Vec::new();
    for (statement, first) in [
        ("select region, count(*) as n, sum(value) from visits group by region order by n desc", "North|50|612.5"),
        ("SELECT \"id\" FROM MART.VISITS ORDER BY ID LIMIT 1", "0"),
        ("select count(distinct household) filter (where units > 1) from visits", "4"),
        ("with w as (select date_trunc('month', day) as m, sum(value) as v from visits group by 1) select max(v) from w", "261.0"),
        ("select extract(year from day) as y, count(*) from visits group by y order by y limit 1", "2016|50"),
        ("select id, rank() over (partition by household order by value desc) as r from visits order by r, id limit 1", "90|1"),
        ("select id, lag(id, 1) over (order by id) from visits order by id limit 1", "0|∅"),
        ("select v.id from visits v where exists (select 1 from visits w where w.id = v.id + 2) order by v.id limit 1", "0"),
        ("select case when open then 'yes' when open is null then 'unknown' else 'no' end as o, count(*) from visits group by o order by o limit 1", "no|17"),
        ("select id from visits where note like '4%' and region ilike 'n%' and day between date '2016-07-18' and date '2017-01-01' order by id limit 1", "4"),
        ("select id from visits where id in (2, 4) union select id from visits where id = 6 order by id", "2"),
        (
            "select region || ' ' || cast(id as varchar) as l, concat(region, '-', id), lpad(note, 4, '0'), replace(note, '4', 'four') from visits where id = 4",
            "North 4|North-4|0004|four",
        ),
        (
            "select coalesce(nullif(region, 'North'), 'n'), upper(left(region, 2)), trim(' x '), round(value, 1), abs(-units) from visits where id = 2",
            "n|NO|x|0.5|3",
        ),
        ("select grouping(region), region, count(*) from visits group by rollup (region) order by 1, 2", "0|North|50"),
        ("select stddev(value) > 0, median(id), approx_distinct(id) > 40, bool_or(open) from visits", "true|49.0|true|true"),
        ("select day + interval '1 day' from visits where id = 0", "2016-07-19"),
        ("select * from (values (1, 'a'), (2, 'b')) as t (n, l) order by n", "1|a"),
        ("select sum(value) over (order by id rows between 1 preceding and current row) from visits order by id limit 1", "0.0"),
        ("select position('t' in region), substring(region from 2 for 2), char_length(region) from visits limit 1", "4|or|5"),
    ] {
        let lines = house.sql(&scope, statement).await.unwrap_or_else(|fault| vec![format!("{fault:?}")]);
        if lines.first().map(String::as_str) != Some(first) {
            wrong.push(format!("{statement}: {:?} in place of {first:?}", lines.first()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

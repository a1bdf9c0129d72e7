//! Builds and checks: what they may read, what they refuse, and that they stay within memory.

use arrow::{
    array::{ArrayRef, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use std::{collections::BTreeMap, sync::Arc};
use tests::lake::{Lake, open, open_with, sales, stream};
use warehouse::{BuildScope, QueryFault, Warehouse};

/// What a job of one department may read.
fn scope(lake: &Lake, readable: &[(&str, u64)]) -> BuildScope {
    lake.issuer.issue_build("sales", readable.iter().map(|(dataset, version)| ((*dataset).to_owned(), *version)).collect::<BTreeMap<_, _>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_reads_pinned_versions_and_no_newer_ones() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 100)]).await;
    lake.put("lake.sales", "run-2", vec![sales(0, 999)]).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    let built = lake
        .warehouse
        .build(&scope, "warehouse.store", "run-3", "select store, sum(amount) as amount, count(*) as lines from lake.sales group by store")
        .await
        .unwrap();
    assert_eq!(built.rows, 7);
    let scope = scope.with("warehouse.store", built.version);
    let count = async |sql: &str| lake.warehouse.check(&scope, "warehouse.store", sql).await.unwrap();
    assert_eq!(count("select sum(lines) from this").await, 100);
    assert_eq!(count("select count(*) from this t join lake.sales s on s.store = t.store where s.id < 10").await, 10);
    assert_eq!(count("select sum(lines) from this where store = 'nobody'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_what_is_not_in_the_scope_does_not_exist() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 10)]).await;
    lake.put("lake.secret", "run-1", vec![sales(0, 10)]).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    let mut texts = Vec::new();
    for (sql, named) in [
        ("select * from lake.secret", "lake.secret"),
        ("select * from lake.nowhere", "lake.nowhere"),
        ("select * from lake.sales where id in (select id from lake.secret)", "lake.secret"),
    ] {
        match lake.warehouse.build(&scope, "mart.x", "run", sql).await {
            Err(QueryFault::Definition { reason, .. }) => texts.push(reason.replace(named, "…")),
            other => panic!("{sql}: {other:?}"),
        }
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "there and not there differ: {texts:?}");
    for sql in [
        "select * from sales",
        "select * from this",
        "select * from other.lake.sales",
        "select * from information_schema.tables",
        "select * from 'file.parquet'",
    ] {
        assert!(matches!(lake.warehouse.build(&scope, "mart.x", "run", sql).await, Err(QueryFault::Definition { .. })), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a52_only_a_select_is_built() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 10)]).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    let outside = lake.folder.path().join("outside.parquet");
    for sql in [
        &format!("copy lake.sales to '{}'", outside.display()) as &str,
        "create table x as select 1",
        "create external table x stored as parquet location '/etc'",
        "insert into lake.sales select * from lake.sales",
        "explain select * from lake.sales",
        "set datafusion.execution.batch_size = 1",
        "drop table lake.sales",
        "select 1; select 2",
        "with recursive n as (select 1 as i union all select i + 1 from n) select * from n",
        "select * from generate_series(1, 1000000000)",
        "select * from range(1, 10)",
    ] {
        let refused = lake.warehouse.build(&scope, "mart.x", "run", sql).await;
        assert!(matches!(refused, Err(QueryFault::Definition { .. })), "{sql}: {refused:?}");
    }
    assert!(!outside.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_a_value_is_in_no_fault() {
    let lake = open().await;
    let rows: [(&str, ArrayRef); 2] = [("note", Arc::new(StringArray::from(vec!["12", "hidden-text"]))), ("zero", Arc::new(Int64Array::from(vec![1, 0])))];
    lake.put("lake.notes", "run-1", vec![RecordBatch::try_from_iter(rows).unwrap()]).await;
    let scope = scope(&lake, &[("lake.notes", 0)]);
    for sql in ["select cast(note as bigint) as n from lake.notes", "select 1 / zero as n from lake.notes"] {
        let failed = lake.warehouse.build(&scope, "mart.x", "run", sql).await.unwrap_err();
        assert!(matches!(failed, QueryFault::Expression(_)), "{failed:?}");
        assert!(!failed.to_string().contains("hidden"), "{failed}");
    }
    let failed = lake.warehouse.build(&scope, "mart.x", "run", "select nothing from lake.notes").await.unwrap_err();
    assert!(failed.to_string().contains("nothing"), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_one_count() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 10)]).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    for sql in ["select id from this", "select 1 as a, 2 as b", "select 'x'", "select -1", "select 0.5", "select count(*) from lake.other", "delete from this"]
    {
        assert!(lake.warehouse.check(&scope, "lake.sales", sql).await.is_err(), "{sql}");
    }
    assert!(lake.warehouse.check(&scope, "lake.other", "select count(*) from this").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b21_sorts_and_joins_larger_than_memory_spill() {
    let lake = open_with(96 << 20).await;
    let parts = (0..200).map(|part| sales(part * 10_000, (part + 1) * 10_000)).collect();
    lake.put("lake.sales", "run-1", parts).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    let sorted = lake.warehouse.build(&scope, "mart.sorted", "run", "select * from lake.sales order by store, amount desc").await.unwrap();
    assert_eq!(sorted.rows, 2_000_000);
    assert_eq!(lake.warehouse.row_hash("mart.sorted", 0).await.unwrap(), lake.warehouse.row_hash("lake.sales", 0).await.unwrap());
    let joined = lake
        .warehouse
        .build(&scope, "mart.joined", "run", "select a.store, b.id as other, a.id from lake.sales a join lake.sales b on a.id = b.id and a.store = b.store")
        .await;
    assert_eq!(joined.unwrap().rows, 2_000_000);
    let spilled = || std::fs::read_dir(lake.folder.path().join("scratch")).unwrap().flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap()).count();
    // The tasks of a query that failed end on their own, a little later.
    for _ in 0..100 {
        if spilled() == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{} spilled files stay", spilled());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_result_is_a_table_without_rows() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 10)]).await;
    let scope = scope(&lake, &[("lake.sales", 0)]);
    let built = lake.warehouse.build(&scope, "mart.none", "run", "select * from lake.sales where id < 0").await.unwrap();
    assert_eq!((built.rows, built.columns.len()), (0, 3));
    let scope = scope.with("mart.none", built.version);
    assert_eq!(lake.warehouse.check(&scope, "mart.none", "select count(*) from this").await.unwrap(), 0);
    let empty: Warehouse = lake.warehouse.clone();
    assert_eq!(empty.write("lake.empty", "run", sales(0, 1).schema(), stream(vec![])).await.unwrap().rows, 0);
}

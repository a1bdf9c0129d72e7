//! Attacks on the governed table: hidden rows, masks, drift, predicates that fail open.

use super::house::{House, KEY, definition, equal, everything, grant, keeps_secret, lines, pins, query, text, visits};
use arrow::{array::StringArray, record_batch::RecordBatch};
use std::sync::Arc;
use warehouse::{ColumnType, Comparison, Literal, MartGrant, Mask, PinnedColumn, Predicate, Query, QueryDimension, QueryFault};

#[tokio::test(flavor = "multi_thread")]
async fn a36_casts_and_divisions_tell_nothing_of_hidden_rows() {
    let house = House::new().await;
    let version = house.visits().await;
    let (north, all) = (house.north(version), house.reader(version, everything(), &[]));
    for condition in [
        "cast(note as bigint) >= 0",
        "cast(note as bigint) >= 0 and region = 'North'",
        "100 / units > 0",
        "100 % units >= 0",
        "case when cast(note as bigint) > 50 then 100 / units > 0 else true end",
        "case units when 0 then cast(note as bigint) > 0 else true end",
        "region = 'North' or cast(note as bigint) > 0",
        "cast(substr(note, 1, 3) as int) + 0 >= 0",
        "make_date(2016, cast(note as int) % 12 + 1, 1) is not null",
        "id in (select cast(note as bigint) from visits)",
        "exists (select 1 from visits other where other.id = visits.id and cast(other.note as bigint) >= 0)",
    ] {
        let outcome = house.sql(&north, &format!("select count(*) from visits where {condition}")).await;
        keeps_secret(&outcome);
        assert_eq!(outcome.unwrap(), ["50"], "{condition}");
        // The same fails for who sees every row, without the value that it fails on; what does not fail is no oracle.
        let fault = house.sql(&all, &format!("select count(*) from visits where {condition}")).await;
        assert!(!super::house::told(&fault).contains("secret"), "{fault:?}");
    }
    for select in [
        "select sum(cast(note as bigint)) from visits",
        "select sum(100 / units) from visits group by region",
        "select max(cast(note as bigint)) over (order by id) from visits order by 1 desc limit 1",
        "select a.id from visits a join visits b on cast(a.note as bigint) = cast(b.note as bigint) order by 1 limit 1",
        "select id from visits order by cast(note as bigint) desc limit 1",
        "with own as (select cast(note as bigint) as n from visits) select n from own where n > 90 union all select 100 / units from visits order by 1 limit 3",
    ] {
        let outcome = house.sql(&north, select).await;
        keeps_secret(&outcome);
        assert!(outcome.is_ok(), "{select}: {outcome:?}");
    }
    let fault = house.sql(&all, "select cast(note as bigint) from visits").await.unwrap_err();
    assert!(matches!(fault, QueryFault::Expression(_)), "{fault:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a36_a_value_of_a_masked_column_cannot_be_searched_for() {
    let house = House::new().await;
    let version = house.visits().await;
    for (mask, shown) in [(Mask::Hash, "text"), (Mask::Null, "nothing"), (Mask::Bucket(100.0), "1000"), (Mask::KeepLast(1), "•••3")] {
        let scope = house.reader(version, everything(), &[("household", mask)]);
        let found = house.sql(&scope, "select count(*) from visits where cast(household as varchar) = '1003'").await.unwrap();
        assert_eq!(found, ["0"], "{mask:?}");
        let values = house.sql(&scope, "select distinct household from visits").await.unwrap();
        assert!(!values.iter().any(|value| value == "1003"), "{mask:?} {values:?}");
        assert!(shown == "text" || shown == "nothing" || values.iter().any(|value| value == shown), "{mask:?} {values:?}");
    }
    // A filter of the typed form has the type that is shown.
    let scope = house.reader(version, everything(), &[("household", Mask::Hash)]);
    let search = Predicate::Compare { column: "household".into(), comparison: Comparison::Equal, value: Literal::Integer(1003) };
    let fault = house.ask(&scope, Query { filters: vec![search], ..query() }).await.unwrap_err();
    assert!(matches!(fault, QueryFault::IllTyped { .. }), "{fault:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a48_the_stricter_mask_wins_and_measures_read_masked_values() {
    let order = [Mask::Hide, Mask::Null, Mask::Hash, Mask::Bucket(100.0), Mask::Bucket(10.0), Mask::KeepLast(0), Mask::KeepLast(4)];
    for (place, strict) in order.iter().enumerate() {
        for lax in &order[place..] {
            assert_eq!((strict.stricter(*lax), lax.stricter(*strict)), (*strict, *strict));
        }
    }
    let house = House::new().await;
    let version = house.visits().await;
    let ask = |measure: &str| Query { measures: vec![measure.into()], ..query() };
    let hashed = house.reader(version, everything(), &[("household", Mask::Hash)]);
    assert_eq!(house.ask(&hashed, ask("households")).await.unwrap(), ["10"]);
    assert!(matches!(house.ask(&hashed, ask("house_sum")).await, Err(QueryFault::NotAvailable(_))));
    let nulls = house.reader(version, everything(), &[("household", Mask::Null)]);
    assert_eq!(house.ask(&nulls, ask("households")).await.unwrap(), ["0"]);
    let hidden = house.reader(version, everything(), &[("household", Mask::Hide)]);
    assert!(matches!(house.ask(&hidden, ask("households")).await, Err(QueryFault::NotAvailable(_))));
    let buckets = house.reader(version, everything(), &[("household", Mask::Bucket(1000.0))]);
    assert_eq!(house.ask(&buckets, ask("house_sum")).await.unwrap(), ["100000"]);
    for (scope, available) in [(&hashed, true), (&nulls, true), (&hidden, false), (&buckets, true)] {
        assert_eq!(house.warehouse.available(scope, "visits", "households"), available);
    }
    assert!(!house.warehouse.available(&hashed, "visits", "house_sum"));
    assert!(!house.warehouse.available(&hashed, "visits", "nothing"));
    assert!(house.warehouse.available(&hidden, "visits", "rows"));
}

/// Trap 2 too.
#[tokio::test(flavor = "multi_thread")]
async fn a48_rows_are_filtered_by_true_values_and_hashes_join_within_a_department() {
    let house = House::new().await;
    let version = house.visits().await;
    let of_one = Predicate::Compare { column: "household".into(), comparison: Comparison::Equal, value: Literal::Integer(1003) };
    for mask in [Mask::Hide, Mask::Null, Mask::Hash] {
        let scope = house.reader(version, of_one.clone(), &[("household", mask)]);
        assert_eq!(house.sql(&scope, "select count(*) from visits").await.unwrap(), ["10"], "{mask:?}");
    }
    let scope = house.reader(version, everything(), &[("household", Mask::Hash)]);
    let joined = house.sql(&scope, "select count(*) from visits a join visits b on a.household = b.household").await.unwrap();
    assert_eq!(joined, ["1000"]);
    let hash = |key: [u8; 32], department: &'static str| {
        let grant = MartGrant { hash_key: key, ..grant(version, everything(), &[("household", Mask::Hash)]) };
        house.issuer.issue(department, vec![grant], Vec::new())
    };
    let first = "select household from visits where id = 3";
    let sales = house.sql(&hash(KEY, "sales"), first).await.unwrap();
    let marketing = house.sql(&hash([8; 32], "marketing"), first).await.unwrap();
    assert_ne!(sales, marketing);
    assert_eq!(sales[0].len(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn a47_predicates_that_fail_open_close_the_mart() {
    let house = House::new().await;
    let version = house.visits().await;
    let compare = |column: &str, value: Literal| Predicate::Compare { column: column.into(), comparison: Comparison::Equal, value };
    for rule in [
        Predicate::In { column: "region".into(), values: Vec::new() },
        Predicate::NotIn { column: "region".into(), values: Vec::new() },
        Predicate::Any(Vec::new()),
        Predicate::Contains { column: "region".into(), text: String::new() },
        compare("region", Literal::Integer(1)),
        compare("units", text("1")),
        compare("value", Literal::Number(f64::NAN)),
        compare("nowhere", text("North")),
        Predicate::IsNotNull { column: "nowhere".into() },
        Predicate::All(vec![equal("region", "North"), Predicate::Any(vec![compare("day", Literal::Timestamp(0))])]),
    ] {
        let scope = house.reader(version, rule.clone(), &[]);
        for outcome in [house.sql(&scope, "select count(*) from visits").await, house.ask(&scope, query()).await] {
            assert!(matches!(&outcome, Err(QueryFault::UnknownMart(mart)) if mart == "visits"), "{rule:?} {outcome:?}");
        }
    }
    // A null in the rule's column is no row of anybody's; "is not" lets it pass.
    let count = "select count(*) from visits where id = 99";
    assert_eq!(house.sql(&house.reader(version, equal("region", "South"), &[]), count).await.unwrap(), ["0"]);
    let not_north = Predicate::NotIn { column: "region".into(), values: vec![text("North")] };
    assert_eq!(house.sql(&house.reader(version, not_north, &[]), count).await.unwrap(), ["1"]);
}

/// Trap 4 too: a hidden column is an unknown one.
#[tokio::test(flavor = "multi_thread")]
async fn a49_a_new_renamed_or_retyped_column_is_hidden_and_a_rule_without_its_column_closes() {
    let house = House::new().await;
    let version = house.visits().await;
    let pinned =
        |columns: Vec<PinnedColumn>, rows: Predicate| house.issuer.issue("sales", vec![MartGrant { columns, ..grant(version, rows, &[]) }], Vec::new());
    // Not accepted: hidden, though the row rule may read it.
    let few: Vec<PinnedColumn> = pins().into_iter().filter(|column| column.name == "id" || column.name == "value").collect();
    let scope = pinned(few, equal("region", "North"));
    assert_eq!(house.ask(&scope, Query { limit: Some(1), ..query() }).await.unwrap(), ["0|0.0"]);
    assert_eq!(house.sql(&scope, "select count(*) from visits").await.unwrap(), ["50"]);
    let hidden = house.sql(&scope, "select region from visits").await;
    let absent = house.sql(&scope, "select nowhere from visits").await;
    assert!(matches!(hidden, Err(QueryFault::UnknownColumn(name)) if name == "region"));
    assert!(matches!(absent, Err(QueryFault::UnknownColumn(name)) if name == "nowhere"));
    // Retyped: the name alone does not bring it back.
    let retyped: Vec<PinnedColumn> =
        pins().into_iter().map(|column| if column.name == "note" { PinnedColumn { kind: ColumnType::Integer, ..column } } else { column }).collect();
    assert!(matches!(house.sql(&pinned(retyped, everything()), "select note from visits").await, Err(QueryFault::UnknownColumn(_))));
    // Renamed away under a rule.
    let renamed = visits(vec![0, 1]);
    let names: Vec<String> =
        renamed.schema().fields().iter().map(|field| if field.name() == "region" { "area".into() } else { field.name().clone() }).collect();
    let columns: Vec<_> = names.iter().zip(renamed.columns()).map(|(name, column)| (name.as_str(), column.clone(), true)).collect();
    let later = house.write("visits", vec![RecordBatch::try_from_iter_with_nullable(columns).unwrap()]).await;
    let scope = house.issuer.issue("sales", vec![grant(later, equal("region", "North"), &[])], Vec::new());
    assert!(matches!(house.sql(&scope, "select 1 from visits").await, Err(QueryFault::UnknownMart(_))));
    // The pinned version is as it was.
    assert_eq!(house.sql(&house.north(version), "select count(*) from visits").await.unwrap(), ["50"]);
    // Nothing left to see: no mart, not even its number of rows.
    let blind = pinned(vec![PinnedColumn { name: "gone".into(), kind: ColumnType::Text }], everything());
    assert!(matches!(house.sql(&blind, "select count(*) from visits").await, Err(QueryFault::UnknownMart(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a35_no_text_of_a_value_or_a_name_breaks_out() {
    let house = House::new().await;
    let hostile = ["\\", "\\'", "'", "''", "\"", "\\\"", "') union all select note from visits --", "a;b", "%", "_", "\u{202e}x", "{{x}}", "a\nb"];
    let ids: Vec<i64> = (0..hostile.len() as i64).collect();
    let mut columns: Vec<(String, arrow::array::ArrayRef, bool)> =
        visits(ids).columns().iter().zip(pins()).map(|(array, pin)| (pin.name, array.clone(), true)).collect();
    columns[1].1 = Arc::new(StringArray::from(hostile.to_vec()));
    let version = house.write("visits", vec![RecordBatch::try_from_iter_with_nullable(columns).unwrap()]).await;
    let all = house.reader(version, everything(), &[]);
    for (id, value) in hostile.iter().enumerate() {
        let ask = |filter: Predicate| Query { columns: vec!["id".into()], filters: vec![filter], ..query() };
        assert_eq!(house.ask(&all, ask(equal("region", value))).await.unwrap(), [id.to_string()], "{value:?}");
        let found = house.ask(&all, ask(Predicate::Contains { column: "region".into(), text: value.to_string() })).await.unwrap();
        let expected: Vec<String> = hostile.iter().enumerate().filter(|(_, other)| other.contains(value)).map(|(id, _)| id.to_string()).collect();
        assert_eq!(found, expected, "{value:?}");
        assert_eq!(house.sql(&house.reader(version, equal("region", value), &[]), "select id from visits").await.unwrap(), [id.to_string()], "{value:?}");
        // The same text as a name is an unknown name.
        for query in [
            Query { columns: vec![value.to_string()], ..query() },
            Query { dimensions: vec![QueryDimension { column: value.to_string(), grain: None }], ..query() },
            Query { sort: vec![(value.to_string(), false)], ..query() },
            Query { filters: vec![equal(value, "x")], ..query() },
        ] {
            assert!(matches!(house.ask(&all, query).await, Err(QueryFault::UnknownColumn(_))), "{value:?}");
        }
        assert!(matches!(house.ask(&all, Query { measures: vec![value.to_string()], ..query() }).await, Err(QueryFault::UnknownMeasure(_))));
        assert!(matches!(house.ask(&all, Query { mart: value.to_string(), ..query() }).await, Err(QueryFault::UnknownMart(_))));
    }
    let nul = equal("region", "a\0b");
    assert_eq!(house.ask(&all, Query { filters: vec![nul], ..query() }).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a43_fingerprints_are_of_what_is_bound() {
    let house = House::new().await;
    let print = |department: &str, grant: MartGrant| house.issuer.issue(department, vec![grant], Vec::new()).mart("visits").unwrap().fingerprint().to_owned();
    let north = || grant(0, equal("region", "North"), &[("household", Mask::Hash)]);
    let base = print("sales", north());
    assert_eq!(base, print("sales", north()));
    assert_eq!(base, print("sales", MartGrant { version: 5, ..north() }));
    let fewer: Vec<PinnedColumn> = pins().into_iter().skip(1).collect();
    for other in [
        print("sales", grant(0, equal("region", "South"), &[("household", Mask::Hash)])),
        print("sales", grant(0, equal("region", "North"), &[])),
        print("sales", grant(0, equal("region", "North"), &[("household", Mask::Null)])),
        print("marketing", north()),
        print("sales", MartGrant { columns: fewer, ..north() }),
        print("sales", MartGrant { hash_key: [1; 32], ..north() }),
    ] {
        assert_ne!(base, other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_what_is_not_in_the_scope_does_not_exist() {
    let house = House::new().await;
    let version = house.visits().await;
    house.write("payroll", vec![visits(vec![1])]).await;
    let scope = house.north(version);
    for name in ["payroll", "mart.payroll", "nothing", "lake.visits", "information_schema.tables", "pg_catalog.pg_class", "atalaya.mart.visits"] {
        let outcome = house.sql(&scope, &format!("select * from {name}")).await;
        assert!(matches!(outcome, Err(QueryFault::UnknownMart(_))), "{name} {outcome:?}");
    }
    assert!(matches!(house.ask(&scope, Query { mart: "payroll".into(), ..query() }).await, Err(QueryFault::UnknownMart(_))));
    let empty = house.issuer.issue("sales", Vec::new(), Vec::new());
    assert!(matches!(house.sql(&empty, "select 1 from visits").await, Err(QueryFault::UnknownMart(_))));
    assert_eq!(house.sql(&empty, "select 1").await.unwrap(), ["1"]);
    let rows = house.warehouse.sql(&scope, "select * from mart.visits limit 1").await.unwrap();
    assert_eq!(rows.schema.fields().len(), 9);
    lines(rows).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn trap1_masks_hold_through_sub_queries_and_trap8_each_mart_has_its_own() {
    let house = House::new().await;
    let version = house.visits().await;
    let other = house.write("stores", vec![visits((0..10).collect())]).await;
    let mut open = grant(other, everything(), &[]);
    let mut named = definition();
    named.name = "stores".into();
    open.definition = Arc::new(named);
    let scope = house.issuer.issue("sales", vec![grant(version, everything(), &[("note", Mask::Null), ("household", Mask::Hide)]), open], Vec::new());
    for select in ["select count(note) from (select * from (select note from visits) a) b", "with w as (select note as n from visits) select count(n) from w"] {
        assert_eq!(house.sql(&scope, select).await.unwrap(), ["0"], "{select}");
    }
    let both = house
        .sql(&scope, "select count(stores.note), count(visits.note), count(stores.household) from visits join stores on visits.id = stores.id")
        .await
        .unwrap();
    assert_eq!(both, ["10|0|10"]);
    assert!(matches!(house.sql(&scope, "select visits.household from visits join stores on visits.id = stores.id").await, Err(QueryFault::UnknownColumn(_))));
}

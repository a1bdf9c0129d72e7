//! The typed form of a question: groups, grains, filters, sorts, limits, and the six plain types.

use super::house::{House, definition, equal, everything, grant, query, text};
use arrow::datatypes::{DataType, TimeUnit};
use std::{collections::BTreeMap, sync::Arc};
use warehouse::{Comparison, Grain, Literal, MartGrant, Mask, Predicate, Query, QueryDimension, QueryFault, definition::Measure};

fn by(columns: &[&str]) -> Vec<QueryDimension> {
    columns.iter().map(|column| QueryDimension { column: (*column).into(), grain: None }).collect()
}

fn at(column: &str, grain: Grain) -> Vec<QueryDimension> {
    vec![QueryDimension { column: column.into(), grain: Some(grain) }]
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_are_grouped_sorted_and_cut() {
    let house = House::new().await;
    let all = house.reader(house.visits().await, everything(), &[]);
    let groups = Query { measures: names(&["rows", "value", "mean"]), dimensions: by(&["region"]), ..query() };
    assert_eq!(house.ask(&all, groups.clone()).await.unwrap(), ["North|50|612.5|12.25", "South|49|600.25|12.25", "∅|1|24.75|24.75"]);
    let sorted = Query { sort: vec![("value".into(), false)], limit: Some(1), offset: 1, ..groups.clone() };
    assert_eq!(house.ask(&all, sorted.clone()).await.unwrap(), ["South|49|600.25|12.25"]);
    assert_eq!(house.warehouse.count(&all, &sorted).await.unwrap(), 3);
    // Ties in the order of the dimensions.
    let tied = Query { measures: names(&["rows"]), dimensions: by(&["household"]), sort: vec![("rows".into(), true)], limit: Some(3), ..query() };
    assert_eq!(house.ask(&all, tied).await.unwrap(), ["1000|10", "1001|10", "1002|10"]);
    let total = Query { measures: names(&["rows", "households"]), ..query() };
    assert_eq!(house.ask(&all, total.clone()).await.unwrap(), ["100|10"]);
    assert_eq!(house.warehouse.count(&all, &total).await.unwrap(), 1);
    let none = Query { filters: vec![equal("region", "West")], ..total };
    assert_eq!(house.ask(&all, none).await.unwrap(), ["0|0"]);
    let kinds = Query { dimensions: by(&["region"]), ..query() };
    assert_eq!(house.ask(&all, kinds).await.unwrap(), ["North", "South", "∅"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grains_of_dates_and_times() {
    let house = House::new().await;
    let all = house.reader(house.visits().await, everything(), &[]);
    let ask = |dimensions: Vec<QueryDimension>| Query { measures: names(&["rows"]), dimensions, limit: Some(2), ..query() };
    // Day 17,000 is Monday, 2016-07-18; `at` begins at 2016-07-18T00:01.
    for (column, grain, lines) in [
        ("day", Grain::Day, ["2016-07-18|1", "2016-07-19|1"]),
        ("day", Grain::Week, ["2016-07-18|7", "2016-07-25|7"]),
        ("day", Grain::Month, ["2016-07-01|14", "2016-08-01|31"]),
        ("day", Grain::Quarter, ["2016-07-01|75", "2016-10-01|25"]),
        ("day", Grain::DayOfWeek, ["1|15", "2|15"]),
        ("at", Grain::Hour, ["2016-07-18T00:00:00|1", "2016-07-18T01:00:00|1"]),
        ("at", Grain::Day, ["2016-07-18|24", "2016-07-19|24"]),
        ("at", Grain::HourOfDay, ["0|5", "1|5"]),
        ("at", Grain::DayOfWeek, ["1|24", "2|24"]),
    ] {
        assert_eq!(house.ask(&all, ask(at(column, grain))).await.unwrap(), lines, "{column} {grain:?}");
    }
    for (column, grain) in [("day", Grain::Hour), ("day", Grain::HourOfDay), ("region", Grain::Month), ("units", Grain::Year)] {
        assert!(matches!(house.ask(&all, ask(at(column, grain))).await, Err(QueryFault::IllTyped { .. })), "{column} {grain:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_mean_what_a_person_expects() {
    let house = House::new().await;
    let all = house.reader(house.visits().await, everything(), &[]);
    let column = |name: &str| name.to_owned();
    let compare = |name: &str, comparison, value| Predicate::Compare { column: name.into(), comparison, value };
    for (filter, rows) in [
        (Predicate::In { column: column("region"), values: vec![text("North"), text("West")] }, 50),
        (Predicate::NotIn { column: column("region"), values: vec![text("North")] }, 50),
        (Predicate::IsNull { column: column("region") }, 1),
        (Predicate::IsNotNull { column: column("region") }, 99),
        (Predicate::Contains { column: column("note"), text: "SECRET 1".into() }, 6),
        (Predicate::Contains { column: column("note"), text: "%".into() }, 0),
        (compare("units", Comparison::Greater, Literal::Integer(4)), 10),
        (compare("value", Comparison::LessOrEqual, Literal::Number(1.0)), 5),
        (compare("value", Comparison::Less, Literal::Integer(1)), 4),
        (compare("day", Comparison::GreaterOrEqual, Literal::Date(17_098)), 2),
        (compare("at", Comparison::Less, Literal::Timestamp(17_000 * 86_400_000_000 + 60_000_001)), 1),
        (compare("open", Comparison::Equal, Literal::Bool(true)), 33),
        (compare("open", Comparison::NotEqual, Literal::Bool(true)), 33),
        (Predicate::Any(vec![equal("region", "South"), compare("id", Comparison::Equal, Literal::Integer(0))]), 50),
        (Predicate::All(vec![]), 100),
    ] {
        let ask = Query { measures: names(&["rows"]), filters: vec![filter.clone()], ..query() };
        assert_eq!(house.ask(&all, ask).await.unwrap(), [rows.to_string()], "{filter:?}");
        let list = Query { filters: vec![filter.clone()], limit: Some(1), ..query() };
        assert_eq!(house.warehouse.count(&all, &list).await.unwrap(), rows, "{filter:?}");
    }
    for filter in [
        compare("units", Comparison::Equal, Literal::Number(1.0)),
        compare("region", Comparison::Equal, Literal::Integer(1)),
        compare("day", Comparison::Equal, text("2016-07-18")),
        Predicate::Contains { column: column("id"), text: "1".into() },
    ] {
        assert!(matches!(house.ask(&all, Query { filters: vec![filter], ..query() }).await, Err(QueryFault::IllTyped { .. })));
    }
    for filter in [Predicate::In { column: column("region"), values: vec![] }, Predicate::Any(vec![])] {
        assert!(matches!(house.ask(&all, Query { filters: vec![filter], ..query() }).await, Err(QueryFault::Refused(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_listed_in_their_order_with_plain_types() {
    let house = House::new().await;
    let version = house.visits().await;
    let all = house.reader(version, everything(), &[("household", Mask::Hash), ("note", Mask::KeepLast(1))]);
    let listed = house.warehouse.run(&all, &query()).await.unwrap();
    let kinds: Vec<DataType> = listed.schema.fields().iter().map(|field| field.data_type().clone()).collect();
    use DataType::{Boolean, Date32, Float64, Int64, Timestamp, Utf8};
    assert_eq!(kinds, [Int64, Utf8, Utf8, Int64, Float64, Utf8, Date32, Timestamp(TimeUnit::Microsecond, None), Boolean]);
    let lines = super::house::lines(listed).await.unwrap();
    assert_eq!(lines.len(), 100);
    assert!(lines[4].starts_with("4|North|•|5|1.0|") && lines[4].ends_with("|2016-07-22|2016-07-18T04:01:00|true"), "{}", lines[4]);
    let page = |offset| Query { columns: names(&["id"]), limit: Some(2), offset, filters: vec![equal("region", "North")], ..query() };
    assert_eq!(house.ask(&all, page(0)).await.unwrap(), ["0", "2"]);
    assert_eq!(house.ask(&all, page(48)).await.unwrap(), ["96", "98"]);
    assert_eq!(house.ask(&all, page(50)).await.unwrap().len(), 0);
    let sorted = Query { columns: names(&["units", "id"]), sort: vec![("units".into(), true)], limit: Some(2), ..query() };
    assert_eq!(house.ask(&all, sorted).await.unwrap(), ["5|4", "5|14"]);
    for wrong in [
        Query { columns: names(&["id", "id"]), ..query() },
        Query { columns: names(&["id"]), measures: names(&["rows"]), ..query() },
        Query { measures: names(&["rows", "rows"]), ..query() },
        Query { measures: names(&["value"]), dimensions: by(&["value"]), ..query() },
    ] {
        assert!(matches!(house.ask(&all, wrong).await, Err(QueryFault::Refused(_))));
    }
    assert!(matches!(
        house.ask(&all, Query { columns: names(&["id"]), sort: vec![("units".into(), true)], ..query() }).await,
        Err(QueryFault::UnknownColumn(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measure_is_one_expression_of_aggregates() {
    let house = House::new().await;
    let version = house.visits().await;
    for sql in [
        "id",
        "sum(value) + id",
        "(select max(id) from visits)",
        "sum(sum(value))",
        "input_file_name()",
        "max(input_file_name())",
        "sum(value) over ()",
        "sum(value); drop table visits",
        "max(repeat(note, 1000000))",
        "sum(region)",
    ] {
        let mut wrong = definition();
        wrong.measures = BTreeMap::from([("wrong".to_owned(), Measure { sql: sql.into(), ..Measure::default() })]);
        let scope = house.issuer.issue("sales", vec![MartGrant { definition: Arc::new(wrong), ..grant(version, everything(), &[]) }], Vec::new());
        let outcome = house.ask(&scope, Query { measures: names(&["wrong"]), ..query() }).await;
        assert!(matches!(outcome, Err(QueryFault::Definition { .. })), "{sql}: {outcome:?}");
        assert!(!house.warehouse.available(&scope, "visits", "wrong"), "{sql}");
    }
    let scope = house.reader(version, everything(), &[]);
    let same = Query { measures: names(&["value", "mean", "ratio"]), ..query() };
    assert_eq!(house.ask(&scope, same).await.unwrap(), ["1237.5|12.375|8.25"]);
}

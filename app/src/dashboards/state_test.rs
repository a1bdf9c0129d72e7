//! Addresses of dashboards: read, written, clicked, reset; and what each tile is asked under them.

use super::*;
use crate::warehouse::asks::{Comparison, Dimension, Period, Value};

fn filters() -> Vec<DashboardFilter> {
    let filter = |name: &str, kind, columns: &[(&str, &str)], default: Option<&str>| DashboardFilter {
        name: name.into(),
        label: Default::default(),
        kind,
        columns: columns.iter().map(|(mart, column)| (mart.to_string(), column.to_string())).collect(),
        values_from: None,
        default: default.map(Into::into),
    };
    vec![
        filter("date", FilterKind::Date, &[("baskets", "day"), ("coupons", "redeemed")], Some("this-year")),
        filter("region", FilterKind::Choice, &[("baskets", "region")], None),
    ]
}

fn tile(id: &str, mart: &str, by: &[&str]) -> Tile {
    Tile {
        id: id.into(),
        title: Default::default(),
        note: Default::default(),
        chart: Default::default(),
        question: Question {
            mart: mart.into(),
            dimensions: by.iter().map(|column| Dimension { column: column.to_string(), grain: None }).collect(),
            comparison: Some(Comparison::PreviousPeriod),
            ..Default::default()
        },
        stream: None,
        window: None,
        width: 3,
        height: 2,
    }
}

fn is(column: &str, value: &str) -> Filter {
    Filter { column: column.into(), test: Test::Is(vec![Value::Text(value.into())]) }
}

fn has(mart: &str, column: &str) -> bool {
    matches!((mart, column), ("baskets", "day" | "region" | "department") | ("coupons", "redeemed"))
}

#[test]
fn an_address_is_read_back_as_it_was() {
    for search in ["", "?date=last-quarter", "?date=2017-01-01..2017-12-31&region=North,South", "?region=a\\,b&x.department=GROCERY&from=t1,t2", "?date=all"] {
        let state = State::read(search);
        assert_eq!(State::read(&state.write()), state, "{search}");
    }
    assert_eq!(State::read("date=last-quarter&x.department=GROCERY&from=t1").write(), "?date=last-quarter&x.department=GROCERY&from=t1");
}

#[test]
fn the_default_holds_until_the_address_says_otherwise() {
    let filters = filters();
    let date = |search: &str| State::read(search).test_of(&filters[0]);
    assert_eq!(date(""), Some(Test::Period(Period::ThisYear)));
    assert_eq!(date("?date=last-30-days"), Some(Test::Period(Period::LastDays(30))));
    assert_eq!(date("?date=all"), None);
    assert_eq!(date("?date=nonsense"), Some(Test::Period(Period::ThisYear)));
    assert_eq!(State::read("").test_of(&filters[1]), None);
    // A choice may be named like a period; it is a value nevertheless.
    assert_eq!(State::read("?region='last-quarter").test_of(&filters[1]), Some(is("", "last-quarter").test));
}

#[test]
fn what_holds_anyway_is_not_written() {
    let filters = filters();
    let start = State::default();
    assert_eq!(start.with(&filters[0], Some(&Test::Period(Period::LastQuarters(4)))).write(), "?date=last-4-quarters");
    assert_eq!(start.with(&filters[0], Some(&Test::Period(Period::ThisYear))).write(), "");
    assert_eq!(start.with(&filters[0], None).write(), "?date=all");
    assert_eq!(start.with(&filters[1], Some(&is("", "North").test)).with(&filters[1], None).write(), "");
    assert!(!start.changed(&filters));
    assert!(State::read("?region=North").changed(&filters));
    assert!(!State::read("?utm=1").changed(&filters));
}

#[test]
fn every_tile_of_a_mart_obeys_and_other_marts_what_they_know() {
    let filters = filters();
    let state = State::read("?date=last-quarter&region=North&x.department=GROCERY");
    let columns = |tile: &Tile| state.question(tile, &filters, &has).filters.into_iter().map(|filter| filter.column).collect::<Vec<_>>();
    assert_eq!(columns(&tile("t1", "baskets", &[])), ["day", "region", "department"]);
    assert_eq!(columns(&tile("t2", "coupons", &[])), ["redeemed"]);
}

#[test]
fn a_click_filters_the_others_and_the_same_click_again_takes_it_back() {
    let filters = filters();
    let clicked = State::default().click("t1", &[is("department", "GROCERY")]);
    assert_eq!(clicked.write(), "?x.department=GROCERY&from=t1");
    let source = tile("t1", "baskets", &["department"]);
    let other = tile("t2", "baskets", &["department"]);
    let names = |question: Question| question.filters.into_iter().map(|filter| filter.column).collect::<Vec<_>>();
    assert_eq!(names(clicked.question(&source, &filters, &has)), ["day"], "the clicked tile keeps its marks");
    assert_eq!(names(clicked.question(&other, &filters, &has)), ["day", "department"]);
    assert_eq!(names(clicked.rows_behind(&source, &filters, &has)), ["day", "department"], "the rows behind the mark");
    assert_eq!(clicked.click("t1", &[is("department", "MEAT")]).write(), "?x.department=MEAT&from=t1");
    assert_eq!(clicked.click("t1", &[is("department", "GROCERY")]).write(), "");
    assert_eq!(clicked.without("department").write(), "");
    assert_eq!(clicked.click("t1", &[]), clicked);
}

#[test]
fn a_clicked_month_takes_the_place_of_the_period() {
    let filters = filters();
    let month = Filter { column: "day".into(), test: Test::Between(Value::Text("2017-02-01".into()), Value::Text("2017-02-28".into())) };
    let question = State::default().click("t9", std::slice::from_ref(&month)).question(&tile("t1", "baskets", &[]), &filters, &has);
    assert_eq!(question.filters, [month]);
    assert_eq!(question.comparison, Some(Comparison::PreviousPeriod));
}

#[test]
fn without_a_period_there_is_nothing_to_compare_with() {
    let filters = filters();
    assert_eq!(State::read("?date=all").question(&tile("t1", "baskets", &[]), &filters, &has).comparison, None);
}

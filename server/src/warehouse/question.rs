//! A typed question resolved against one mart of the reader's scope: columns checked, values typed, periods turned into dates.

use super::rules::{self, Range};
use crate::fault::{Fault, Result};
use app::warehouse::asks::{self, Filter, Question, Test, Value};
use chrono::NaiveDate;
use warehouse::{ColumnType, Comparison, GovernedMart, Grain, Literal, Predicate, Query, QueryDimension};

/// Most rows of an answer on a page; downloads have no such cap.
pub const PAGE_ROWS: u64 = 10_000;

/// A question made ready, with the earlier period's twin when one was asked for.
#[derive(Debug)]
pub struct Resolved {
    pub query: Query,
    pub period: Option<Range>,
    /// The same query over the period to compare with.
    pub earlier: Option<Query>,
}

/// Resolves; `up_to` is the last day of the mart's data in this scope.
pub fn resolve(question: &Question, mart: &GovernedMart, up_to: Option<NaiveDate>) -> Result<Resolved> {
    let mut filters = Vec::with_capacity(question.filters.len());
    let mut period = None;
    for filter in &question.filters {
        let kind = kind_of(mart, &filter.column)?;
        let range = range_of(filter, kind, up_to)?;
        if let Some(range) = range {
            period = Some((filter.column.clone(), kind, range));
        }
        filters.push(condition(filter, kind, range)?);
    }
    let query = Query {
        mart: question.mart.clone(),
        measures: question.measures.clone(),
        dimensions: question
            .dimensions
            .iter()
            .map(|dimension| QueryDimension { column: dimension.column.clone(), grain: dimension.grain.map(grain) })
            .collect(),
        columns: question.columns.clone(),
        filters,
        sort: question.sort.iter().map(|sort| (sort.by.clone(), sort.descending)).collect(),
        limit: question.limit,
        offset: question.offset,
    };
    let earlier = match (question.comparison, &period) {
        (Some(comparison), Some((column, kind, range))) => {
            rules::earlier(*range, comparison).map(|range| shifted(question, &query, column, *kind, range)).transpose()?
        }
        _ => None,
    };
    Ok(Resolved { query, period: period.map(|(_, _, range)| range), earlier })
}

/// The same query with its period condition replaced.
fn shifted(question: &Question, query: &Query, column: &str, kind: ColumnType, range: Range) -> Result<Query> {
    let mut query = query.clone();
    for (filter, condition) in question.filters.iter().zip(&mut query.filters) {
        if filter.column == column && matches!(filter.test, Test::Period(_) | Test::Between(..)) {
            *condition = between(column, kind, range)?;
        }
    }
    Ok(query)
}

fn kind_of(mart: &GovernedMart, column: &str) -> Result<ColumnType> {
    let found = mart.columns().find(|(pinned, _)| pinned.name == column);
    found
        .map(
            |(pinned, mask)| {
                if mask.is_some_and(|mask| matches!(mask, warehouse::Mask::Hash | warehouse::Mask::KeepLast(_))) { ColumnType::Text } else { pinned.kind }
            },
        )
        .ok_or_else(|| Fault::invalid(format!("Unknown column {column}."), format!("Columna desconocida: {column}.")).on(column))
}

/// The days a filter comes to, when it is a period or a pair of dates.
fn range_of(filter: &Filter, kind: ColumnType, up_to: Option<NaiveDate>) -> Result<Option<Range>> {
    let dated = matches!(kind, ColumnType::Date | ColumnType::Timestamp);
    match &filter.test {
        Test::Period(_) if !dated => Err(Fault::invalid(
            format!("{} is not a date: a period cannot filter it.", filter.column),
            format!("{} no es una fecha: un periodo no puede filtrarla.", filter.column),
        )
        .on(&filter.column)),
        // Without data there is nothing to count from, and no row that any day could show: the epoch does.
        Test::Period(period) => rules::range_of(*period, up_to.unwrap_or_default()).map(Some),
        Test::Between(Value::Text(from), Value::Text(to)) if dated && from.len() == 10 && to.len() == 10 => Ok(rules::day(from).zip(rules::day(to))),
        _ => Ok(None),
    }
}

fn condition(filter: &Filter, kind: ColumnType, range: Option<Range>) -> Result<Predicate> {
    let column = || filter.column.clone();
    let typed = |value: &Value| rules::literal(&filter.column, kind, value);
    let compare = |comparison, value: &Value| Ok(Predicate::Compare { column: column(), comparison, value: typed(value)? });
    if let Some(range) = range {
        return between(&filter.column, kind, range);
    }
    match &filter.test {
        Test::Is(values) | Test::IsNot(values) if values.is_empty() => {
            Err(Fault::invalid(format!("Choose at least one value for {}.", filter.column), format!("Elija al menos un valor de {}.", filter.column))
                .on(&filter.column))
        }
        Test::Is(values) => {
            let mut any = Vec::new();
            let literals = literals(values, &typed)?;
            if !literals.is_empty() {
                any.push(Predicate::In { column: column(), values: literals });
            }
            if values.contains(&Value::Null) {
                any.push(Predicate::IsNull { column: column() });
            }
            Ok(Predicate::Any(any))
        }
        Test::IsNot(values) => {
            let mut all = Vec::new();
            let literals = literals(values, &typed)?;
            if !literals.is_empty() {
                all.push(Predicate::NotIn { column: column(), values: literals });
            }
            if values.contains(&Value::Null) {
                all.push(Predicate::IsNotNull { column: column() });
            }
            Ok(Predicate::All(all))
        }
        Test::Between(from, to) => Ok(Predicate::All(vec![compare(Comparison::GreaterOrEqual, from)?, compare(Comparison::LessOrEqual, to)?])),
        Test::AtLeast(value) => compare(Comparison::GreaterOrEqual, value),
        Test::AtMost(value) => compare(Comparison::LessOrEqual, value),
        Test::Contains(text) => Ok(Predicate::Contains { column: column(), text: text.clone() }),
        Test::Empty => Ok(Predicate::IsNull { column: column() }),
        Test::NotEmpty => Ok(Predicate::IsNotNull { column: column() }),
        Test::Period(_) => Err(Fault::internal("a period without days")),
    }
}

fn literals(values: &[Value], typed: &dyn Fn(&Value) -> Result<Literal>) -> Result<Vec<Literal>> {
    values.iter().filter(|value| **value != Value::Null).map(typed).collect()
}

fn between(column: &str, kind: ColumnType, (from, to): Range) -> Result<Predicate> {
    let bound = |day, end, comparison| {
        rules::bound(kind, day, end)
            .map(|value| Predicate::Compare { column: column.to_owned(), comparison, value })
            .ok_or_else(|| Fault::internal("a period on a column that is no date"))
    };
    Ok(Predicate::All(vec![bound(from, false, Comparison::GreaterOrEqual)?, bound(to, true, Comparison::LessOrEqual)?]))
}

fn grain(grain: asks::Grain) -> Grain {
    match grain {
        asks::Grain::Hour => Grain::Hour,
        asks::Grain::Day => Grain::Day,
        asks::Grain::Week => Grain::Week,
        asks::Grain::Month => Grain::Month,
        asks::Grain::Quarter => Grain::Quarter,
        asks::Grain::Year => Grain::Year,
        asks::Grain::DayOfWeek => Grain::DayOfWeek,
        asks::Grain::HourOfDay => Grain::HourOfDay,
    }
}

//! Random questions in the typed form: listings and groups with filters, sorts and limits.

use super::{Dice, conditions::Seen, tables::COLUMNS};
use crate::{ColumnType, Comparison, Grain, Literal, Predicate, Query, QueryDimension, ROWS};

/// Name, expression, the column it reads, and the type that the column must be shown in.
pub(super) const MEASURES: [(&str, &str, &str, ColumnType); 6] = [
    ("noted", "sum(cast(note as bigint))", "note", ColumnType::Text),
    ("shared", "sum(100 / units)", "units", ColumnType::Integer),
    ("narrow", "max(cast(width as int))", "width", ColumnType::Integer),
    ("valued", "sum(value)", "value", ColumnType::Number),
    ("coded", "sum(cast(code as bigint))", "code", ColumnType::Text),
    ("regions", "count(distinct region)", "region", ColumnType::Text),
];

pub(super) fn any(dice: &mut Dice, seen: &[Seen]) -> (&'static str, Query) {
    let seen = dice.pick(seen);
    if dice.chance(6) {
        return ("question, values", values(dice, seen));
    }
    let (shape, mut query) = if dice.chance(3) { ("question, list", listed(dice, seen)) } else { ("question, groups", grouped(dice, seen)) };
    query.filters = (0..dice.roll(3)).map(|_| filter(dice, seen)).collect();
    if dice.chance(2) {
        query.limit = Some(1 + dice.roll(40));
        query.offset = dice.roll(5);
    }
    if dice.chance(40) {
        // Columns that are not there, or not for this reader, are refused alike.
        let (column, _) = *dice.pick(&COLUMNS);
        let named = Predicate::IsNotNull { column: column.to_owned() };
        query.filters.push(named);
        return ("wrong", query);
    }
    (shape, query)
}

/// The values that a filter offers: the distinct ones of a column under a search, so many of them.
fn values(dice: &mut Dice, seen: &Seen) -> Query {
    let (name, kind) = *dice.pick(&seen.columns);
    let column = name.to_owned();
    let searched = kind == ColumnType::Text && dice.chance(2);
    let text = (*dice.pick(&["1", "a", "or", "9", "sec", "no"])).to_owned();
    let filters = if searched { vec![Predicate::Contains { column: column.clone(), text }] } else { Vec::new() };
    let dimensions = vec![QueryDimension { column, grain: None }];
    let (measures, sort) = (vec![ROWS.to_owned()], vec![(ROWS.to_owned(), true)]);
    Query { mart: seen.name.into(), measures, dimensions, filters, sort, limit: Some(1 + dice.roll(40)), ..Query::default() }
}

fn listed(dice: &mut Dice, seen: &Seen) -> Query {
    let columns = if dice.chance(3) { Vec::new() } else { some(dice, seen, 4) };
    let outputs = if columns.is_empty() { seen.columns.iter().map(|(name, _)| (*name).to_owned()).collect() } else { columns.clone() };
    let sort = sorted(dice, &outputs);
    Query { mart: seen.name.into(), columns, sort, ..Query::default() }
}

fn grouped(dice: &mut Dice, seen: &Seen) -> Query {
    let grouped_by = if dice.chance(5) { Vec::new() } else { some(dice, seen, 2) };
    let dimensions: Vec<QueryDimension> = grouped_by.into_iter().map(|column| dimension(dice, seen, column)).collect();
    let mut measures = vec![ROWS.to_owned()];
    for (name, _, column, kind) in MEASURES {
        // Over a column that a mask gives another type the fault is the reader's; over one of that type it is the definition's.
        if seen.kind(column).is_none_or(|shown| shown == kind) && dice.chance(if seen.kind(column).is_some() { 3 } else { 30 }) {
            measures.push(name.to_owned());
        }
    }
    let outputs: Vec<String> = dimensions.iter().map(|dimension| dimension.column.clone()).chain(measures.iter().cloned()).collect();
    let sort = sorted(dice, &outputs);
    Query { mart: seen.name.into(), measures, dimensions, sort, ..Query::default() }
}

fn dimension(dice: &mut Dice, seen: &Seen, column: String) -> QueryDimension {
    let grains: &[Grain] = match seen.kind(&column) {
        Some(ColumnType::Date) => &[Grain::Week, Grain::Month, Grain::Quarter, Grain::Year, Grain::DayOfWeek],
        Some(ColumnType::Timestamp) => &[Grain::Day, Grain::Month, Grain::HourOfDay, Grain::DayOfWeek],
        _ => &[],
    };
    let grain = (!grains.is_empty()).then(|| *dice.pick(grains));
    QueryDimension { column, grain }
}

/// One to `most` different columns.
fn some(dice: &mut Dice, seen: &Seen, most: u64) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for _ in 0..1 + dice.roll(most) {
        let (name, _) = *dice.pick(&seen.columns);
        if !columns.iter().any(|column| column == name) {
            columns.push(name.to_owned());
        }
    }
    columns
}

fn sorted(dice: &mut Dice, outputs: &[String]) -> Vec<(String, bool)> {
    (0..dice.roll(3)).map(|_| (dice.pick(outputs).clone(), dice.chance(2))).collect()
}

fn filter(dice: &mut Dice, seen: &Seen) -> Predicate {
    let (name, kind) = *dice.pick(&seen.columns);
    let column = name.to_owned();
    let comparisons = [Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::GreaterOrEqual];
    match (dice.roll(7), kind) {
        (0, _) => Predicate::IsNotNull { column },
        (1, _) => Predicate::Any(vec![Predicate::IsNull { column: column.clone() }, compared(dice, column, kind, &comparisons)]),
        (2, _) => Predicate::In { column, values: (0..4).map(|_| literal(dice, name, kind)).collect() },
        (3, _) => Predicate::NotIn { column, values: (0..3).map(|_| literal(dice, name, kind)).collect() },
        (4 | 5, ColumnType::Text) => Predicate::Contains { column, text: (*dice.pick(&["1", "a", "or", "9", "sec"])).into() },
        _ => compared(dice, column, kind, &comparisons),
    }
}

fn compared(dice: &mut Dice, column: String, kind: ColumnType, comparisons: &[Comparison]) -> Predicate {
    let value = literal(dice, &column, kind);
    Predicate::Compare { comparison: *dice.pick(comparisons), value, column }
}

/// A value that the column may well hold.
fn literal(dice: &mut Dice, column: &str, kind: ColumnType) -> Literal {
    match kind {
        ColumnType::Text if column == "region" => Literal::Text((*dice.pick(&["North", "South", "East"])).into()),
        ColumnType::Text if column == "city" => Literal::Text(format!("{}-{:02}", dice.pick(&["mad", "mal"]), dice.roll(8))),
        ColumnType::Text => Literal::Text(dice.roll(1000).to_string()),
        ColumnType::Integer if column == "units" => Literal::Integer(dice.roll(10) as i64),
        ColumnType::Integer => Literal::Integer(dice.roll(500) as i64),
        ColumnType::Number => Literal::Number(dice.roll(1000) as f64),
        ColumnType::Bool => Literal::Bool(dice.chance(2)),
        ColumnType::Date => Literal::Date(17_000 + dice.roll(700) as i32),
        ColumnType::Timestamp => Literal::Timestamp((1_483_228_800 + dice.roll(50_000_000) as i64) * 1_000_000),
    }
}

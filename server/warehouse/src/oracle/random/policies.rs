//! Random policies over the whole language of rules and masks.

use super::{
    Dice,
    tables::{COLUMNS, Row, place, shows},
};
use crate::{Comparison, Literal, Mask, Predicate};
use std::collections::BTreeMap;

/// Columns that rules are over: those that hiding leaves as they are.
const RULED: [&str; 7] = ["id", "region", "city", "value", "day", "moment", "open"];

/// A rule that shows 21 to 95 % of the rows.
pub(super) fn rule(dice: &mut Dice, rows: &[Row]) -> Predicate {
    for _ in 0..200 {
        let rule = any(dice, rows, 2);
        let visible = rows.iter().filter(|row| shows(&rule, row)).count();
        if (0.21..=0.95).contains(&(visible as f64 / rows.len() as f64)) {
            return rule;
        }
    }
    Predicate::Compare { column: "id".into(), comparison: Comparison::Less, value: Literal::Integer(rows.len() as i64 / 2) }
}

fn any(dice: &mut Dice, rows: &[Row], depth: usize) -> Predicate {
    let parts = 2 + dice.roll(2);
    match dice.roll(if depth > 0 { 6 } else { 4 }) {
        4 => Predicate::All((0..parts).map(|_| any(dice, rows, depth - 1)).collect()),
        5 => Predicate::Any((0..parts).map(|_| any(dice, rows, depth - 1)).collect()),
        _ => one(dice, rows),
    }
}

fn one(dice: &mut Dice, rows: &[Row]) -> Predicate {
    let name = *dice.pick(&RULED);
    let column = name.to_owned();
    // An attribute of a person may hold many values.
    let many = if dice.chance(4) { 40 } else { 3 };
    let count = 1 + dice.roll(many);
    let mut values: Vec<Literal> = (0..count).filter_map(|_| dice.pick(rows)[place(name)].clone()).collect();
    let Some(value) = values.pop() else { return Predicate::IsNull { column } };
    let compare = |comparison, value| Predicate::Compare { column: column.clone(), comparison, value };
    match (dice.roll(9), &value) {
        (0, _) => Predicate::IsNull { column },
        (1, _) => Predicate::IsNotNull { column },
        (2 | 3, _) => Predicate::In { column, values: [values, vec![value]].concat() },
        (4, _) => Predicate::NotIn { column, values: [values, vec![value]].concat() },
        (_, Literal::Bool(_)) => compare(*dice.pick(&[Comparison::Equal, Comparison::NotEqual]), value),
        (5 | 6, Literal::Text(text)) => {
            let (from, to) = around(&text[..1 + dice.roll(text.len() as u64) as usize]);
            Predicate::All(vec![compare(Comparison::GreaterOrEqual, Literal::Text(from)), compare(Comparison::Less, Literal::Text(to))])
        }
        (5 | 6, _) => {
            let other = values.pop().unwrap_or_else(|| value.clone());
            Predicate::All(vec![compare(Comparison::GreaterOrEqual, value), compare(Comparison::LessOrEqual, other)])
        }
        _ => compare(*dice.pick(&COMPARISONS), value),
    }
}

const COMPARISONS: [Comparison; 6] =
    [Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::LessOrEqual, Comparison::Greater, Comparison::GreaterOrEqual];

/// A prefix as a range: from it to the first text that no longer begins with it. Texts are ASCII here.
fn around(prefix: &str) -> (String, String) {
    let (head, last) = prefix.split_at(prefix.len() - 1);
    let next = last.bytes().next().map_or('~', |byte| char::from(byte + 1));
    (prefix.to_owned(), format!("{head}{next}"))
}

/// Masks of some columns. Those of `note`, `units` and `width` make no value that breaks an expression: which of two conditions is
/// asked first depends on batches, which a copy has others of. The first column stays unique.
pub(super) fn masks(dice: &mut Dice) -> BTreeMap<String, Mask> {
    let mut masks = BTreeMap::new();
    for (column, _) in COLUMNS {
        if !dice.chance(6) {
            continue;
        }
        let mask = match column {
            "note" | "units" => *dice.pick(&[Mask::Hide, Mask::Null]),
            "width" => *dice.pick(&[Mask::Hide, Mask::Null, Mask::Bucket(10.0), Mask::Bucket(2.5)]),
            "id" => *dice.pick(&[Mask::Hide, Mask::Hash]),
            _ => *dice.pick(&[Mask::Hide, Mask::Null, Mask::Hash, Mask::Bucket(10.0), Mask::Bucket(2.5), Mask::KeepLast(2)]),
        };
        masks.insert(column.to_owned(), mask);
    }
    masks
}

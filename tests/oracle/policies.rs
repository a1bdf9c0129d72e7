//! Random policies over the whole language of rules and masks, for one role or for all.

use super::{
    Dice,
    share::{Person, Share},
    world::{COLUMNS, Cell, MART, Row, place},
};
use app::governance::asks::{MaskRule, PolicyCard, RowRule};
use warehouse::ColumnType;

/// Mostly such that the person sees 21 to 95 % of the rows; at times less, more, or nothing at all.
pub fn any(dice: &mut Dice, rows: &[Row], person: &Person) -> Vec<PolicyCard> {
    let mut policies = several(dice, rows);
    for _ in 0..60 {
        let wanted = match Share::of(&policies, person, rows) {
            None => dice.chance(3),
            Some(share) => (0.21..=0.95).contains(&(share.rows.len() as f64 / rows.len() as f64)) || dice.chance(15),
        };
        if wanted {
            break;
        }
        policies = several(dice, rows);
    }
    policies
}

/// The same without one rule that hides something from this person; `None` where there is no such rule.
pub fn without_a_rule(policies: &[PolicyCard], person: &Person, rows: &[Row]) -> Option<Vec<PolicyCard>> {
    let visible = Share::of(policies, person, rows)?.rows.len();
    for (at, policy) in policies.iter().enumerate() {
        for rule in 0..policy.rows.len() {
            let mut fewer = policies.to_vec();
            fewer[at].rows.remove(rule);
            if Share::of(&fewer, person, rows).is_some_and(|share| share.rows.len() > visible) {
                return Some(fewer);
            }
        }
    }
    None
}

fn several(dice: &mut Dice, rows: &[Row]) -> Vec<PolicyCard> {
    (0..1 + dice.roll(3)).map(|number| policy(dice, rows, number == 0)).collect()
}

/// The first one is always about whoever reads, who is a manager; the others may be about nobody here.
fn policy(dice: &mut Dice, rows: &[Row], first: bool) -> PolicyCard {
    let roles: &[&str] = if first { &["", "manager"] } else { &["", "manager", "employee"] };
    let department = if !first && dice.chance(8) { "administration" } else { "sales" };
    PolicyCard {
        mart: MART.into(),
        department: department.into(),
        role: (*dice.pick(roles)).into(),
        rows: (0..dice.roll(3)).flat_map(|_| rules(dice, rows)).collect(),
        masks: masks(dice),
        columns: accepted(dice),
        enabled: first || !dice.chance(8),
        ..PolicyCard::default()
    }
}

/// None is all of them.
fn accepted(dice: &mut Dice) -> Vec<String> {
    if !dice.chance(3) {
        return Vec::new();
    }
    COLUMNS.iter().filter(|(name, _)| *name == "id" || !dice.chance(7)).map(|(name, _)| (*name).to_owned()).collect()
}

fn masks(dice: &mut Dice) -> Vec<MaskRule> {
    let mut masks = Vec::new();
    for (column, kind) in &COLUMNS[1..] {
        if dice.chance(7) {
            let fitting: &[&str] = match kind {
                ColumnType::Text => &["hide", "null", "hash", "keep-last:2", "keep-last:1"],
                ColumnType::Integer | ColumnType::Number => &["hide", "null", "hash", "bucket:10", "bucket:2.5"],
                _ => &["hide", "null", "hash"],
            };
            masks.push(MaskRule { column: (*column).to_owned(), mask: (*dice.pick(fitting)).to_owned() });
        }
    }
    masks
}

/// Column, operator, attribute. Some have the attribute missing, of another type, or of several values where one is compared with.
const OF_PERSON: [(&str, &str, &str); 12] = [
    ("region", "in", "regions"),
    ("region", "in", "regions"),
    ("region", "=", "home"),
    ("region", "<>", "home"),
    ("region", "<>", "home"),
    ("household_id", "in", "households"),
    ("household_id", "in", "households"),
    ("units", "<=", "most"),
    ("day", ">=", "since"),
    ("region", "in", "towns"),
    ("units", "in", "regions"),
    ("region", "=", "regions"),
];

/// One rule, or the two of a range.
fn rules(dice: &mut Dice, rows: &[Row]) -> Vec<RowRule> {
    let (name, kind) = *dice.pick(&COLUMNS);
    let rule = |operator: &str, values: Vec<String>| RowRule { column: name.to_owned(), operator: operator.to_owned(), values };
    match (dice.roll(9), kind) {
        (0, _) => vec![rule(dice.pick::<&str>(&["is null", "is not null", "is not null"]), Vec::new())],
        (1 | 2, _) => {
            let (column, operator, attribute) = *dice.pick(&OF_PERSON);
            vec![RowRule { column: column.to_owned(), operator: operator.to_owned(), values: vec![format!("person.{attribute}")] }]
        }
        (3 | 4, _) => {
            let most = if dice.chance(3) { 120 } else { 4 };
            let values = (0..1 + dice.roll(most)).map(|_| value(dice, rows, name)).collect();
            vec![rule("in", values)]
        }
        (_, ColumnType::Bool) => vec![rule(dice.pick::<&str>(&["=", "<>"]), vec![value(dice, rows, name)])],
        (5, ColumnType::Text) => {
            let text = value(dice, rows, name);
            // Texts are ASCII here.
            let (from, to) = around(&text[..1 + dice.roll(text.len() as u64) as usize]);
            vec![rule(">=", vec![from]), rule("<", vec![to])]
        }
        (5 | 6, _) => vec![rule(">=", vec![value(dice, rows, name)]), rule("<=", vec![value(dice, rows, name)])],
        _ => vec![rule(dice.pick::<&str>(&["=", "<>", "<>", "<", "<=", ">", ">="]), vec![value(dice, rows, name)])],
    }
}

/// A value that the column has, as a rule writes it.
fn value(dice: &mut Dice, rows: &[Row], column: &str) -> String {
    loop {
        let cell = &dice.pick(rows)[place(column)];
        if *cell != Cell::Null {
            return cell.written();
        }
    }
}

/// From a prefix to the first text that no longer begins with it.
fn around(prefix: &str) -> (String, String) {
    let (head, last) = prefix.split_at(prefix.len() - 1);
    let next = last.bytes().next().map_or('~', |byte| char::from(byte + 1));
    (prefix.to_owned(), format!("{head}{next}"))
}

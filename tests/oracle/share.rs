//! What somebody sees of the mart by all policies that apply to them, reckoned without the server.

use super::{
    Dice,
    world::{COLUMNS, Cell, Row, place},
};
use app::{
    governance::asks::{PolicyCard, RowRule},
    warehouse::asks::Value,
};
use std::collections::BTreeMap;
use warehouse::ColumnType;

/// A reader in Sales.
pub struct Person {
    pub name: &'static str,
    pub roles: &'static [&'static str],
    pub attributes: &'static [(&'static str, &'static [&'static str])],
}

pub static PEOPLE: [Person; 2] = [
    Person {
        name: "sergio",
        roles: &["manager"],
        attributes: &[
            ("regions", &["East", "North", "South"]),
            ("home", &["South"]),
            ("households", &["1", "2", "3", "5", "7", "11", "13", "17", "19", "23", "29", "31", "37"]),
            ("since", &["2017-01-15"]),
            ("most", &["6"]),
        ],
    },
    Person {
        name: "nora",
        roles: &["manager", "employee"],
        attributes: &[
            ("regions", &["North", "Norway"]),
            ("home", &["North"]),
            ("households", &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"]),
            ("since", &["2016-09-30"]),
            ("most", &["4"]),
        ],
    },
];

/// What stands for a value of a column under the mask `hash`.
pub type Codes = BTreeMap<(&'static str, String), String>;

pub struct Share {
    /// The rows that every rule lets through, as they are.
    pub rows: Vec<Row>,
    pub columns: Vec<Column>,
}

/// A column that is not hidden.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnType,
    /// The strictest of those that apply.
    pub mask: Option<String>,
}

impl Share {
    /// `None`: the mart is not there, for want of a policy or because a rule cannot be laid on it.
    pub fn of(policies: &[PolicyCard], person: &Person, rows: &[Row]) -> Option<Self> {
        let of_role = |policy: &PolicyCard| policy.role.is_empty() || person.roles.contains(&policy.role.as_str());
        let applying: Vec<&PolicyCard> = policies.iter().filter(|policy| policy.enabled && policy.department == "sales" && of_role(policy)).collect();
        if applying.is_empty() {
            return None;
        }
        let rules = applying.iter().flat_map(|policy| &policy.rows).map(|rule| Bound::of(rule, person)).collect::<Option<Vec<_>>>()?;
        let rows = rows.iter().filter(|row| rules.iter().all(|rule| rule.holds(row))).cloned().collect();
        let accepted = |name: &str| applying.iter().all(|policy| policy.columns.is_empty() || policy.columns.iter().any(|column| column == name));
        let mut columns = Vec::new();
        for (name, kind) in COLUMNS {
            let masks = applying.iter().flat_map(|policy| &policy.masks).filter(|rule| rule.column == name).map(|rule| rule.mask.as_str());
            let mask = masks.min_by(|one, other| strictness(one).partial_cmp(&strictness(other)).unwrap());
            if accepted(name) && mask != Some("hide") {
                columns.push(Column { name, kind, mask: mask.map(str::to_owned) });
            }
        }
        Some(Self { rows, columns })
    }

    /// The rows as they are shown.
    pub fn shown(&self, codes: &Codes) -> Vec<Row> {
        let shown = |row: &Row| -> Row { self.columns.iter().map(|column| column.cover(&row[place(column.name)], codes)).collect() };
        self.rows.iter().map(shown).collect()
    }
}

/// The strictest comes first.
fn strictness(mask: &str) -> (u8, f64) {
    match mask.split_once(':') {
        None if mask == "hide" => (0, 0.0),
        None if mask == "null" => (1, 0.0),
        None => (2, 0.0),
        Some(("bucket", width)) => (3, -width.parse::<f64>().unwrap()),
        Some((_, kept)) => (4, kept.parse().unwrap()),
    }
}

impl Column {
    /// The type in which it is shown.
    pub fn shown(&self) -> ColumnType {
        let text = self.mask.as_ref().is_some_and(|mask| mask == "hash" || mask.starts_with("keep-last"));
        if text { ColumnType::Text } else { self.kind }
    }

    fn cover(&self, cell: &Cell, codes: &Codes) -> Cell {
        let Some(mask) = &self.mask else { return cell.clone() };
        match (mask.split_once(':'), cell) {
            (_, Cell::Null) => Cell::Null,
            (None, _) if mask == "null" => Cell::Null,
            // No code is known of what the server has not shown.
            (None, cell) => Cell::Text(codes.get(&(self.name, cell.written())).cloned().unwrap_or_default()),
            (Some(("bucket", width)), cell) => {
                let width: f64 = width.parse().unwrap();
                let below = |value: f64| (value / width).floor() * width;
                match cell {
                    Cell::Integer(value) => Cell::Integer(below(*value as f64).floor() as i64),
                    Cell::Number(value) => Cell::Number(below(*value)),
                    other => panic!("{other:?} has no steps"),
                }
            }
            (Some((_, kept)), cell) => Cell::Text(last(&cell.written(), kept.parse().unwrap())),
        }
    }
}

/// What is no longer than what is kept is covered whole.
fn last(text: &str, kept: usize) -> String {
    let length = text.chars().count();
    let covered = if length > kept { length - kept } else { length };
    text.chars().enumerate().map(|(at, letter)| if at < covered { '•' } else { letter }).collect()
}

/// A rule with the values of the person whom it is about.
struct Bound {
    at: usize,
    operator: String,
    values: Vec<Cell>,
}

impl Bound {
    /// `None` when the person has not what it asks for.
    fn of(rule: &RowRule, person: &Person) -> Option<Self> {
        let at = place(&rule.column);
        let texts: Vec<String> = match rule.values.as_slice() {
            [value] if value.starts_with("person.") => {
                let (_, held) = person.attributes.iter().find(|(attribute, _)| value.strip_prefix("person.") == Some(*attribute))?;
                held.iter().map(|value| (*value).to_owned()).collect()
            }
            values => values.to_vec(),
        };
        let values = texts.iter().map(|text| Cell::read(text, COLUMNS[at].1)).collect::<Option<Vec<_>>>()?;
        let compares = !["in", "is null", "is not null"].contains(&rule.operator.as_str());
        (!compares || values.len() == 1).then(|| Self { at, operator: rule.operator.clone(), values })
    }

    /// As SQL has it: what is compared with null does not hold.
    fn holds(&self, row: &Row) -> bool {
        let cell = &row[self.at];
        match (self.operator.as_str(), cell) {
            ("is null", cell) => *cell == Cell::Null,
            ("is not null", cell) => *cell != Cell::Null,
            (_, Cell::Null) => false,
            ("in", cell) => self.values.contains(cell),
            ("=", cell) => *cell == self.values[0],
            ("<>", cell) => *cell != self.values[0],
            ("<", cell) => *cell < self.values[0],
            ("<=", cell) => *cell <= self.values[0],
            (">", cell) => *cell > self.values[0],
            (">=", cell) => *cell >= self.values[0],
            (other, _) => panic!("there is no operator {other}"),
        }
    }
}

/// What questions can be about: the columns and rows as somebody sees them.
pub struct Seen {
    pub columns: Vec<(&'static str, ColumnType)>,
    pub rows: Vec<Row>,
}

impl Seen {
    /// Of a mart that is not there its columns can still be asked for.
    pub fn of(share: Option<&Share>, codes: &Codes) -> Self {
        match share {
            Some(share) => Self { columns: share.columns.iter().map(|column| (column.name, column.shown())).collect(), rows: share.shown(codes) },
            None => Self { columns: COLUMNS.to_vec(), rows: Vec::new() },
        }
    }

    pub fn kind(&self, column: &str) -> Option<ColumnType> {
        self.columns.iter().find(|(name, _)| *name == column).map(|(_, kind)| *kind)
    }

    /// A value of the column at this place, null among them.
    pub fn value(&self, dice: &mut Dice, at: usize) -> Value {
        if self.rows.is_empty() {
            return Value::Text("North".into());
        }
        match &dice.pick(&self.rows)[at] {
            Cell::Null => Value::Null,
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Number(number) => Value::Number(*number),
            Cell::Bool(flag) => Value::Bool(*flag),
            Cell::Day(day) => Value::Text(day.to_string()),
        }
    }
}

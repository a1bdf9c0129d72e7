//! Random rows of a mart; what hidden rows hold is what breaks a reader's expression.

use super::Dice;
use crate::{ColumnType, Literal, PinnedColumn, Predicate, columns::read_schema, oracle::rules::judged};
use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringViewArray, TimestampMicrosecondArray},
    record_batch::RecordBatch,
};
use std::sync::Arc;

pub(super) const COLUMNS: [(&str, ColumnType); 11] = [
    ("id", ColumnType::Integer),
    ("region", ColumnType::Text),
    ("city", ColumnType::Text),
    // These four break expressions in hidden rows; `code` may in those that are seen.
    ("note", ColumnType::Text),
    ("code", ColumnType::Text),
    ("units", ColumnType::Integer),
    ("width", ColumnType::Integer),
    ("value", ColumnType::Number),
    ("day", ColumnType::Date),
    ("moment", ColumnType::Timestamp),
    ("open", ColumnType::Bool),
];

/// What the hidden rows' texts hold; no question says it, so no answer may.
pub(super) const SECRET: &str = "secret";

/// A value for each of `COLUMNS`.
pub(super) type Row = Vec<Option<Literal>>;

pub(super) fn place(column: &str) -> usize {
    COLUMNS.iter().position(|(name, _)| *name == column).unwrap()
}

pub(super) fn pinned() -> Vec<PinnedColumn> {
    COLUMNS.map(|(name, kind)| PinnedColumn { name: name.into(), kind }).to_vec()
}

pub(super) fn rows(dice: &mut Dice, count: u64) -> Vec<Row> {
    let spoilt = dice.chance(3);
    (0..count).map(|id| row(dice, id as i64, spoilt)).collect()
}

fn row(dice: &mut Dice, id: i64, spoilt: bool) -> Row {
    let region = *dice.pick(&[Some("North"), Some("South"), Some("East"), Some("Norway"), None]);
    let city = format!("{}-{:02}", dice.pick(&["mad", "mal", "bcn", "ma"]), dice.roll(8));
    let code = if spoilt && dice.chance(30) { "n/a".to_owned() } else { dice.roll(1000).to_string() };
    let full = vec![
        Some(Literal::Integer(id)),
        region.map(|region| Literal::Text(region.into())),
        Some(Literal::Text(city)),
        Some(Literal::Text(dice.roll(1000).to_string())),
        Some(Literal::Text(code)),
        Some(Literal::Integer(1 + dice.roll(9) as i64)),
        Some(Literal::Integer(dice.roll(1000) as i64)),
        // Quarters: their sums are exact in any order.
        Some(Literal::Number(dice.roll(4000) as f64 * 0.25)),
        Some(Literal::Date(17_000 + dice.roll(700) as i32)),
        Some(Literal::Timestamp((1_483_228_800 + dice.roll(50_000_000) as i64) * 1_000_000)),
        Some(Literal::Bool(dice.chance(2))),
    ];
    // The first column tells rows apart: it is never null.
    full.into_iter().enumerate().map(|(at, value)| value.filter(|_| at == 0 || !dice.chance(10))).collect()
}

pub(super) fn shows(rule: &Predicate, row: &[Option<Literal>]) -> bool {
    judged(rule, &|column: &str| row[place(column)].clone()) == Some(true)
}

/// Puts into the hidden rows what breaks expressions.
pub(super) fn hide(dice: &mut Dice, rows: &mut [Row], rule: &Predicate) {
    for row in rows.iter_mut().filter(|row| !shows(rule, row)) {
        let text = match dice.roll(4) {
            0 => String::new(),
            1 => "99999999999999999999".to_owned(),
            _ => format!("{SECRET} {}", dice.roll(100)),
        };
        row[place("note")] = Some(Literal::Text(text));
        row[place("code")] = Some(Literal::Text(SECRET.into()));
        row[place("units")] = Some(Literal::Integer(0));
        row[place("width")] = Some(Literal::Integer((1 << 40) + dice.roll(100) as i64));
    }
}

/// The rows in the schema that readers of the lake see.
pub(super) fn batch(rows: &[Row]) -> RecordBatch {
    let arrays = COLUMNS.iter().enumerate().map(|(at, (_, kind))| array(*kind, rows.iter().map(|row| row[at].as_ref()))).collect();
    RecordBatch::try_new(read_schema(&pinned()), arrays).unwrap()
}

fn array<'a>(kind: ColumnType, values: impl Iterator<Item = Option<&'a Literal>>) -> ArrayRef {
    macro_rules! column {
        ($kind:ident, $array:ty) => {
            values.map(|value| if let Some(Literal::$kind(value)) = value { Some(value.to_owned()) } else { None }).collect::<$array>()
        };
    }
    match kind {
        ColumnType::Text => Arc::new(column!(Text, StringViewArray)),
        ColumnType::Integer => Arc::new(column!(Integer, Int64Array)),
        ColumnType::Number => Arc::new(column!(Number, Float64Array)),
        ColumnType::Bool => Arc::new(column!(Bool, BooleanArray)),
        ColumnType::Date => Arc::new(column!(Date, Date32Array)),
        ColumnType::Timestamp => Arc::new(column!(Timestamp, TimestampMicrosecondArray).with_timezone("UTC")),
    }
}

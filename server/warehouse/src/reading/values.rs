//! Text to typed values: what counts as a number, a day or a time, and which type a column of texts has.

use crate::scope::ColumnType;
use arrow::{
    array::{ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder},
    datatypes::DataType,
};
use chrono::NaiveDate;
use std::sync::Arc;

/// A value of one field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
    Text(&'a str),
    Owned(String),
}

/// The value of `text` as `kind`, `None` when it is not one. `comma`: numbers are written as in `1.234,56`.
pub(super) fn cell(kind: ColumnType, text: &str, comma: bool) -> Option<Cell<'_>> {
    let trimmed = text.trim();
    if trimmed.is_empty() && kind != ColumnType::Text {
        return Some(Cell::Null);
    }
    match kind {
        ColumnType::Text => Some(Cell::Text(text)),
        ColumnType::Integer => integer(trimmed).map(Cell::Integer),
        ColumnType::Number => number(trimmed, comma).map(Cell::Number),
        ColumnType::Bool => boolean(trimmed).map(Cell::Bool),
        ColumnType::Date => day(trimmed).map(Cell::Date),
        ColumnType::Timestamp => time(trimmed).map(Cell::Timestamp),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

fn integer(text: &str) -> Option<i64> {
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

fn number(text: &str, comma: bool) -> Option<f64> {
    // Digits, signs, points and exponents alone: `nan` and `infinity` are words.
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b',' | b'e' | b'E')) {
        return None;
    }
    let value: f64 = if comma { text.replace('.', "").replace(',', ".").parse().ok()? } else { text.parse().ok()? };
    value.is_finite().then_some(value)
}

/// `2024-02-29`, days since 1970.
fn day(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != bytes[7] || !matches!(bytes[4], b'-' | b'/') {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(digits(&bytes[..4])? as i32, digits(&bytes[5..7])?, digits(&bytes[8..])?)?;
    i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

/// `2024-02-29 13:45`, with seconds, fractions and zone if given; without a zone it counts as UTC. Microseconds since 1970.
fn time(text: &str) -> Option<i64> {
    let days = i64::from(day(text.get(..10)?)?);
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(days * 86_400_000_000);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.as_bytes();
    let (clock, zone) = rest.split_at(rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b':' | b'.')).unwrap_or(rest.len()));
    let (clock, fraction) = match clock.iter().position(|byte| *byte == b'.') {
        Some(point) => (&clock[..point], &clock[point + 1..]),
        None => (clock, &[][..]),
    };
    let (hours, minutes, seconds) = match clock.len() {
        5 if clock[2] == b':' => (digits(&clock[..2])?, digits(&clock[3..])?, 0),
        8 if clock[2] == b':' && clock[5] == b':' => (digits(&clock[..2])?, digits(&clock[3..5])?, digits(&clock[6..])?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 60 || fraction.len() > 9 {
        return None;
    }
    let micros = if fraction.is_empty() { 0 } else { digits(fraction)? as i64 * 10_i64.pow(9 - fraction.len() as u32) / 1000 };
    let offset = zone_seconds(zone)?;
    let seconds = i64::from(hours * 3600 + minutes * 60 + seconds) - offset;
    Some(days * 86_400_000_000 + seconds * 1_000_000 + micros)
}

fn zone_seconds(zone: &[u8]) -> Option<i64> {
    let (sign, rest) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [b' ', rest @ ..] => return zone_seconds(rest),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest)?, 0),
        4 => (digits(&rest[..2])?, digits(&rest[2..])?),
        5 if rest[2] == b':' => (digits(&rest[..2])?, digits(&rest[3..])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |number, byte| byte.is_ascii_digit().then(|| number.wrapping_mul(10).wrapping_add(u32::from(byte - b'0'))))
}

/// What the values of one column look like so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Guess {
    filled: usize,
    bools: usize,
    integers: usize,
    numbers: usize,
    comma_numbers: usize,
    days: usize,
    times: usize,
    /// Codes that look like numbers and are not: `00123`, or more digits than a number can keep.
    codes: usize,
}

/// A column has a type when this share of its filled values has it; the others are quarantined.
const SHARE: f64 = 0.99;

impl Guess {
    pub(super) fn see(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        let unsigned = text.trim_start_matches(['-', '+']);
        let all_digits = unsigned.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits && (unsigned.len() > 1 && unsigned.starts_with('0') || integer(text).is_none()) {
            self.codes += 1;
        } else if integer(text).is_some() {
            self.integers += 1;
        } else if number(text, false).is_some() {
            self.numbers += 1;
        } else if text.contains(',') && number(text, true).is_some() {
            self.comma_numbers += 1;
        } else if boolean(text).is_some() {
            self.bools += 1;
        } else if day(text).is_some() {
            self.days += 1;
        } else if time(text).is_some() {
            self.times += 1;
        }
    }

    pub(super) fn see_bool(&mut self) {
        self.filled += 1;
        self.bools += 1;
    }

    pub(super) fn see_integer(&mut self) {
        self.filled += 1;
        self.integers += 1;
    }

    pub(super) fn see_number(&mut self) {
        self.filled += 1;
        self.numbers += 1;
    }

    pub(super) fn see_other(&mut self) {
        self.filled += 1;
    }

    /// Only days and times are looked for in a text that was quoted: its digits are meant as text.
    pub(super) fn see_quoted(&mut self, text: &str) {
        self.filled += 1;
        if day(text).is_some() {
            self.days += 1;
        } else if time(text).is_some() {
            self.times += 1;
        }
    }

    pub(super) fn writes_commas(&self) -> bool {
        self.comma_numbers > 0 && self.numbers == 0
    }

    pub(super) fn kind(&self, comma: bool) -> ColumnType {
        let most = |count: usize| self.filled > 0 && count as f64 >= SHARE * self.filled as f64;
        match () {
            () if self.codes > 0 => ColumnType::Text,
            () if most(self.bools) => ColumnType::Bool,
            () if most(self.integers) => ColumnType::Integer,
            () if most(self.integers + if comma { self.comma_numbers } else { self.numbers }) => ColumnType::Number,
            () if most(self.days) => ColumnType::Date,
            () if most(self.days + self.times) => ColumnType::Timestamp,
            () => ColumnType::Text,
        }
    }
}

/// Builds one column of a batch.
pub(super) enum ColumnBuilder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
}

impl ColumnBuilder {
    pub(super) fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
            ColumnType::Number => Self::Number(Float64Builder::new()),
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
        }
    }

    /// The type that text files give a column of this kind.
    pub(super) fn data_type(kind: ColumnType) -> DataType {
        if kind == ColumnType::Text { DataType::Utf8 } else { crate::columns::arrow_type(kind) }
    }

    /// Appends a cell that was made for this column's kind; any other becomes null.
    pub(super) fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Text(builder), Cell::Owned(text)) => builder.append_value(text),
            (Self::Integer(builder), Cell::Integer(value)) => builder.append_value(*value),
            (Self::Number(builder), Cell::Number(value)) => builder.append_value(*value),
            (Self::Bool(builder), Cell::Bool(value)) => builder.append_value(*value),
            (Self::Date(builder), Cell::Date(value)) => builder.append_value(*value),
            (Self::Timestamp(builder), Cell::Timestamp(value)) => builder.append_value(*value),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Number(builder), _) => builder.append_null(),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Date(builder), _) => builder.append_null(),
            (Self::Timestamp(builder), _) => builder.append_null(),
        }
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) => Arc::new(builder.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(values: &[&str]) -> ColumnType {
        let mut guess = Guess::default();
        values.iter().for_each(|value| guess.see(value));
        guess.kind(false)
    }

    #[test]
    fn a_column_has_the_type_that_its_values_have() {
        assert_eq!(kind_of(&["1", "", "-20"]), ColumnType::Integer);
        assert_eq!(kind_of(&["1", "2.5", "1e3"]), ColumnType::Number);
        assert_eq!(kind_of(&["TRUE", "false"]), ColumnType::Bool);
        assert_eq!(kind_of(&["2024-02-29", "2023/01/01"]), ColumnType::Date);
        assert_eq!(kind_of(&["2024-02-29", "2024-02-29 10:00"]), ColumnType::Timestamp);
        assert_eq!(kind_of(&["1", "x"]), ColumnType::Text);
        assert_eq!(kind_of(&[]), ColumnType::Text);
    }

    #[test]
    fn codes_stay_text() {
        assert_eq!(kind_of(&["00123", "45"]), ColumnType::Text);
        assert_eq!(kind_of(&["12345678901234567890"]), ColumnType::Text);
        assert_eq!(kind_of(&["nan", "1"]), ColumnType::Text);
    }

    #[test]
    fn one_value_in_a_hundred_may_be_wrong() {
        let mut values = vec!["7"; 99];
        values.push("seven");
        assert_eq!(kind_of(&values), ColumnType::Integer);
        values.push("eight");
        assert_eq!(kind_of(&values), ColumnType::Text);
    }

    #[test]
    fn times_with_and_without_zone() {
        assert_eq!(time("1970-01-01T00:00:01.5Z"), Some(1_500_000));
        assert_eq!(time("1970-01-01 01:00:00+01:00"), Some(0));
        assert_eq!(time("1970-01-01 00:00"), Some(0));
        assert_eq!(time("1969-12-31T23:59:59.999999-00:00"), Some(-1));
        for wrong in ["1970-01-01T25:00", "1970-13-01", "1970-01-01T00:00:00.1234567890", "1970-01-01Tx", "1970-01-01T00:00+99", "é970-01-01 00:00"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_finite_and_may_use_a_comma() {
        assert_eq!(number("1e400", false), None);
        assert_eq!(number("1.234,56", true), Some(1234.56));
        assert_eq!(number("inf", false), None);
    }
}

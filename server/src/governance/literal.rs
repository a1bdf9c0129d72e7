//! Values of row rules and attributes as typed literals.

use warehouse::{ColumnType, Literal};

/// The text as a value of the column's type; `None` when it is none. Dates are `2017-01-31`, timestamps RFC 3339.
pub fn parse(text: &str, kind: ColumnType) -> Option<Literal> {
    Some(match kind {
        ColumnType::Text => Literal::Text(text.to_owned()),
        ColumnType::Integer => Literal::Integer(text.trim().parse().ok()?),
        ColumnType::Number => Literal::Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())?),
        ColumnType::Bool => Literal::Bool(text.trim().parse().ok()?),
        ColumnType::Date => {
            let date = chrono::NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
            Literal::Date(i32::try_from(date.signed_duration_since(chrono::NaiveDate::default()).num_days()).ok()?)
        }
        ColumnType::Timestamp => Literal::Timestamp(chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?.timestamp_micros()),
    })
}

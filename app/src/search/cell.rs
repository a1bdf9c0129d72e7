//! Values of events as text: exactly as they are, so that what is read can be searched for.

use super::{
    asks::{FieldCard, FieldKind, Hit},
    time::{moment, read_iso},
    words,
};
use crate::{
    ui::figures::{Figures, NONE},
    warehouse::asks::Value,
};

/// A value as its reader sees it: numbers as they are written in queries, times in the organisation's zone.
pub fn value_text(value: &Value, field: &FieldCard, figures: &Figures) -> String {
    match value {
        Value::Null => words::missing(figures.language).into(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(ms) if field.kind == FieldKind::Timestamp => moment(*ms, figures),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) if field.kind == FieldKind::Timestamp => read_iso(text).map_or_else(|| text.clone(), |ms| moment(ms, figures)),
        Value::Text(text) if text.trim().is_empty() => words::blank(figures.language).into(),
        Value::Text(text) => text.clone(),
    }
}

/// The value of one field of an event, its text and its marks; `None` where it is missing.
pub fn cell(hit: &Hit, place: usize, field: &FieldCard, figures: &Figures) -> Option<(String, Vec<(usize, usize)>)> {
    let value = hit.values.get(place).filter(|value| **value != Value::Null)?;
    let marks = hit.marks.iter().find(|(field, _)| *field == place).map(|(_, ranges)| ranges.clone()).unwrap_or_default();
    Some((value_text(value, field, figures), marks))
}

/// The event as JSON, fields in their order, missing ones left out.
pub fn as_json(hit: &Hit, fields: &[FieldCard]) -> String {
    let entries = fields.iter().zip(&hit.values).filter(|(_, value)| **value != Value::Null);
    let written = |(field, value): (&FieldCard, &Value)| {
        let parts = (serde_json::to_string(&field.name), serde_json::to_string(value));
        match parts {
            (Ok(name), Ok(value)) => format!("  {name}: {value}"),
            _ => String::new(),
        }
    };
    format!("{{\n{}\n}}", entries.map(written).collect::<Vec<_>>().join(",\n"))
}

/// Stands where an event has no value.
pub const MISSING: &str = NONE;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn field(name: &str, kind: FieldKind) -> FieldCard {
        FieldCard { name: name.into(), kind, description: Text::default(), masked: false }
    }

    #[test]
    fn values_read_as_they_are_searched_for() {
        let figures = Figures::default();
        let text = |kind, value| value_text(&value, &field("x", kind), &figures);
        assert_eq!(text(FieldKind::Integer, Value::Integer(1_234_567)), "1234567");
        assert_eq!(text(FieldKind::Number, Value::Number(0.25)), "0.25");
        assert_eq!(text(FieldKind::Keyword, Value::Text(" ".into())), "(blank)");
        assert_eq!(text(FieldKind::Timestamp, Value::Integer(1_500)), "1 Jan 1970 00:00:01.500");
        assert_eq!(text(FieldKind::Timestamp, Value::Text("1970-01-01T00:00:01.5Z".into())), "1 Jan 1970 00:00:01.500");
    }

    #[test]
    fn an_event_is_json_again() {
        let fields = [field("path", FieldKind::Keyword), field("bytes", FieldKind::Integer), field("host", FieldKind::Keyword)];
        let hit = Hit {
            id: "1".into(),
            at_ms: 0,
            values: vec![Value::Text("/\"ñ".into()), Value::Integer(5), Value::Null],
            marks: vec![(0, vec![(0, 1)])],
            several: Vec::new(),
        };
        let read: serde_json::Value = serde_json::from_str(&as_json(&hit, &fields)).unwrap();
        assert_eq!(read, serde_json::json!({ "path": "/\"ñ", "bytes": 5 }));
        assert_eq!(cell(&hit, 0, &fields[0], &Figures::default()), Some(("/\"ñ".into(), vec![(0, 1)])));
        assert_eq!(cell(&hit, 2, &fields[2], &Figures::default()), None);
    }
}

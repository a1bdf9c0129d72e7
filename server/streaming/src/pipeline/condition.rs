//! Conditions over an event's values: typed when they are declared, so that no event can make one fail.

use crate::{
    Refusal,
    parse::{Field, FieldKind, Value},
};
use serde::{Deserialize, Serialize};

/// A condition as it is declared. It either holds or not: of a missing value `missing` holds, and nothing else but `not`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The field has one of these values.
    Is {
        field: String,
        values: Vec<serde_json::Value>,
    },
    /// From (inclusive) until (exclusive); either may be absent. Times are texts like `2026-11-24T10:00:00Z` or milliseconds.
    Between {
        field: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<serde_json::Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<serde_json::Value>,
    },
    StartsWith {
        field: String,
        text: String,
    },
    Contains {
        field: String,
        text: String,
    },
    Missing {
        field: String,
    },
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// A condition over places of values.
pub(crate) enum Check {
    Is(usize, Vec<Value<'static>>),
    Between(usize, Option<Value<'static>>, Option<Value<'static>>),
    StartsWith(usize, String),
    Contains(usize, String),
    Missing(usize),
    Not(Box<Check>),
    All(Vec<Check>),
    Any(Vec<Check>),
}

/// Most levels of conditions within conditions.
const DEPTH_MOST: usize = 16;

impl Check {
    pub fn new(condition: &Condition, fields: &[Field]) -> Result<Self, Refusal> {
        Self::within(condition, fields, DEPTH_MOST)
    }

    fn within(condition: &Condition, fields: &[Field], depth: usize) -> Result<Self, Refusal> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Refusal::new("filter", "The condition is nested too deeply: simplify it.", "La condición está demasiado anidada: simplifíquela."));
        };
        let all = |conditions: &[Condition]| conditions.iter().map(|condition| Self::within(condition, fields, depth)).collect::<Result<_, _>>();
        let place = |name: &str| place(name, fields, "filter");
        let text = |name: &str| {
            let place = place(name)?;
            if matches!(fields[place].kind, FieldKind::Keyword | FieldKind::Text) { Ok(place) } else { Err(ill_typed(&fields[place])) }
        };
        Ok(match condition {
            Condition::Is { field, values } => {
                let place = place(field)?;
                Self::Is(place, values.iter().map(|value| literal(value, &fields[place])).collect::<Result<_, _>>()?)
            }
            Condition::Between { field, from, until } => {
                let place = place(field)?;
                if fields[place].kind == FieldKind::Bool {
                    return Err(ill_typed(&fields[place]));
                }
                let bound = |value: &Option<serde_json::Value>| value.as_ref().map(|value| literal(value, &fields[place])).transpose();
                Self::Between(place, bound(from)?, bound(until)?)
            }
            Condition::StartsWith { field, text: start } => Self::StartsWith(text(field)?, start.clone()),
            Condition::Contains { field, text: part } => Self::Contains(text(field)?, part.clone()),
            Condition::Missing { field } => Self::Missing(place(field)?),
            Condition::Not(condition) => Self::Not(Box::new(Self::within(condition, fields, depth)?)),
            Condition::All(conditions) => Self::All(all(conditions)?),
            Condition::Any(conditions) => Self::Any(all(conditions)?),
        })
    }

    pub fn holds(&self, values: &[Value<'_>]) -> bool {
        let at = |place: &usize| values.get(*place).unwrap_or(&Value::Null);
        match self {
            Self::Is(place, literals) => match at(place) {
                Value::Texts(texts) => texts.iter().any(|text| literals.iter().any(|literal| matches!(literal, Value::Text(wanted) if wanted == text))),
                value => literals.iter().any(|literal| literal == value),
            },
            Self::Between(place, from, until) => any_of(at(place), |value| {
                let from = from.as_ref().is_none_or(|from| less(value, from) == Some(false));
                from && !value.is_null() && until.as_ref().is_none_or(|until| less(value, until) == Some(true))
            }),
            Self::StartsWith(place, start) => any_of(at(place), |value| matches!(value, Value::Text(text) if text.starts_with(start.as_str()))),
            Self::Contains(place, part) => any_of(at(place), |value| matches!(value, Value::Text(text) if text.contains(part.as_str()))),
            Self::Missing(place) => at(place).is_null(),
            Self::Not(check) => !check.holds(values),
            Self::All(checks) => checks.iter().all(|check| check.holds(values)),
            Self::Any(checks) => checks.iter().any(|check| check.holds(values)),
        }
    }
}

/// Where a field of this name stands.
pub(crate) fn place(name: &str, fields: &[Field], setting: &str) -> Result<usize, Refusal> {
    fields.iter().position(|field| field.name == name).ok_or_else(|| {
        let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        Refusal::new(setting, format!("There is no field {name:?}; there are: {names}."), format!("No hay ningún campo {name:?}; hay: {names}."))
    })
}

fn ill_typed(field: &Field) -> Refusal {
    Refusal::new(
        "filter",
        format!("The condition does not fit the kind of {}: compare it with values of its kind.", field.name),
        format!("La condición no encaja con el tipo de {}: compárelo con valores de su tipo.", field.name),
    )
}

fn literal(value: &serde_json::Value, field: &Field) -> Result<Value<'static>, Refusal> {
    let typed = match (field.kind, value) {
        (FieldKind::Keyword | FieldKind::Text, serde_json::Value::String(text)) => Some(Value::Text(text.clone().into())),
        (FieldKind::Integer, number) => number.as_i64().map(Value::Integer),
        (FieldKind::Number, number) => number.as_f64().map(Value::Number),
        (FieldKind::Bool, truth) => truth.as_bool().map(Value::Bool),
        (FieldKind::Timestamp, serde_json::Value::String(text)) => Value::read(FieldKind::Timestamp, text.as_str().into()).map(Value::into_owned),
        (FieldKind::Timestamp, number) => number.as_i64().map(Value::Timestamp),
        _ => None,
    };
    typed.ok_or_else(|| ill_typed(field))
}

fn any_of(value: &Value<'_>, holds: impl Fn(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Texts(texts) => texts.iter().any(|text| holds(&Value::text(text))),
        value => holds(value),
    }
}

/// Whether one is less than the other; `None` where they cannot be compared.
fn less(left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left < right),
        (Value::Integer(left), Value::Integer(right)) | (Value::Timestamp(left), Value::Timestamp(right)) => Some(left < right),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right).map(std::cmp::Ordering::is_lt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str) -> Result<bool, Refusal> {
        let kinds = [
            ("path", FieldKind::Keyword),
            ("status", FieldKind::Integer),
            ("took", FieldKind::Number),
            ("ok", FieldKind::Bool),
            ("time", FieldKind::Timestamp),
            ("gone", FieldKind::Keyword),
            ("tags", FieldKind::Keyword),
        ];
        let fields: Vec<Field> = kinds.iter().map(|(name, kind)| Field::new(name, *kind)).collect();
        let tags = Value::Texts(vec!["red".into(), "blue".into()]);
        let values = [Value::text("/a/b"), Value::Integer(404), Value::Number(1.5), Value::Bool(true), Value::Timestamp(1_795_514_400_000), Value::Null, tags];
        Check::new(&serde_json::from_str(condition).unwrap(), &fields).map(|check| check.holds(&values))
    }

    #[test]
    fn conditions_hold_or_not() {
        for (condition, expected) in [
            (r#"{"is": {"field": "path", "values": ["/x", "/a/b"]}}"#, true),
            (r#"{"is": {"field": "path", "values": []}}"#, false),
            (r#"{"is": {"field": "tags", "values": ["blue"]}}"#, true),
            (r#"{"is": {"field": "ok", "values": [false]}}"#, false),
            (r#"{"between": {"field": "status", "from": 400, "until": 500}}"#, true),
            (r#"{"between": {"field": "status", "until": 404}}"#, false),
            (r#"{"between": {"field": "took", "from": 1}}"#, true),
            (r#"{"between": {"field": "time", "from": "2026-11-24T10:00:00Z", "until": 1795514400001}}"#, true),
            (r#"{"between": {"field": "gone"}}"#, false),
            (r#"{"starts_with": {"field": "path", "text": "/a"}}"#, true),
            (r#"{"contains": {"field": "tags", "text": "lu"}}"#, true),
            (r#"{"missing": {"field": "gone"}}"#, true),
            (r#"{"not": {"starts_with": {"field": "gone", "text": ""}}}"#, true),
            (r#"{"all": []}"#, true),
            (r#"{"any": [{"missing": {"field": "path"}}, {"is": {"field": "status", "values": [404]}}]}"#, true),
        ] {
            assert_eq!(holds(condition), Ok(expected), "{condition}");
        }
    }

    #[test]
    fn ill_typed_conditions_are_refused() {
        for condition in [
            r#"{"is": {"field": "nowhere", "values": []}}"#,
            r#"{"is": {"field": "status", "values": ["404"]}}"#,
            r#"{"is": {"field": "path", "values": [1]}}"#,
            r#"{"between": {"field": "status", "from": 1.5}}"#,
            r#"{"between": {"field": "time", "from": "soon"}}"#,
            r#"{"between": {"field": "ok", "from": true}}"#,
            r#"{"starts_with": {"field": "status", "text": "4"}}"#,
            &format!("{}{}{}", r#"{"not": "#.repeat(20), r#"{"all": []}"#, "}".repeat(20)),
        ] {
            assert!(holds(condition).is_err(), "{condition}");
        }
    }
}

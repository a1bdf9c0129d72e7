//! Enrichments: fields made of others, without asking anybody.

use super::condition::place;
use crate::{
    Refusal,
    parse::{Field, FieldKind, Value},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One step, as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Enrichment {
    /// `2xx` of 204, as a keyword.
    StatusClass { from: String, into: String },
    /// `/shop` of `/shop/cart/7`, with one segment; `/` of `/`.
    PathPrefix { from: String, into: String, segments: u32 },
    /// At most so many characters of a text stay; one that was cut ends with `…`.
    Truncate { field: String, characters: u32 },
}

/// A step over places of values.
pub(super) enum Step {
    StatusClass(usize),
    PathPrefix(usize, usize),
    Truncate(usize, usize),
}

impl Step {
    /// Settles a step; a field that it makes comes last.
    pub fn new(enrichment: &Enrichment, fields: &mut Vec<Field>) -> Result<Self, Refusal> {
        let find = |name: &str, kinds: &[FieldKind]| {
            let place = place(name, fields, "enrich")?;
            if kinds.contains(&fields[place].kind) {
                return Ok(place);
            }
            Err(Refusal::new("enrich", format!("{name} is not of a kind that this step can take."), format!("{name} no es de un tipo que este paso admita.")))
        };
        let texts = [FieldKind::Keyword, FieldKind::Text];
        let (step, made) = match enrichment {
            Enrichment::StatusClass { from, into } => (Self::StatusClass(find(from, &[FieldKind::Integer])?), Some((from, into))),
            Enrichment::PathPrefix { from, into, segments } => (Self::PathPrefix(find(from, &texts)?, (*segments).clamp(1, 100) as usize), Some((from, into))),
            Enrichment::Truncate { field, characters } => (Self::Truncate(find(field, &texts)?, *characters as usize), None),
        };
        if let Some((from, into)) = made {
            fields.push(Field { name: into.clone(), kind: FieldKind::Keyword, from: vec![from.clone()] });
        }
        Ok(step)
    }

    pub fn take(&self, values: &mut Vec<Value<'_>>) {
        match self {
            Self::StatusClass(place) => {
                let class = match values.get(*place) {
                    Some(Value::Integer(status)) => class(*status).map_or(Value::Null, Value::text),
                    _ => Value::Null,
                };
                values.push(class);
            }
            Self::PathPrefix(place, segments) => {
                let prefix = match values.get(*place) {
                    Some(Value::Text(Cow::Borrowed(path))) => Value::text(prefix(path, *segments)),
                    Some(Value::Text(Cow::Owned(path))) => Value::Text(Cow::Owned(prefix(path, *segments).to_owned())),
                    _ => Value::Null,
                };
                values.push(prefix);
            }
            Self::Truncate(place, characters) => {
                if let Some(Value::Text(text)) = values.get_mut(*place)
                    && text.len() > *characters
                    && let Some((end, _)) = text.char_indices().nth(*characters)
                {
                    *text = Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default()));
                }
            }
        }
    }
}

fn class(status: i64) -> Option<&'static str> {
    Some(match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => return None,
    })
}

/// Up to, and without, the slash after so many segments.
fn prefix(path: &str, segments: usize) -> &str {
    let start = usize::from(path.starts_with('/'));
    let end = path.bytes().enumerate().skip(start).filter(|(_, byte)| *byte == b'/').nth(segments - 1);
    end.and_then(|(end, _)| path.get(..end)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_end_before_a_slash() {
        for (path, one, two) in [
            ("/", "/", "/"),
            ("", "", ""),
            ("/a", "/a", "/a"),
            ("/a/", "/a", "/a/"),
            ("/a/b/c", "/a", "/a/b"),
            ("//a", "/", "//a"),
            ("a/b/c", "a", "a/b"),
            ("/ñ/é/x", "/ñ", "/ñ/é"),
        ] {
            assert_eq!((prefix(path, 1), prefix(path, 2)), (one, two), "{path}");
        }
    }

    #[test]
    fn steps_make_and_change_values() {
        let mut fields = vec![Field::new("status", FieldKind::Integer), Field::new("path", FieldKind::Keyword)];
        let steps = [
            Enrichment::StatusClass { from: "status".into(), into: "class".into() },
            Enrichment::PathPrefix { from: "path".into(), into: "section".into(), segments: 1 },
            Enrichment::Truncate { field: "path".into(), characters: 3 },
        ];
        let steps: Vec<Step> = steps.iter().map(|step| Step::new(step, &mut fields).unwrap()).collect();
        assert_eq!((fields[2].name.as_str(), &fields[2].from), ("class", &vec!["status".to_owned()]));
        let mut values = vec![Value::Integer(503), Value::text("/ñandú/x")];
        steps.iter().for_each(|step| step.take(&mut values));
        assert_eq!(values, [Value::Integer(503), Value::text("/ña…"), Value::text("5xx"), Value::text("/ñandú")]);
        let mut values = vec![Value::Integer(0), Value::Null];
        steps.iter().for_each(|step| step.take(&mut values));
        assert_eq!(values, [Value::Integer(0), Value::Null, Value::Null, Value::Null]);
        assert!(Step::new(&Enrichment::StatusClass { from: "path".into(), into: "x".into() }, &mut fields).is_err());
    }
}

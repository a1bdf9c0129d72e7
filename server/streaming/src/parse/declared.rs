//! Fields and the time of formats whose content is declared by whoever sets them up.

use super::{Field, FieldKind, Unfit, Value, access, clock};
use crate::words::Refusal;
use serde::Deserialize;
use std::borrow::Cow;

/// Most fields of one parser.
const FIELDS_MOST: usize = 200;

/// A field that the setup declares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    pub name: String,
    pub kind: FieldKind,
    /// Where it stands in the record: a path, a key, a group; the field's own name when absent.
    #[serde(default)]
    pub at: Option<String>,
    /// A record without it does not fit.
    #[serde(default)]
    pub required: bool,
}

impl Declared {
    pub fn place(&self) -> &str {
        self.at.as_deref().unwrap_or(&self.name)
    }

    /// The value of a text; an empty one is null where the kind has no empty value.
    pub fn value<'a>(&self, text: Cow<'a, str>, at: usize) -> Result<Value<'a>, Unfit> {
        if text.is_empty() && self.kind != FieldKind::Text {
            return Ok(Value::Null);
        }
        Value::read(self.kind, text).ok_or_else(|| self.unfit(at))
    }

    pub fn unfit(&self, at: usize) -> Unfit {
        let (en, es) = match self.kind {
            FieldKind::Keyword | FieldKind::Text => ("a text", "un texto"),
            FieldKind::Integer => ("an integer", "un entero"),
            FieldKind::Number => ("a number", "un número"),
            FieldKind::Bool => ("true or false", "true o false"),
            FieldKind::Timestamp => ("a time", "una hora"),
        };
        Unfit::new(at, format!("{en} for {}", self.name), format!("{es} para {}", self.name))
    }
}

/// Where and how a record holds the event's own time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// A path, a key, a group.
    pub at: String,
    #[serde(default = "automatic")]
    pub format: String,
    /// Of times that name no zone.
    #[serde(default = "utc")]
    pub zone: String,
}

fn automatic() -> String {
    "auto".to_owned()
}

pub(super) fn utc() -> String {
    "UTC".to_owned()
}

/// Declared fields with the time before them and `message` after them.
pub struct Layout {
    pub fields: Vec<Field>,
    pub declared: Vec<Declared>,
    /// Without one, the event's time is when its record was taken.
    pub timing: Option<(Timing, clock::Format)>,
}

impl Layout {
    pub fn new(declared: Vec<Declared>, timing: Option<Timing>) -> Result<Self, Refusal> {
        let time = [Field::new("time", FieldKind::Timestamp)];
        let fields = access::with_message(time.into_iter().chain(declared.iter().map(|field| Field::new(&field.name, field.kind))).collect());
        check_names(&fields)?;
        let timing = timing.map(|timing| clock::Format::of(&timing.format, &timing.zone).map(|format| (timing, format))).transpose()?;
        Ok(Self { fields, declared, timing })
    }

    /// The event's time, of the text that stands where the time is declared to be.
    pub fn time(&self, text: Option<&str>, at: usize, taken_ms: i64) -> Result<i64, Unfit> {
        let Some((timing, format)) = &self.timing else { return Ok(taken_ms) };
        let unfit = || Unfit::new(at, format!("a time in {}, as declared", timing.at), format!("una hora en {}, como se ha declarado", timing.at));
        text.and_then(|text| format.read(text)).ok_or_else(unfit)
    }

    /// Refuses a record that lacks what it must have; `values` holds the time and the declared fields.
    pub fn complete(&self, values: &[Value<'_>], at: usize) -> Result<(), Unfit> {
        let missing = self.declared.iter().zip(values.iter().skip(1)).find(|(field, value)| field.required && value.is_null());
        missing.map_or(Ok(()), |(field, _)| Err(field.unfit(at)))
    }
}

/// Names are lower-case letters, digits and `_`, a letter first, at most 60, none twice.
pub fn check_names(fields: &[Field]) -> Result<(), Refusal> {
    if fields.len() > FIELDS_MOST {
        return Err(Refusal::new("parser.fields", format!("At most {FIELDS_MOST} fields."), format!("Como mucho {FIELDS_MOST} campos.")));
    }
    for (place, field) in fields.iter().enumerate() {
        let name = &field.name;
        if !is_name(name) {
            return Err(Refusal::new(
                "parser.fields",
                format!("{name:?} is not a field's name: lower-case letters, digits and _, a letter first, at most 60."),
                format!("{name:?} no es el nombre de un campo: minúsculas, cifras y _, primero una letra, como mucho 60."),
            ));
        }
        if fields.iter().take(place).any(|before| before.name == *name) {
            return Err(Refusal::new(
                "parser.fields",
                format!("There are two fields {name}: give one of them another name."),
                format!("Hay dos campos {name}: dé otro nombre a uno de ellos."),
            ));
        }
    }
    Ok(())
}

/// Whether a field, a window or a measure may be called so.
pub fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

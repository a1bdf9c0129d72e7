//! Fields and their values, as parsers and enrichments give them.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a field holds, and so how it may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One value, compared as a whole: a path, a host, a method. May hold several values at once (`Value::Texts`).
    Keyword,
    /// Words, found one by one: a message, a post.
    Text,
    Integer,
    Number,
    Bool,
    /// Unix milliseconds.
    Timestamp,
}

/// A field that a parser or an enrichment gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// Names of the fields whose bytes are in it too: the raw line holds all others. Hidden or masked ones hide it (A39).
    #[serde(default)]
    pub from: Vec<String>,
}

impl Field {
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self { name: name.to_owned(), kind, from: Vec::new() }
    }
}

/// A value; text is of the record's bytes where it stands there as it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// Several values of one keyword field, in order, none twice.
    Texts(Vec<Cow<'a, str>>),
    Integer(i64),
    Number(f64),
    Bool(bool),
    /// Unix milliseconds.
    Timestamp(i64),
}

impl<'a> Value<'a> {
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same value with bytes of its own.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Texts(texts) => Value::Texts(texts.into_iter().map(|text| Cow::Owned(text.into_owned())).collect()),
            Value::Integer(number) => Value::Integer(number),
            Value::Number(number) => Value::Number(number),
            Value::Bool(truth) => Value::Bool(truth),
            Value::Timestamp(at_ms) => Value::Timestamp(at_ms),
        }
    }

    /// The value that a text stands for, as a field of this kind holds it; `None` when it stands for none.
    pub fn read(kind: FieldKind, text: Cow<'a, str>) -> Option<Self> {
        Some(match kind {
            FieldKind::Keyword | FieldKind::Text => Self::Text(text),
            FieldKind::Integer => Self::Integer(text.trim().parse().ok()?),
            FieldKind::Number => Self::Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())?),
            FieldKind::Bool => Self::Bool(match text.trim() {
                "true" | "True" | "TRUE" | "yes" | "1" => true,
                "false" | "False" | "FALSE" | "no" | "0" => false,
                _ => return None,
            }),
            FieldKind::Timestamp => Self::Timestamp(super::clock::Format::Any.read(&text)?),
        })
    }
}

//! Whether a change fits a shape, before any engine sees it: so that all of them take and refuse the same.

use crate::{Change, Document, FieldKind, Shape, Value, document::TIMES_MS};
use std::collections::HashSet;

/// Ids are Elasticsearch's `_id`.
const LONGEST_ID_BYTES: usize = 512;
const LARGEST_VERSION: i64 = 1 << 61;
const LARGEST_DOCUMENT_BYTES: usize = 8 << 20;
/// What of a keyword is compared; the rest is shown only.
const LONGEST_KEYWORD_BYTES: usize = 8 << 10;

/// Why it does not: names of fields, no values.
pub(super) fn check(shape: &Shape, change: &Change) -> Result<(), String> {
    let (id, version, at_ms) = match change {
        Change::Put(document) => (&document.id, document.version, document.at_ms),
        Change::Delete { id, version, at_ms } => (id, *version, *at_ms),
    };
    if id.is_empty() || id.len() > LONGEST_ID_BYTES {
        return Err(format!("an id has 1 to {LONGEST_ID_BYTES} bytes"));
    }
    if !(0..=LARGEST_VERSION).contains(&version) {
        return Err("the version is below 0 or too large".into());
    }
    if !TIMES_MS.contains(&at_ms) {
        return Err("the time is not of the years 0 to 9999".into());
    }
    match change {
        Change::Put(document) => fields(shape, document),
        Change::Delete { .. } => Ok(()),
    }
}

fn fields(shape: &Shape, document: &Document) -> Result<(), String> {
    let mut bytes = 0;
    let mut seen = HashSet::with_capacity(document.fields.len());
    for (name, value) in &document.fields {
        let Some(field) = shape.fields.iter().find(|field| field.name == *name) else { return Err(format!("the stream has no field “{name}”")) };
        if !seen.insert(name) {
            return Err(format!("the field “{name}” is there twice"));
        }
        if !holds(field.kind, value) {
            return Err(format!("the field “{name}” holds {}, and this is {}", kind_words(field.kind), value_words(value)));
        }
        bytes += name.len() + size(value);
    }
    if bytes > LARGEST_DOCUMENT_BYTES {
        return Err(format!("larger than {} MB", LARGEST_DOCUMENT_BYTES >> 20));
    }
    Ok(())
}

/// Whether a field of this kind can hold the value; a whole number is a number too.
pub(super) fn holds(kind: FieldKind, value: &Value) -> bool {
    match (kind, value) {
        (FieldKind::Keyword, Value::Text(_) | Value::Texts(_)) | (FieldKind::Text, Value::Text(_)) => true,
        (FieldKind::Integer | FieldKind::Number, Value::Integer(_)) | (FieldKind::Bool, Value::Bool(_)) => true,
        (FieldKind::Number, Value::Number(value)) => value.is_finite(),
        (FieldKind::Timestamp, Value::Timestamp(at_ms)) => TIMES_MS.contains(at_ms),
        _ => false,
    }
}

/// What of a keyword's value is indexed.
pub(super) fn cut(keyword: &str) -> &str {
    &keyword[..keyword.floor_char_boundary(LONGEST_KEYWORD_BYTES)]
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Texts(texts) => texts.iter().map(String::len).sum(),
        _ => 8,
    }
}

fn kind_words(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Keyword => "keywords",
        FieldKind::Text => "text",
        FieldKind::Integer => "whole numbers",
        FieldKind::Number => "numbers",
        FieldKind::Bool => "true or false",
        FieldKind::Timestamp => "times of the years 0 to 9999",
    }
}

fn value_words(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "a text",
        Value::Texts(_) => "several texts",
        Value::Integer(_) => "a whole number",
        Value::Number(value) if value.is_finite() => "a number",
        Value::Number(_) => "not a finite number",
        Value::Bool(_) => "true or false",
        Value::Timestamp(_) => "a time",
    }
}

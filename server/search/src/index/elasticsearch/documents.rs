//! Documents as Elasticsearch takes them and gives them back.

use super::TIME_FIELD;
use crate::{
    Change, Document, FieldKind, Shape, Value,
    index::{Hit, fits, names},
    text,
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The two lines of a bulk request for one change. What never changes is created once; else the greater version wins, twice the document's
/// and one more for a deletion, which is a document too: it is remembered as long as the index lives.
pub(super) fn lines(shape: &Shape, change: &Change, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let (id, version, at_ms) = match change {
        Change::Put(document) => (&document.id, document.version * 2, document.at_ms),
        Change::Delete { id, version, at_ms } => (id, version * 2 + 1, *at_ms),
    };
    let index = names::index(shape, at_ms);
    match version {
        0 => line(&json!({ "create": { "_index": index, "_id": id } }), out)?,
        // What is created has version 1.
        version => line(&json!({ "index": { "_index": index, "_id": id, "version": version + 1, "version_type": "external" } }), out)?,
    }
    match change {
        Change::Put(document) => line(&Source::of(shape, document), out),
        Change::Delete { .. } => line(&json!({ TIME_FIELD: at_ms, "@id": id, "@deleted": true }), out),
    }
}

fn line(value: &impl Serialize, out: &mut Vec<u8>) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.push(b'\n');
    Ok(())
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(rename = "@timestamp")]
    at_ms: i64,
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@texts", skip_serializing_if = "Vec::is_empty")]
    texts: Vec<&'a str>,
    #[serde(rename = "@words", skip_serializing_if = "BTreeMap::is_empty")]
    words: BTreeMap<&'a str, String>,
    #[serde(rename = "@long", skip_serializing_if = "BTreeMap::is_empty")]
    long: BTreeMap<&'a str, Plain<'a>>,
    #[serde(flatten)]
    fields: BTreeMap<&'a str, Plain<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Plain<'a> {
    Text(&'a str),
    Texts(Vec<&'a str>),
    Integer(i64),
    Number(f64),
    Bool(bool),
}

impl<'a> Source<'a> {
    fn of(shape: &'a Shape, document: &'a Document) -> Self {
        let mut source =
            Self { at_ms: document.at_ms, id: &document.id, texts: Vec::new(), words: BTreeMap::new(), long: BTreeMap::new(), fields: BTreeMap::new() };
        for (name, value) in &document.fields {
            let kind = shape.fields.iter().find(|field| field.name == *name).map(|field| field.kind);
            let plain = match (kind, value) {
                (Some(FieldKind::Text), Value::Text(text)) => {
                    source.texts.push(name);
                    source.words.insert(name, words(text));
                    Plain::Text(text)
                }
                (_, Value::Text(text)) => {
                    let cut = fits::cut(text);
                    if cut.len() < text.len() {
                        source.long.insert(name, Plain::Text(text));
                    }
                    Plain::Text(cut)
                }
                (_, Value::Texts(texts)) if texts.is_empty() => continue,
                (_, Value::Texts(texts)) => {
                    let cut: Vec<&str> = texts.iter().map(|text| fits::cut(text)).collect();
                    if cut.iter().zip(texts).any(|(cut, text)| cut.len() < text.len()) {
                        source.long.insert(name, Plain::Texts(texts.iter().map(String::as_str).collect()));
                    }
                    Plain::Texts(cut)
                }
                (Some(FieldKind::Number), Value::Integer(value)) => Plain::Number(*value as f64),
                (_, Value::Integer(value) | Value::Timestamp(value)) => Plain::Integer(*value),
                // Minus nought is nought.
                (_, Value::Number(value)) => Plain::Number(value + 0.0),
                (_, Value::Bool(value)) => Plain::Bool(*value),
            };
            source.fields.insert(name, plain);
        }
        source
    }
}

/// Folded words with a space between, which Elasticsearch takes apart again.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut found = text::words(text);
    while let Some(word) = found.run() {
        let before = words.len();
        if before > 0 {
            words.push(' ');
        }
        let from = words.len();
        text::fold_into(&text[word], &mut words);
        if words.len() == from {
            words.truncate(before);
        }
    }
    words
}

/// A document that was found; `None`: not one of ours.
pub(super) fn hit(shape: &Shape, found: &Json) -> Option<Hit> {
    let source = found["_source"].as_object()?;
    let none = Map::new();
    let long = source.get("@long").and_then(Json::as_object).unwrap_or(&none);
    let fields = shape.fields.iter().filter_map(|field| {
        let value = long.get(&field.name).or_else(|| source.get(&field.name))?;
        Some((field.name.clone(), value_of(field.kind, value)?))
    });
    Some(Hit {
        id: source.get("@id")?.as_str()?.to_owned(),
        at_ms: source.get(TIME_FIELD)?.as_i64()?,
        fields: fields.collect(),
        highlights: Vec::new(),
        cursor: String::new(),
    })
}

pub(super) fn value_of(kind: FieldKind, value: &Json) -> Option<Value> {
    Some(match (kind, value) {
        (FieldKind::Keyword | FieldKind::Text, Json::String(text)) => Value::Text(text.clone()),
        (FieldKind::Keyword, Json::Array(texts)) => Value::Texts(texts.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
        (FieldKind::Integer, value) => Value::Integer(value.as_i64()?),
        (FieldKind::Timestamp, value) => Value::Timestamp(value.as_i64()?),
        (FieldKind::Number, value) => Value::Number(value.as_f64()?),
        (FieldKind::Bool, Json::Bool(value)) => Value::Bool(*value),
        // As aggregations give truth.
        (FieldKind::Bool, value) => Value::Bool(value.as_i64()? == 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Period;

    #[test]
    fn puts_and_deletions_carry_their_time_in_its_one_field() {
        let shape = Shape { stream: "web".into(), department: "operations".into(), version: 1, fields: Vec::new(), period: Period::Day };
        let put = Change::Put(Document { id: "1".into(), version: 0, at_ms: 7, fields: Vec::new() });
        let deleted = Change::Delete { id: "1".into(), version: 1, at_ms: 7 };
        for change in [put, deleted] {
            let mut out = Vec::new();
            lines(&shape, &change, &mut out).unwrap();
            let source: Json = serde_json::from_slice(out.split(|byte| *byte == b'\n').nth(1).unwrap()).unwrap();
            assert_eq!(source[TIME_FIELD], 7, "{source}");
        }
    }
}

//! The bound tree and the row rule in Elasticsearch's query language, as JSON: no text of a reader is ever parsed there.

use super::TIME_FIELD;
use crate::{FieldKind, Shape, Value, index::Search, language::Query, share::Condition};
use serde_json::{Value as Json, json};

/// What a search asks: never what is deleted. Nothing is scored.
pub(super) fn whole(shape: &Shape, rows: &Condition, search: &Search, further: Option<Json>) -> Json {
    let mut filter = vec![
        json!({ "range": { TIME_FIELD: { "gte": search.from_ms, "lt": search.until_ms, "format": "epoch_millis" } } }),
        condition(rows),
        query(shape, &search.query),
    ];
    filter.extend(further);
    json!({ "bool": { "filter": filter, "must_not": [{ "term": { "@deleted": true } }] } })
}

fn query(shape: &Shape, wanted: &Query) -> Json {
    match wanted {
        Query::All => everything(),
        Query::Is { field, value } => json!({ "term": { field.as_str(): { "value": plain(value) } } }),
        Query::Phrase { field: Some(field), words } if words.contains(' ') => json!({ "match_phrase": { words_of(field): { "query": words } } }),
        Query::Phrase { field: Some(field), words } => json!({ "term": { words_of(field): { "value": words } } }),
        Query::Wildcard { field: Some(field), pattern } => {
            let text = shape.fields.iter().any(|known| known.name == *field && known.kind == FieldKind::Text);
            let name = if text { words_of(field) } else { field.clone() };
            json!({ "wildcard": { name: { "value": pattern } } })
        }
        Query::Range { field, from, until } => range(field, from.as_ref(), until.as_ref()),
        Query::Exists { field } => exists(shape, field),
        Query::Not(inner) => not(query(shape, inner)),
        Query::And(all) => all_of(all.iter().map(|wanted| query(shape, wanted)).collect()),
        Query::Or(any) => any_of(any.iter().map(|wanted| query(shape, wanted)).collect()),
        // `bind` leaves none of these.
        Query::Word { .. } | Query::Phrase { field: None, .. } | Query::Wildcard { field: None, .. } => any_of(Vec::new()),
    }
}

fn condition(rule: &Condition) -> Json {
    match rule {
        Condition::In { field, values } => one_of(field, values),
        Condition::NotIn { field, values } => all_of(vec![json!({ "exists": { "field": field } }), not(one_of(field, values))]),
        Condition::Range { field, from, until } => range(field, from.as_ref(), until.as_ref()),
        Condition::IsNull { field } => not(any_of(vec![json!({ "exists": { "field": field } }), json!({ "term": { "@texts": field } })])),
        Condition::IsNotNull { field } => any_of(vec![json!({ "exists": { "field": field } }), json!({ "term": { "@texts": field } })]),
        Condition::All(all) => all_of(all.iter().map(condition).collect()),
        Condition::Any(any) => any_of(any.iter().map(condition).collect()),
    }
}

fn one_of(field: &str, values: &[Value]) -> Json {
    json!({ "terms": { field: values.iter().map(plain).collect::<Vec<_>>() } })
}

fn range(field: &str, from: Option<&(Value, bool)>, until: Option<&(Value, bool)>) -> Json {
    let mut bounds = json!({});
    if let Some((value, inclusive)) = from {
        bounds[if *inclusive { "gte" } else { "gt" }] = plain(value);
    }
    if let Some((value, inclusive)) = until {
        bounds[if *inclusive { "lte" } else { "lt" }] = plain(value);
    }
    json!({ "range": { field: bounds } })
}

/// A text whose characters make no word is there all the same.
pub(super) fn exists(shape: &Shape, field: &str) -> Json {
    let text = shape.fields.iter().any(|known| known.name == field && known.kind == FieldKind::Text);
    if text { json!({ "term": { "@texts": field } }) } else { json!({ "exists": { "field": field } }) }
}

fn words_of(field: &str) -> String {
    format!("@words.{field}")
}

pub(super) fn plain(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Texts(texts) => json!(texts),
        Value::Integer(value) | Value::Timestamp(value) => json!(value),
        Value::Number(value) => json!(value),
        Value::Bool(value) => json!(value),
    }
}

fn everything() -> Json {
    json!({ "match_all": {} })
}

pub(super) fn not(inner: Json) -> Json {
    json!({ "bool": { "must_not": [inner] } })
}

fn all_of(mut all: Vec<Json>) -> Json {
    match all.len() {
        0 => everything(),
        1 => all.remove(0),
        _ => json!({ "bool": { "filter": all } }),
    }
}

fn any_of(mut any: Vec<Json>) -> Json {
    match any.len() {
        0 => json!({ "match_none": {} }),
        1 => any.remove(0),
        _ => json!({ "bool": { "should": any, "minimum_should_match": 1 } }),
    }
}

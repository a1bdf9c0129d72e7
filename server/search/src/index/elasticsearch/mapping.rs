//! What Elasticsearch is told of a shape: mappings, settings, the template.

use crate::{FieldKind, Shape, index::names};
use serde_json::{Map, Value as Json, json};

/// The field of every document that holds the event's own time.
pub const TIME_FIELD: &str = "@timestamp";

/// The first part of the name of each index of a stream, with its dash.
pub(super) fn prefix(shape: &Shape) -> String {
    format!("{}-", names::alias(shape))
}

/// For indices that are made later, by whomever; its version is the shape's.
pub(super) fn template(shape: &Shape) -> Json {
    json!({
        "index_patterns": [format!("{}*", prefix(shape))],
        "priority": 500,
        "version": shape.version,
        "template": index(shape),
    })
}

/// Settings, mappings and the read alias of one index.
pub(super) fn index(shape: &Shape) -> Json {
    json!({
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            // Said: else an index that nobody has searched for a while refreshes only when it is searched.
            "refresh_interval": "1s",
        },
        "mappings": {
            "dynamic": "strict",
            "_source": { "excludes": ["@words"] },
            "properties": properties(shape),
        },
        "aliases": { names::alias(shape): {} },
    })
}

/// Names of ours begin with `@`, which no field's does.
pub(super) fn properties(shape: &Shape) -> Json {
    let mut properties = Map::new();
    let mut words = Map::new();
    for field in &shape.fields {
        properties.insert(field.name.clone(), json!({ "type": kind(field.kind) }));
        match field.kind {
            FieldKind::Timestamp => properties[&field.name]["format"] = json!("epoch_millis"),
            FieldKind::Text => {
                // For those who search in Kibana; the portal asks the words below, which are cut and folded by its own rule.
                properties[&field.name]["norms"] = json!(false);
                words.insert(field.name.clone(), json!({ "type": "text", "analyzer": "whitespace", "norms": false }));
            }
            _ => {}
        }
    }
    properties.insert(TIME_FIELD.into(), json!({ "type": "date", "format": "epoch_millis" }));
    properties.insert("@id".into(), json!({ "type": "keyword" }));
    // There only for what is deleted.
    properties.insert("@deleted".into(), json!({ "type": "boolean", "doc_values": false }));
    // Names of the text fields that a document has.
    properties.insert("@texts".into(), json!({ "type": "keyword", "doc_values": false }));
    // Keywords that are longer than what is indexed of them.
    properties.insert("@long".into(), json!({ "type": "object", "enabled": false }));
    properties.insert("@words".into(), json!({ "type": "object", "dynamic": "strict", "properties": words }));
    Json::Object(properties)
}

pub(super) fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Keyword => "keyword",
        FieldKind::Text => "text",
        FieldKind::Integer => "long",
        FieldKind::Number => "double",
        FieldKind::Bool => "boolean",
        FieldKind::Timestamp => "date",
    }
}

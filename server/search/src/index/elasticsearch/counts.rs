//! Counts as Elasticsearch is asked for them, and its answers.

use super::documents;
use crate::{FieldKind, Value, index::Bar};
use serde_json::{Value as Json, json};

const PAGE: usize = 10_000;

pub(super) fn total(answer: &Json) -> u64 {
    answer["hits"]["total"]["value"].as_u64().unwrap_or_default()
}

pub(super) fn bars(answer: &Json) -> Vec<Bar> {
    buckets(answer, "bars").filter_map(|bucket| Some(Bar { from_ms: bucket["key"].as_i64()?, documents: bucket["doc_count"].as_u64()? })).collect()
}

/// The most frequent values. Each index is asked for more than are shown, so that few questions need every value.
pub(super) fn terms(field: &str, most: usize) -> Json {
    json!({ "terms": { "field": field, "size": most, "shard_size": (most * 10).max(2_000), "order": [{ "_count": "desc" }, { "_key": "asc" }] } })
}

/// Whether no index can have kept back a document of a value, or a value, that belongs among those.
pub(super) fn is_exact(answer: &Json) -> bool {
    let values = &answer["aggregations"]["values"];
    values.is_null() || values["doc_count_error_upper_bound"].as_u64() == Some(0)
}

pub(super) fn values(answer: &Json, kind: FieldKind) -> Vec<(Value, u64)> {
    buckets(answer, "values").filter_map(|bucket| Some((documents::value_of(kind, &bucket["key"])?, bucket["doc_count"].as_u64()?))).collect()
}

/// A page of every value, in the order of values.
pub(super) fn every(field: &str, after: &Json) -> Json {
    let mut composite = json!({ "size": PAGE, "sources": [{ "value": { "terms": { "field": field } } }] });
    if !after.is_null() {
        composite["after"] = after.clone();
    }
    json!({ "composite": composite })
}

pub(super) fn composite(answer: &Json, kind: FieldKind) -> Vec<(Value, u64)> {
    buckets(answer, "values").filter_map(|bucket| Some((documents::value_of(kind, &bucket["key"]["value"])?, bucket["doc_count"].as_u64()?))).collect()
}

fn buckets<'a>(answer: &'a Json, name: &str) -> impl Iterator<Item = &'a Json> {
    answer["aggregations"][name]["buckets"].as_array().into_iter().flatten()
}

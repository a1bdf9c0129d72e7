//! Elasticsearch (or OpenSearch, which speaks the same): one index for each department, stream and period, with a read alias a stream.

mod bulk;
mod calls;
mod counts;
mod documents;
mod mapping;
mod query;

use super::{Bar, Credentials, Engine, Figures, Found, IndexFault, Outcome, Search, cursor, names};
use crate::{Change, FieldKind, Shape, Value, share::Condition};
use ::elasticsearch::http::Method;
use async_trait::async_trait;
use calls::Calls;
pub use mapping::TIME_FIELD;
use serde_json::{Value as Json, json};
use std::{collections::HashSet, path::Path};
use tokio::sync::Mutex;
use url::Url;

pub struct Elasticsearch {
    calls: Calls,
    /// Indices that this process has seen or made.
    known: Mutex<HashSet<String>>,
}

impl Elasticsearch {
    /// Asks the server nothing. Errors: a certificate's file that cannot be read.
    pub fn new(url: Url, credentials: Credentials, authority: Option<&Path>) -> Result<Self, IndexFault> {
        Ok(Self { calls: Calls::new(url, credentials, authority)?, known: Mutex::default() })
    }

    /// A search over all indices of a stream; none of them there is an empty answer, one that does not answer is an error.
    async fn ask(&self, shape: &Shape, body: &Json) -> Result<Json, IndexFault> {
        let path = format!("/{}/_search?ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false", names::alias(shape));
        let answer = self.calls.json(Method::Post, &path, body).await?;
        Ok(answer.found()?.unwrap_or_default())
    }

    /// Names of the indices of a stream.
    async fn indices(&self, shape: &Shape) -> Result<Vec<String>, IndexFault> {
        let answer = self.calls.send(Method::Get, &format!("/_alias/{}", names::alias(shape)), None).await?.found()?;
        let prefix = mapping::prefix(shape);
        let mut indices: Vec<String> = answer.as_ref().and_then(Json::as_object).map(|all| all.keys().cloned().collect()).unwrap_or_default();
        indices.retain(|index| index.strip_prefix(&prefix).is_some_and(|period| names::bounds(period).is_some()));
        indices.sort();
        Ok(indices)
    }

    async fn check(&self, shape: &Shape) -> Result<bool, IndexFault> {
        let answer = self.calls.send(Method::Get, &format!("/{}/_mapping", names::alias(shape)), None).await?.found()?;
        let Some(indices) = answer.as_ref().and_then(Json::as_object) else { return Ok(false) };
        let prefix = mapping::prefix(shape);
        for (index, mapped) in indices {
            names::check_period(shape, index.strip_prefix(&prefix).unwrap_or_default())?;
            for field in &shape.fields {
                let held = mapped["mappings"]["properties"][&field.name]["type"].as_str();
                if held.is_some_and(|held| held != mapping::kind(field.kind)) {
                    return Err(names::changed_kind(&field.name, index));
                }
            }
        }
        Ok(!indices.is_empty())
    }
}

#[async_trait]
impl Engine for Elasticsearch {
    async fn ready(&self) -> Result<(), IndexFault> {
        let health = self.calls.send(Method::Get, "/_cluster/health", None).await?.success()?;
        match health["status"].as_str() {
            Some("green" | "yellow") => Ok(()),
            status => Err(IndexFault::Unavailable(format!("Elasticsearch's state is {}; see its log", status.unwrap_or("unknown")))),
        }
    }

    async fn prepare(&self, shape: &Shape) -> Result<(), IndexFault> {
        let there = self.check(shape).await?;
        let path = format!("/_index_template/{}", names::alias(shape));
        let known = self.calls.send(Method::Get, &path, None).await?.found()?.unwrap_or_default();
        // One that is newer stays: during an upgrade an older process still runs.
        if known["index_templates"][0]["index_template"]["version"].as_u64().is_none_or(|version| version <= u64::from(shape.version)) {
            self.calls.json(Method::Put, &path, &mapping::template(shape)).await?.success()?;
        }
        if there {
            let path = format!("/{}/_mapping", names::alias(shape));
            self.calls.json(Method::Put, &path, &json!({ "properties": mapping::properties(shape) })).await?.success()?;
        }
        Ok(())
    }

    async fn write(&self, shape: &Shape, changes: &[&Change]) -> Result<Vec<Outcome>, IndexFault> {
        let mut known = self.known.lock().await.clone();
        let before = known.len();
        let written = bulk::write(&self.calls, shape, changes, &mut known).await;
        if known.len() > before {
            self.known.lock().await.extend(known);
        }
        written
    }

    async fn refresh(&self, shape: &Shape) -> Result<(), IndexFault> {
        let path = format!("/{}/_refresh?ignore_unavailable=true&allow_no_indices=true", names::alias(shape));
        self.calls.send(Method::Post, &path, None).await?.found().map(|_| ())
    }

    async fn search(&self, shape: &Shape, rows: &Condition, search: &Search, counted: bool) -> Result<Found, IndexFault> {
        let after = cursor::read(shape, search)?;
        let mut sort = Vec::new();
        let mut further = None;
        let mut from = Vec::new();
        match &search.order {
            None => sort.push(json!({ TIME_FIELD: { "order": "desc", "unmapped_type": "date" } })),
            Some((field, descending)) => {
                let kind = shape.fields.iter().find(|known| known.name == *field).map_or("keyword", |field| mapping::kind(field.kind));
                let order = if *descending { "desc" } else { "asc" };
                sort.push(json!({ field.as_str(): { "order": order, "missing": "_last", "unmapped_type": kind } }));
            }
        }
        if let Some(after) = &after {
            match (&after.value, &search.order) {
                (None, Some((field, _))) => {
                    // Only those without the field follow, by id.
                    sort.clear();
                    further = Some(query::not(query::exists(shape, field)));
                }
                // Truth is sorted as a number, and OpenSearch takes no other.
                (Some(Value::Bool(value)), _) => from.push(json!(i64::from(*value))),
                (value, _) => from.extend(value.as_ref().map(query::plain)),
            }
            from.push(json!(after.id));
        }
        sort.push(json!({ "@id": { "order": "asc", "unmapped_type": "keyword" } }));
        let total = match &further {
            Some(_) if counted => Some(self.count(shape, rows, search).await?),
            _ => None,
        };
        let mut body = json!({
            "size": search.limit,
            "query": query::whole(shape, rows, search, further),
            "sort": sort,
            "track_total_hits": counted && total.is_none(),
        });
        if !from.is_empty() {
            body["search_after"] = Json::from(from);
        }
        let found = self.ask(shape, &body).await?;
        let hits = found["hits"]["hits"].as_array().map(|hits| hits.iter().filter_map(|hit| documents::hit(shape, hit)).collect());
        Ok(Found { total: total.unwrap_or_else(|| counts::total(&found)), hits: hits.unwrap_or_default() })
    }

    async fn count(&self, shape: &Shape, rows: &Condition, search: &Search) -> Result<u64, IndexFault> {
        let body = json!({ "size": 0, "query": query::whole(shape, rows, search, None), "track_total_hits": true });
        Ok(counts::total(&self.ask(shape, &body).await?))
    }

    async fn histogram(&self, shape: &Shape, rows: &Condition, search: &Search, width_ms: i64) -> Result<Vec<Bar>, IndexFault> {
        let bars = json!({ "date_histogram": { "field": TIME_FIELD, "fixed_interval": format!("{width_ms}ms"), "min_doc_count": 1 } });
        let body = json!({ "size": 0, "query": query::whole(shape, rows, search, None), "track_total_hits": false, "aggs": { "bars": bars } });
        Ok(counts::bars(&self.ask(shape, &body).await?))
    }

    async fn top_values(&self, shape: &Shape, rows: &Condition, search: &Search, field: &str, most: usize) -> Result<Vec<(Value, u64)>, IndexFault> {
        let Some(kind) = shape.fields.iter().find(|known| known.name == field).map(|field| field.kind) else { return Ok(Vec::new()) };
        if most == 0 || kind == FieldKind::Text {
            return Ok(Vec::new());
        }
        let whole = query::whole(shape, rows, search, None);
        let body = json!({ "size": 0, "query": whole, "track_total_hits": false, "aggs": { "values": counts::terms(field, most) } });
        let answer = self.ask(shape, &body).await?;
        if counts::is_exact(&answer) {
            return Ok(counts::values(&answer, kind));
        }
        // Each index gave its own most frequent ones only: then all values are counted, page by page.
        let mut all = Vec::new();
        let mut after = Json::Null;
        loop {
            let body = json!({ "size": 0, "query": whole, "track_total_hits": false, "aggs": { "values": counts::every(field, &after) } });
            let answer = self.ask(shape, &body).await?;
            all.extend(counts::composite(&answer, kind));
            after = answer["aggregations"]["values"]["after_key"].clone();
            if after.is_null() {
                break;
            }
        }
        all.sort_by(|(one, one_count), (other, other_count): &(Value, u64)| other_count.cmp(one_count).then_with(|| super::compared(one, other)));
        all.truncate(most);
        Ok(all)
    }

    async fn expire(&self, shape: &Shape, before_ms: i64) -> Result<Vec<String>, IndexFault> {
        let prefix = mapping::prefix(shape);
        let ended = |index: &String| index.strip_prefix(&prefix).and_then(names::bounds).is_some_and(|(_, _, until)| until <= before_ms);
        let mut gone = Vec::new();
        for index in self.indices(shape).await?.into_iter().filter(ended) {
            self.calls.send(Method::Delete, &format!("/{index}"), None).await?.found()?;
            self.known.lock().await.remove(&index);
            gone.push(index);
        }
        Ok(gone)
    }

    async fn figures(&self, shape: &Shape) -> Result<Figures, IndexFault> {
        let indices = self.indices(shape).await?;
        if indices.is_empty() {
            return Ok(Figures::default());
        }
        let everything = json!({ "bool": { "must_not": [{ "term": { "@deleted": true } }] } });
        let body = json!({ "size": 0, "query": everything, "track_total_hits": true, "aggs": { "oldest": { "min": { "field": TIME_FIELD } } } });
        let found = self.ask(shape, &body).await?;
        let stored = self.calls.send(Method::Get, &format!("/{}/_stats/store", names::alias(shape)), None).await?.found()?.unwrap_or_default();
        Ok(Figures {
            documents: counts::total(&found),
            bytes: stored["_all"]["primaries"]["store"]["size_in_bytes"].as_u64().unwrap_or_default(),
            indices: indices.len() as u64,
            oldest_ms: found["aggregations"]["oldest"]["value"].as_f64().map(|at_ms| at_ms as i64),
        })
    }
}

//! The index seam: `Index` guards what each reader sees; an `Engine` stores and finds.

mod bind;
mod cursor;
pub mod elasticsearch;
mod fits;
mod guard;
mod marks;
mod masks;
mod names;
mod settings;
pub mod tantivy;

pub use self::elasticsearch::TIME_FIELD;
pub use guard::Index;
pub use settings::{Credentials, Settings, open};

use crate::{Change, Shape, Value, language::Query, share::Condition};
use async_trait::async_trait;
use std::ops::Range;

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written, or there already (the same id, the same or a newer version).
    Done,
    /// The engine is busy: this one again, later.
    Retry(String),
    /// It will never fit (a field of another type, too large): to the dead letters, with the reason, which names fields, no values.
    Unfit(String),
}

#[derive(Debug, thiserror::Error)]
pub enum IndexFault {
    /// Cannot be reached, or too busy: try again later.
    #[error("the search index is not available: {0}")]
    Unavailable(String),
    /// What is asked for cannot be (an unknown field, a sort on text).
    #[error("{0}")]
    Refused(String),
    #[error("the search index failed: {0}")]
    Broken(String),
}

/// A page of what is looked for. Times are Unix milliseconds, `from_ms` inclusive, `until_ms` exclusive.
#[derive(Clone, Debug)]
pub struct Search {
    pub query: Query,
    pub from_ms: i64,
    pub until_ms: i64,
    /// A field and whether descending; `None`: by time, newest first. Documents without the field come last, ties are broken by id, so
    /// that pages do not overlap.
    pub order: Option<(String, bool)>,
    /// As the last hit of the page before gave it: pages have no cap.
    pub after: Option<String>,
    /// At most 10,000.
    pub limit: usize,
    pub highlight: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub id: String,
    pub at_ms: i64,
    /// In the share's order; absent ones are null.
    pub fields: Vec<(String, Value)>,
    /// Byte ranges within text and keyword values; within several values of one field as if they were joined by `, `.
    pub highlights: Vec<(String, Vec<Range<usize>>)>,
    pub cursor: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Exact.
    pub total: u64,
    pub hits: Vec<Hit>,
}

/// One bar of a date histogram: it begins at a multiple of the width since 1970. Only those with documents, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub from_ms: i64,
    pub documents: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub documents: u64,
    pub bytes: u64,
    pub indices: u64,
    pub oldest_ms: Option<i64>,
}

/// What stores and finds. Knows no reader: `rows` is the condition that every answer is bounded by, counts and values too. Queries and
/// conditions come bound (`bind`): each names a field of the shape and fits its kind.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Whether it answers.
    async fn ready(&self) -> Result<(), IndexFault>;
    /// Index templates of this shape's version, its read alias; new fields in the indices that are there.
    async fn prepare(&self, shape: &Shape) -> Result<(), IndexFault>;
    /// One outcome a change, in order; durable when `Done`. The changes fit the shape.
    async fn write(&self, shape: &Shape, changes: &[&Change]) -> Result<Vec<Outcome>, IndexFault>;
    /// What was written is found from now on.
    async fn refresh(&self, shape: &Shape) -> Result<(), IndexFault>;
    /// Hits as they are stored, without highlights and cursors; the total only when `counted`.
    async fn search(&self, shape: &Shape, rows: &Condition, search: &Search, counted: bool) -> Result<Found, IndexFault>;
    async fn count(&self, shape: &Shape, rows: &Condition, search: &Search) -> Result<u64, IndexFault>;
    async fn histogram(&self, shape: &Shape, rows: &Condition, search: &Search, width_ms: i64) -> Result<Vec<Bar>, IndexFault>;
    /// Values of a field with how many documents have each, most frequent first, then by value.
    async fn top_values(&self, shape: &Shape, rows: &Condition, search: &Search, field: &str, most: usize) -> Result<Vec<(Value, u64)>, IndexFault>;
    /// Deletes whole indices whose period ended before this time; gives their names.
    async fn expire(&self, shape: &Shape, before_ms: i64) -> Result<Vec<String>, IndexFault>;
    async fn figures(&self, shape: &Shape) -> Result<Figures, IndexFault>;
}

/// Values of one kind in their order.
fn compared(one: &Value, other: &Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Integer(one), Value::Integer(other)) | (Value::Timestamp(one), Value::Timestamp(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => one.total_cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => std::cmp::Ordering::Equal,
    }
}

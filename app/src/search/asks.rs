//! Questions about streams: what there is, what is found, how much of it, and what a reader keeps of it.

use crate::{
    ask::Ask,
    dashboards::asks::{ReadWindow, WindowCourse},
    reports::asks::{Format, Options, ReportCard},
    text::Text,
    warehouse::asks::{Access, Value},
};
use serde::{Deserialize, Serialize};

/// The streams that the reader may see.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListStreams {}

impl Ask for ListStreams {
    const PATH: &'static str = "/api/search/streams";
    type Reply = Vec<StreamCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamCard {
    /// As addresses and queries name it.
    pub name: String,
    pub title: Text,
    pub description: Text,
    /// The department's title.
    pub department: Text,
    /// In order; hidden ones are absent.
    pub fields: Vec<FieldCard>,
    /// Fields that the rows of the page show until the reader chooses others.
    pub columns: Vec<String>,
    /// The chip: filters and masks in words.
    pub access: Access,
    /// Looked at as somebody else, without a share of one's own: no event is shown.
    #[serde(default)]
    pub veiled: bool,
    pub may_export: bool,
    /// Unix milliseconds of the newest event in the reader's share; `None` when there is none.
    pub newest_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldCard {
    pub name: String,
    pub kind: FieldKind,
    pub description: Text,
    /// Shown masked: it cannot be asked for, sorted, counted or completed.
    pub masked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Keyword,
    Text,
    Integer,
    Number,
    Bool,
    Timestamp,
}

/// The time that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeRange {
    /// Up to now.
    LastMinutes(u32),
    /// Unix milliseconds: from inclusive, until exclusive.
    Between { from_ms: i64, until_ms: i64 },
}

impl Default for TimeRange {
    fn default() -> Self {
        Self::LastMinutes(60)
    }
}

/// A page of what is found, with its histogram when asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchStream {
    pub stream: String,
    /// In the query language; empty: everything.
    pub query: String,
    pub range: TimeRange,
    /// A field and whether descending; `None`: by time, newest first.
    pub order: Option<(String, bool)>,
    /// From the page before.
    pub after: Option<String>,
    /// At most 500.
    pub limit: u32,
    pub histogram: bool,
}

impl Ask for SearchStream {
    const PATH: &'static str = "/api/search/find";
    type Reply = Searched;
}

/// Found, or where the query is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Searched {
    Found(FoundPage),
    Wrong(WrongQuery),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoundPage {
    /// Exact.
    pub total: u64,
    pub hits: Vec<Hit>,
    /// Bars over the whole range, empty ones too; none when not asked for.
    pub bars: Vec<Bar>,
    /// Width of a bar.
    pub bar_ms: i64,
    /// What the range came to.
    pub from_ms: i64,
    pub until_ms: i64,
    /// Another page follows.
    pub after: Option<String>,
    pub took_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub from_ms: i64,
    pub events: u64,
}

/// One event as this reader sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub id: String,
    pub at_ms: i64,
    /// In the order of the card's fields; absent ones are null, times Unix milliseconds, several values of one field a text with
    /// `, ` between them.
    pub values: Vec<Value>,
    /// Index of the field, and the character ranges (not bytes) within its text that match.
    pub marks: Vec<(usize, Vec<(usize, usize)>)>,
    /// Index of a field that has several values, and each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub several: Vec<(usize, Vec<String>)>,
}

/// Characters, not bytes: shown under the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongQuery {
    pub at: usize,
    pub length: usize,
    pub message: Text,
}

/// Most frequent values of a field among what is found; within the reader's share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TopValues {
    pub stream: String,
    pub query: String,
    pub range: TimeRange,
    pub field: String,
    /// At most 50.
    pub limit: u32,
}

impl Ask for TopValues {
    const PATH: &'static str = "/api/search/values";
    type Reply = Vec<(Value, u64)>;
}

/// What may follow at a place of a query that is being written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompleteQuery {
    pub stream: String,
    pub query: String,
    /// Character at which the reader writes.
    pub at: usize,
    pub range: TimeRange,
}

impl Ask for CompleteQuery {
    const PATH: &'static str = "/api/search/complete";
    type Reply = Vec<Completion>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Characters of the query that it replaces.
    pub from: usize,
    pub until: usize,
    pub text: String,
    /// Of a field.
    pub kind: Option<FieldKind>,
    /// That have the value.
    pub events: Option<u64>,
}

/// A search that somebody keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedSearch {
    /// Empty: new.
    pub id: String,
    pub title: String,
    pub stream: String,
    pub query: String,
    pub range: TimeRange,
    pub columns: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListSearches {}

impl Ask for ListSearches {
    const PATH: &'static str = "/api/search/saved";
    type Reply = Vec<SavedSearch>;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveSearch {
    pub search: SavedSearch,
}

impl Ask for SaveSearch {
    const PATH: &'static str = "/api/search/save";
    /// Its id.
    type Reply = String;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteSearch {
    pub id: String,
}

impl Ask for DeleteSearch {
    const PATH: &'static str = "/api/search/delete";
    type Reply = ();
}

/// Downloads all that is found, without a cap. `POST /api/search/export` with this as its JSON body streams CSV and JSON at once;
/// asked as a question it is made in the background and kept among the reports, as a PDF too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportSearch {
    pub stream: String,
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    pub range: TimeRange,
    /// As of the page.
    #[serde(default)]
    pub order: Option<(String, bool)>,
    /// In this order; empty: every field that the reader sees.
    #[serde(default)]
    pub columns: Vec<String>,
    pub format: Format,
    #[serde(default)]
    pub options: Options,
}

impl Ask for ExportSearch {
    const PATH: &'static str = "/api/search/make";
    type Reply = ReportCard;
}

/// One of the things that a page watches over its one connection, `GET /api/live?watch=…&watch=…`: each value this as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    /// New events that a query finds.
    Events {
        stream: String,
        /// In the query language; empty: everything.
        #[serde(default)]
        query: String,
        /// Most events of one message, 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<usize>,
    },
    /// The course of a window's figure, whole each time that it changes.
    Window(ReadWindow),
}

impl Watched {
    pub fn stream(&self) -> &str {
        match self {
            Self::Events { stream, .. } => stream,
            Self::Window(ask) => &ask.tile.stream,
        }
    }
}

/// What comes over that connection, as Server-Sent Events, each as JSON. A connection that was lost goes on where it stood, by the header
/// `Last-Event-ID` or `&last_event_id=…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Place of what is watched in the address, from 0.
    pub of: usize,
    pub told: Live,
}

/// News of one thing that is watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// Newest last. `skipped`: events of the share that came faster than the view's speed limit since the message before.
    Hits { hits: Vec<Hit>, skipped: u64 },
    /// In place of the course before.
    Course(WindowCourse),
    /// The query is wrong: nothing follows.
    Wrong(WrongQuery),
    /// The permit was withdrawn or the session ended: nothing follows.
    Ended,
}

impl Live {
    /// Nothing follows this message.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Wrong(_) | Self::Ended)
    }
}

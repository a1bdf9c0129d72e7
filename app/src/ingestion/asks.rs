//! Questions about sources, jobs, runs and quarantine.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListJobs {}

impl Ask for ListJobs {
    const PATH: &'static str = "/api/ingestion/jobs";
    type Reply = Vec<JobCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobCard {
    pub name: String,
    pub title: Text,
    pub department: String,
    /// Cron text, e.g. `0 2 * * *`; `None` runs only by hand.
    pub schedule: Option<String>,
    /// IANA name.
    pub time_zone: String,
    pub next_run_ms: Option<i64>,
    pub last: Option<RunCard>,
    pub paused: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunCard {
    pub id: String,
    pub job: String,
    pub state: RunState,
    pub attempt: u32,
    pub started_ms: Option<i64>,
    pub finished_ms: Option<i64>,
    pub rows_in: u64,
    pub rows_out: u64,
    pub rows_quarantined: u64,
    /// Who asked for it: `schedule`, `apply`, or a person.
    pub asked_by: String,
    pub message: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Waiting,
    Running,
    /// Published.
    Succeeded,
    /// Published, with rows in quarantine or findings of level warn.
    Partial,
    /// Nothing was published.
    Failed,
    Cancelled,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListRuns {
    /// Only of this job.
    pub job: Option<String>,
}

impl Ask for ListRuns {
    const PATH: &'static str = "/api/ingestion/runs";
    type Reply = Vec<RunCard>;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenRun {
    pub id: String,
}

impl Ask for OpenRun {
    const PATH: &'static str = "/api/ingestion/run";
    type Reply = RunView;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub card: RunCard,
    pub tables: Vec<RunTable>,
    pub log: Vec<LogLine>,
    pub findings: Vec<Finding>,
    pub may_cancel: bool,
    pub may_run: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunTable {
    /// e.g. `lake.transactions`, `mart.baskets`.
    pub table: String,
    pub rows_in: u64,
    pub rows_out: u64,
    pub rows_quarantined: u64,
    pub bytes: u64,
    pub started_ms: i64,
    pub milliseconds: u64,
    pub state: RunState,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    pub at_ms: i64,
    /// `info`, `warn` or `error`.
    pub level: String,
    pub text: Text,
}

/// What a data-quality check found: a count and its meaning, never values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub check: Text,
    pub dataset: String,
    pub rows: u64,
    /// `warn` (published all the same) or `error` (nothing was published).
    pub severity: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunNow {
    pub job: String,
}

impl Ask for RunNow {
    const PATH: &'static str = "/api/ingestion/run-now";
    /// Id of the run.
    type Reply = String;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelRun {
    pub id: String,
}

impl Ask for CancelRun {
    const PATH: &'static str = "/api/ingestion/cancel-run";
    type Reply = ();
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseJob {
    pub job: String,
    pub paused: bool,
}

impl Ask for PauseJob {
    const PATH: &'static str = "/api/ingestion/pause-job";
    type Reply = ();
}

/// Rows that did not fit. Reasons and positions with *figures*; `content` only with *rows* on the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListQuarantine {
    pub run: Option<String>,
}

impl Ask for ListQuarantine {
    const PATH: &'static str = "/api/ingestion/quarantine";
    type Reply = Vec<QuarantineCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuarantineCard {
    pub run: String,
    pub table: String,
    /// File, line and byte offset where it stood.
    pub position: String,
    pub reason: Text,
    pub content: Option<String>,
}

/// Notices of failed runs that nobody has dismissed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListNotices {}

impl Ask for ListNotices {
    const PATH: &'static str = "/api/ingestion/notices";
    type Reply = Vec<Notice>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub id: String,
    pub at_ms: i64,
    pub text: Text,
    pub href: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DismissNotice {
    pub id: String,
}

impl Ask for DismissNotice {
    const PATH: &'static str = "/api/ingestion/dismiss-notice";
    type Reply = ();
}

/// The connectors there are, each with the fields of its form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListConnectors {}

impl Ask for ListConnectors {
    const PATH: &'static str = "/api/ingestion/connectors";
    type Reply = Vec<ConnectorCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectorCard {
    pub name: String,
    pub title: Text,
    pub icon: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub label: Text,
    pub help: Text,
    pub kind: FieldKind,
    pub required: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// Stored encrypted; never shown again.
    Secret,
    Number,
    Choice(Vec<(String, Text)>),
    /// A file that the browser uploads by multipart POST to `/api/ingestion/upload`.
    File,
}

/// Adds a source and the job that loads it each night (or only by hand).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveSource {
    pub name: String,
    pub connector: String,
    pub department: String,
    pub fields: Vec<(String, String)>,
    pub schedule: Option<String>,
}

impl Ask for SaveSource {
    const PATH: &'static str = "/api/ingestion/save-source";
    /// Name of its job.
    type Reply = String;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListSources {}

impl Ask for ListSources {
    const PATH: &'static str = "/api/ingestion/sources";
    type Reply = Vec<SourceCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceCard {
    pub name: String,
    pub connector: String,
    pub department: String,
    pub tables: Vec<String>,
    pub job: String,
}

/// Listeners: sources that are asked again and again, whose posts go to a stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListListeners {}

impl Ask for ListListeners {
    const PATH: &'static str = "/api/ingestion/listeners";
    type Reply = Listeners;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listeners {
    pub listeners: Vec<ListenerCard>,
    /// Kinds that a new one may be of, each with the fields of its form.
    pub kinds: Vec<ConnectorCard>,
    /// Streams that may take its posts.
    pub streams: Vec<StreamChoice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamChoice {
    pub name: String,
    pub title: Text,
    pub department: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListenerCard {
    pub name: String,
    pub title: Text,
    pub connector: String,
    pub department: String,
    pub stream: String,
    pub state: ListenerState,
    pub polled_ms: Option<i64>,
    /// `None` while paused.
    pub next_ms: Option<i64>,
    /// Posts, edits and deletions that the event bus has taken.
    pub records: u64,
    /// How often posts may have been missed for good.
    pub gaps: u64,
    /// The newest such time, from and until.
    pub gap: Option<(i64, i64)>,
    /// Why the last poll failed.
    pub error: Option<Text>,
    /// What the last poll has to say: limits, what was left out.
    pub notes: Vec<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListenerState {
    /// Not asked yet.
    Waiting,
    Listening,
    /// The last poll failed; it is tried again.
    Failing,
    Paused,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveListener {
    pub name: String,
    pub connector: String,
    pub stream: String,
    pub fields: Vec<(String, String)>,
}

impl Ask for SaveListener {
    const PATH: &'static str = "/api/ingestion/save-listener";
    type Reply = ();
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseListener {
    pub name: String,
    pub paused: bool,
}

impl Ask for PauseListener {
    const PATH: &'static str = "/api/ingestion/pause-listener";
    type Reply = ();
}

/// Reply of the multipart upload (`table`, `department`, `file`): the job that took the file and its run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uploaded {
    pub source: String,
    pub table: String,
    pub run: String,
}

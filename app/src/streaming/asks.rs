//! Questions about agents, streams, keywords and dead letters.

use crate::{
    ask::Ask,
    text::{Language, Text},
};
use serde::{Deserialize, Serialize};

/// The agents that the asker's department looks after, or that feed its streams.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListAgents {}

impl Ask for ListAgents {
    const PATH: &'static str = "/api/streaming/agents";
    type Reply = Agents;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agents {
    pub agents: Vec<AgentCard>,
    /// Departments that have streams, with the topics of those.
    pub departments: Vec<StreamingDepartment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamingDepartment {
    pub name: String,
    pub title: Text,
    pub topics: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentCard {
    pub id: String,
    pub name: String,
    pub department: String,
    pub topics: Vec<String>,
    pub made_by: String,
    pub made_ms: i64,
    pub revoked: bool,
    /// It runs inside the portal and has no token.
    pub inside: bool,
    pub seen_ms: Option<i64>,
    /// What its last heartbeat said.
    pub state: Option<AgentState>,
    /// What happened, the newest first.
    pub reports: Vec<(i64, Text)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentState {
    pub version: String,
    /// Age of the oldest event that was not delivered, in milliseconds.
    pub lag_ms: i64,
    pub buffered_bytes: u64,
    pub buffered_records: u64,
    /// Bytes of followed files that were not read yet.
    pub unread_bytes: u64,
    /// Since its start.
    pub delivered: u64,
    pub refused: u64,
    pub dropped: u64,
    pub cut_lines: u64,
    pub lost: u64,
    /// What stands in the way just now.
    pub problem: Option<Text>,
}

impl AgentState {
    /// Events that did not come through whole, since its start.
    pub fn errors(&self) -> u64 {
        self.refused + self.dropped + self.cut_lines + self.lost
    }
}

/// Makes a token for a new agent, or for one whose token was revoked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeAgent {
    pub name: String,
    pub department: String,
    pub topics: Vec<String>,
}

impl Ask for MakeAgent {
    const PATH: &'static str = "/api/streaming/make-agent";
    type Reply = MadeAgent;
}

/// The token is here and nowhere else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MadeAgent {
    pub name: String,
    pub token: String,
    /// An `agent.toml` to begin with.
    pub config: String,
}

/// From now on the agent's token opens nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevokeAgent {
    pub id: String,
}

impl Ask for RevokeAgent {
    const PATH: &'static str = "/api/streaming/revoke-agent";
    type Reply = ();
}

/// Streams as they run: for those who administer streams.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListLines {}

impl Ask for ListLines {
    const PATH: &'static str = "/api/streaming/lines";
    type Reply = Vec<LineCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineCard {
    pub name: String,
    pub title: Text,
    pub department: String,
    pub state: LineState,
    pub now: LineFigures,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    Running,
    /// Something that is down, or dead letters that are full, makes it wait.
    Waiting,
    /// No process works it.
    Stopped,
}

/// Figures of one moment, over all processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineFigures {
    pub at_ms: i64,
    pub read_per_second: f64,
    pub indexed_per_second: f64,
    /// Events on the bus that index and windows have not finished.
    pub lag: i64,
    /// Of the oldest event that was read and is not finished.
    pub age_seconds: f64,
    pub queue_bytes: i64,
    pub dead_letters: i64,
}

/// One stream with its history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenLine {
    pub name: String,
    /// How far back: 10 to 1440.
    pub minutes: u32,
    /// Of the names in the charts.
    pub language: Language,
}

impl Ask for OpenLine {
    const PATH: &'static str = "/api/streaming/line";
    type Reply = LineView;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    pub card: LineCard,
    /// As the bus says, e.g. that topics have one replica.
    pub notes: Vec<Text>,
    pub stages: Vec<StageCard>,
    /// In order of time.
    pub history: Vec<LineFigures>,
    /// Chart options (JSON): events a second, and what waits.
    pub speed_chart: String,
    pub waiting_chart: String,
    /// The newest first.
    pub gaps: Vec<GapCard>,
    /// Of windows that missed events, by name.
    pub missed: Vec<MissedCard>,
}

/// Events that a window does not count, since the stream is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedCard {
    pub window: String,
    /// They came when their stretch was final.
    pub late: u64,
    /// No further stretch could be opened for them.
    pub beyond: u64,
}

/// What passed a stage: `read`, `parsed`, `filtered`, `duplicate`, `dead_letter`, `indexed`, `windowed`, `late`, `beyond`, `archived`, `gap`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageCard {
    pub stage: String,
    /// Within the minutes that were asked for.
    pub events: u64,
    pub per_second: f64,
}

/// Records that were gone before they were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapCard {
    pub found_ms: i64,
    /// Topic and partition.
    pub place: String,
    pub from: i64,
    /// Exclusive.
    pub until: i64,
}

/// Lets a stream's index take again what the bus still holds. Answers how many records come again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefillIndex {
    pub stream: String,
}

impl Ask for RefillIndex {
    const PATH: &'static str = "/api/streaming/refill";
    type Reply = u64;
}

/// Runs sample lines through a stream's parser, or through another one before it is saved. Nothing is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TryOn {
    pub stream: String,
    /// The parser as it would stand in the stream's file; empty: as it is saved.
    pub parser: String,
    /// Up to 200 lines of 64 kB.
    pub lines: String,
}

impl Ask for TryOn {
    const PATH: &'static str = "/api/streaming/try_on";
    type Reply = Vec<TriedLine>;
}

/// What became of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriedLine {
    /// Fields and what they hold, in order.
    Event(Vec<(String, String)>),
    /// Byte in the line, and what was expected there.
    Unfit { at: usize, expected: Text },
}

/// Records that could not be made events, or that the index refuses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListDeadLetters {
    /// Empty: of the first stream that has some.
    pub stream: String,
    /// From the page before.
    pub before_ms: Option<i64>,
}

impl Ask for ListDeadLetters {
    const PATH: &'static str = "/api/streaming/dead_letters";
    type Reply = DeadLetters;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeadLetters {
    pub streams: Vec<DeadLetterCount>,
    /// The one that is shown.
    pub stream: String,
    /// Whether the asker may see the original bytes.
    pub may_see: bool,
    /// The newest first.
    pub letters: Vec<DeadLetterCard>,
    /// There are older ones: ask with the last one's `dead_ms`.
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetterCount {
    pub stream: String,
    pub title: Text,
    pub letters: u64,
    pub bytes: u64,
    /// There is no room for more: the stream waits.
    pub full: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterCard {
    pub dead_ms: i64,
    /// `parse`, `poison` or `index`.
    pub stage: String,
    /// Topic, partition and offset.
    pub position: String,
    pub origin_kind: OriginKind,
    /// From where the source took it, for those with rows on the stream: it may be a sender's address.
    pub origin: Option<String>,
    pub reason: Text,
    pub attempts: u32,
    pub bytes: u64,
    /// The record as it came, for those with rows on the stream.
    pub content: Option<String>,
}

/// The kind of place that a record comes from, which tells nothing of who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    File,
    Syslog,
    Http,
    /// Written to the topic by another program.
    Kafka,
    /// A feed, a social network, or what a program of one's own names.
    Other,
}

/// Sends the letters of a stream through the line again: those that died up to `until_ms`, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReplayDeadLetters {
    pub stream: String,
    pub until_ms: i64,
}

impl Ask for ReplayDeadLetters {
    const PATH: &'static str = "/api/streaming/replay";
    type Reply = Replayed;
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    pub sent: u64,
    /// Refused again at once, with the same reason.
    pub refused: u64,
}

/// Throws the letters of a stream away: those that died up to `until_ms`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiscardDeadLetters {
    pub stream: String,
    pub until_ms: i64,
}

impl Ask for DiscardDeadLetters {
    const PATH: &'static str = "/api/streaming/discard";
    type Reply = u64;
}

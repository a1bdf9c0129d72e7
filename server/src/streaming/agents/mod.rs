//! Agents: the tokens by which they may hand events over, the route that takes those, and how each agent is doing.
//!
//! Owns the table `agent`. An agent knows no person: its token is bound to a department and to topics of that department's
//! streams, opens only the two routes of this room, and is kept as a hash.

mod answers;
mod heartbeat;
mod ingest;
pub mod inside;
pub mod outside;
pub mod store;
mod token;

pub use answers::{list, make, revoke};

use crate::{
    access::{Action::Administer, Kind::Agent as AgentKind, Need},
    fault::Result,
    portal::Portal,
    routing::Routes,
    search::stream,
};
use app::{streaming::asks::AgentState, text::Text};
use std::collections::BTreeSet;
use streaming::agent::wire::{HEARTBEAT_PATH, INGEST_PATH};

/// One agent as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub department: String,
    /// The department whose administrators look after it; empty: the portal's own.
    pub keeper: String,
    pub topics: BTreeSet<String>,
    pub token_hash: Option<String>,
    pub made_by: String,
    pub made_ms: i64,
    pub revoked: bool,
    pub seen_ms: Option<i64>,
    pub state: Option<AgentState>,
    pub reports: Vec<(i64, Text)>,
}

/// What a heartbeat leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub at_ms: i64,
    pub state: AgentState,
    pub reports: Vec<(i64, Text)>,
}

/// The room's part of the API.
pub fn routes(routes: Routes) -> Routes {
    let turns = ingest::Turns::default();
    routes
        .ask(Need(AgentKind, Administer), list)
        .ask(Need(AgentKind, Administer), make)
        .ask(Need(AgentKind, Administer), revoke)
        .raw_open("POST", INGEST_PATH, move |portal, _, _, request| ingest::post(portal, request, turns.clone()))
        .raw_open("POST", HEARTBEAT_PATH, |portal, _, _, request| heartbeat::post(portal, request))
}

/// Topics of each department's streams: a pipeline may name its topic, else the stream does.
pub async fn topics(portal: &Portal) -> Result<Vec<(String, String)>> {
    let streams = stream::store::all(&portal.database).await?;
    let topic = |stream: &stream::Stream| stream.pipeline.get("topic").and_then(|topic| topic.as_str()).unwrap_or(&stream.name).to_owned();
    Ok(streams.iter().map(|stream| (stream.department.clone(), topic(stream))).collect())
}

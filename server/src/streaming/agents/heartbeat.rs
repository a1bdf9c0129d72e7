//! How agents say that they are there and how they are doing.

use super::{Agent, Seen, store, token};
use crate::{
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{streaming::asks::AgentState, text::Text};
use axum::extract::Request;
use http::StatusCode;
use streaming::agent::{AgentFault, Heartbeat};

/// Largest heartbeat, in bytes.
const BODY_BYTES: usize = 64 << 10;
/// Reports that are kept of one agent, and the longest of their texts in characters.
const KEPT: usize = 50;
const REPORT_CHARACTERS: usize = 500;

pub async fn post(portal: Portal, request: Request) -> Result<StatusCode> {
    let agent = token::agent(&portal, request.headers()).await?;
    let wrong = || Fault::invalid("This is no heartbeat.", "Esto no es una señal de vida.");
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| wrong())?;
    keep(&portal, &agent, serde_json::from_slice(&body).map_err(|_| wrong())?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes down what an agent said.
pub async fn keep(portal: &Portal, agent: &Agent, heartbeat: Heartbeat) -> Result<()> {
    let at_ms = now_ms();
    let mut reports: Vec<(i64, Text)> = heartbeat.reports.into_iter().rev().map(|report| (at_ms, text(report))).collect();
    reports.extend(agent.reports.iter().cloned());
    reports.truncate(KEPT);
    let state = AgentState {
        version: shortened(heartbeat.version),
        lag_ms: heartbeat.lag_ms.max(0),
        buffered_bytes: heartbeat.buffered_bytes,
        buffered_records: heartbeat.buffered_records,
        unread_bytes: heartbeat.unread_bytes,
        delivered: heartbeat.delivered,
        refused: heartbeat.refused,
        dropped: heartbeat.dropped,
        cut_lines: heartbeat.cut_lines,
        lost: heartbeat.lost,
        problem: heartbeat.problem.map(text),
    };
    let mut changes = portal.database.begin().await?;
    store::saw(&mut changes, &agent.id, &Seen { at_ms, state, reports }).await?;
    changes.commit().await?;
    Ok(())
}

fn text(said: AgentFault) -> Text {
    Text::of(shortened(said.en), shortened(said.es))
}

fn shortened(text: String) -> String {
    text.chars().take(REPORT_CHARACTERS).collect()
}

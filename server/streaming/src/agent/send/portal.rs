//! Delivers to a portal's ingest route, and tells it how the agent is doing.

use super::{Failure, SETTING_WAIT};
use crate::{
    Record,
    agent::{
        AgentFault,
        config::Portal,
        status::Heartbeat,
        wire::{HEARTBEAT_PATH, INGEST_PATH, Line, Taken},
    },
};
use flate2::{Compression, write::GzEncoder};
use reqwest::{StatusCode, header};
use std::{io::Write, ops::Range, sync::Arc, time::Duration};
use url::Url;

const TIME_LIMIT: Duration = Duration::from_secs(60);
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 1 << 20;

/// A portal, with the token that it knows this agent by.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    ingest: Url,
    heartbeat: Url,
    token: String,
}

impl Client {
    pub fn open(portal: &Portal) -> Result<Self, AgentFault> {
        let token = match (&portal.token, &portal.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(file)) => std::fs::read_to_string(file).map_err(|cause| AgentFault::file(file, &cause))?,
            (None, None) => String::new(),
        };
        let wrong = |cause: &dyn std::fmt::Display| AgentFault::new(format!("the portal's address: {cause}"), format!("la dirección del portal: {cause}"));
        let http = reqwest::Client::builder()
            .timeout(TIME_LIMIT)
            .connect_timeout(CONNECT_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(2)
            .build()
            .map_err(|cause| wrong(&cause))?;
        let path = |path: &str| portal.url.join(path).map_err(|cause| wrong(&cause));
        Ok(Self { http, ingest: path(INGEST_PATH)?, heartbeat: path(HEARTBEAT_PATH)?, token: token.trim().to_owned() })
    }

    /// Delivers all; which can never be had, with the reasons. Too large a request is sent in halves.
    pub async fn send(&self, records: &[(Arc<str>, Record)]) -> Result<Vec<(usize, String)>, Failure> {
        let mut refused = Vec::new();
        let mut open: Vec<Range<usize>> = std::iter::once(0..records.len()).collect();
        while let Some(range) = open.pop() {
            match self.post(&records[range.clone()]).await? {
                Some(taken) => refused.extend(taken.refused.into_iter().map(|one| (range.start + one.line, one.reason))),
                None if range.len() == 1 => refused.push((range.start, "too large for the portal".to_owned())),
                None => {
                    let middle = range.start + range.len() / 2;
                    open.push(middle..range.end);
                    open.push(range.start..middle);
                }
            }
        }
        Ok(refused)
    }

    /// `None`: too large.
    async fn post(&self, records: &[(Arc<str>, Record)]) -> Result<Option<Taken>, Failure> {
        let body = body(records).map_err(|cause| Failure::later(AgentFault::new(cause.to_string(), cause.to_string())))?;
        let request = self.http.post(self.ingest.clone()).header(header::CONTENT_TYPE, "application/x-ndjson").header(header::CONTENT_ENCODING, "gzip");
        let response = request.bearer_auth(&self.token).body(body).send().await.map_err(|cause| Failure::later(reason(&cause)))?;
        match response.status() {
            StatusCode::OK => {
                let bytes = response.bytes().await.map_err(|cause| Failure::later(reason(&cause)))?;
                serde_json::from_slice(&bytes).map(Some).map_err(|_| Failure::later(not_understood()))
            }
            StatusCode::PAYLOAD_TOO_LARGE => Ok(None),
            status => Err(refusal(status, response).await),
        }
    }

    /// Tells how the agent is doing.
    pub async fn heartbeat(&self, heartbeat: &Heartbeat) -> Result<(), Failure> {
        let request = self.http.post(self.heartbeat.clone()).bearer_auth(&self.token).json(heartbeat);
        let response = request.send().await.map_err(|cause| Failure::later(reason(&cause)))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(refusal(status, response).await),
        }
    }
}

fn body(records: &[(Arc<str>, Record)]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for (topic, record) in records {
        serde_json::to_writer(&mut encoder, &Line::of(topic, record))?;
        encoder.write_all(b"\n")?;
    }
    encoder.finish()
}

async fn refusal(status: StatusCode, mut response: reqwest::Response) -> Failure {
    let asked = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await
        && bytes.len() + chunk.len() <= ANSWER_BYTES
    {
        bytes.extend_from_slice(&chunk);
    }
    let words: AgentFault = serde_json::from_slice::<serde_json::Value>(&bytes)
        .ok()
        .and_then(|answer| serde_json::from_value(answer.get("message")?.clone()).ok())
        .unwrap_or_default();
    let said = AgentFault::new(format!("the portal answers {status}. {}", words.en), format!("el portal responde {status}. {}", words.es));
    let setting = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY);
    Failure { said, after: asked.or(setting.then_some(SETTING_WAIT)) }
}

/// The innermost cause says what happened: the outer ones only that a request failed. No address: it may hold a password.
fn reason(error: &reqwest::Error) -> AgentFault {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    if error.is_timeout() {
        return AgentFault::new("the portal did not answer in time", "el portal no respondió a tiempo");
    }
    AgentFault::new(format!("the portal cannot be reached: {innermost}"), format!("no se puede llegar al portal: {innermost}"))
}

fn not_understood() -> AgentFault {
    AgentFault::new("the answer is not a portal's: check `url` in agent.toml", "la respuesta no es de un portal: compruebe `url` en agent.toml")
}

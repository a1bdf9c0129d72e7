//! Takes events over HTTP, one a line; answered only when they are on the disk.

use super::{
    AgentFault,
    buffer::{Buffer, Entry, Full, Place},
    config::HttpInput,
    gzip, now_ms,
};
use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use reqwest::{StatusCode, header};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;

/// Bodies that are in memory at once; further senders wait.
const AT_ONCE: usize = 4;
const BODY_TIME: Duration = Duration::from_secs(60);
/// When a sender may try again while the buffer is full, in seconds.
const RETRY_SECONDS: u64 = 5;

struct Door {
    topic: Arc<str>,
    origin: Arc<str>,
    key: Arc<str>,
    buffer: Buffer,
    body_bytes: usize,
    record_bytes: usize,
    token: Option<[u8; 32]>,
    at_once: Semaphore,
}

/// Binds at once; serves until told to stop.
pub async fn open(input: &HttpInput, record_bytes: usize, buffer: Buffer) -> Result<Server, AgentFault> {
    let token = match &input.token_file {
        Some(file) => Some(hash(std::fs::read_to_string(file).map_err(|cause| AgentFault::file(file, &cause))?.trim().as_bytes())),
        None => None,
    };
    let listener = TcpListener::bind(input.listen).await.map_err(|cause| super::cannot_listen(&input.listen, &cause))?;
    let (topic, at_once) = (input.topic.as_str().into(), Semaphore::new(AT_ONCE));
    let door = Door { topic, origin: "http".into(), key: "".into(), buffer, body_bytes: input.body_bytes, record_bytes, token, at_once };
    Ok(Server { listener, router: Router::new().route("/", post(take)).with_state(Arc::new(door)) })
}

pub struct Server {
    listener: TcpListener,
    router: Router,
}

impl Server {
    pub async fn run(self, stop: CancellationToken) -> Result<(), AgentFault> {
        let served = axum::serve(self.listener, self.router).with_graceful_shutdown(async move { stop.cancelled().await });
        served.await.map_err(|cause| AgentFault::new(format!("HTTP: {cause}"), format!("HTTP: {cause}")))
    }
}

async fn take(State(door): State<Arc<Door>>, request: Request) -> Response {
    match door.take(request).await {
        Ok(accepted) => axum::Json(json!({ "accepted": accepted })).into_response(),
        Err(response) => response,
    }
}

impl Door {
    async fn take(&self, request: Request) -> Result<usize, Response> {
        if !self.knows(&request) {
            return Err(answer(StatusCode::UNAUTHORIZED, "the token is missing or wrong"));
        }
        let compressed = match request.headers().get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes()) {
            None | Some(b"identity") => false,
            Some(b"gzip") => true,
            Some(_) => return Err(answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body may be compressed as gzip only")),
        };
        let _turn = self.at_once.acquire().await.map_err(|_| stopped())?;
        let too_large = || answer(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {} bytes: send less at once", self.body_bytes));
        let body = match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(request.into_body(), self.body_bytes)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return Err(too_large()),
            Err(_) => return Err(answer(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        };
        let body = if compressed {
            match gzip::read(&body, self.body_bytes) {
                Ok(Some(body)) => body.into(),
                Ok(None) => return Err(too_large()),
                Err(cause) => return Err(answer(StatusCode::BAD_REQUEST, &format!("the body is not gzip: {cause}"))),
            }
        } else {
            body
        };
        let entries = self.entries(&body).map_err(|words| answer(StatusCode::PAYLOAD_TOO_LARGE, &words))?;
        let accepted = entries.len();
        if accepted > 0 {
            self.keep(entries).await?;
        }
        Ok(accepted)
    }

    /// The lines of a body, or which of them is too large.
    fn entries(&self, body: &Bytes) -> Result<Vec<Entry>, String> {
        let taken_ms = now_ms();
        let mut entries = Vec::new();
        let mut start = 0;
        for (number, line) in body.split(|byte| *byte == b'\n').enumerate() {
            let value = body.slice(start..start + line.strip_suffix(b"\r").unwrap_or(line).len());
            start += line.len() + 1;
            if value.len() > self.record_bytes {
                return Err(format!("line {} is larger than {} bytes; nothing of the body was taken", number + 1, self.record_bytes));
            }
            if !value.iter().all(u8::is_ascii_whitespace) {
                let (topic, key, origin) = (self.topic.clone(), self.key.clone(), self.origin.clone());
                entries.push(Entry { topic, key, origin, taken_ms, place: Place::Numbered, value });
            }
        }
        Ok(entries)
    }

    async fn keep(&self, entries: Vec<Entry>) -> Result<(), Response> {
        let ticket = self.buffer.try_append(entries).await.map_err(|full| match full {
            Full::Limit => later(StatusCode::TOO_MANY_REQUESTS, "the buffer is full: nothing was taken, send it again later"),
            Full::Disk(fault) => later(StatusCode::SERVICE_UNAVAILABLE, &fault.en),
            Full::Stopped => stopped(),
        })?;
        match ticket.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(fault)) => Err(later(StatusCode::SERVICE_UNAVAILABLE, &fault.en)),
            Err(_) => Err(stopped()),
        }
    }

    /// Compared as hashes: the time that takes tells nothing of the token.
    fn knows(&self, request: &Request) -> bool {
        let Some(token) = &self.token else { return true };
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        given.is_some_and(|given| hash(given.trim().as_bytes()) == *token)
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn stopped() -> Response {
    later(StatusCode::SERVICE_UNAVAILABLE, "the agent is stopping: nothing was taken, send it again later")
}

fn later(status: StatusCode, words: &str) -> Response {
    let mut response = answer(status, words);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS.into());
    response
}

fn answer(status: StatusCode, words: &str) -> Response {
    (status, axum::Json(json!({ "error": words }))).into_response()
}

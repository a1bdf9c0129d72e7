//! The route by which agents hand events over: answered only when the bus has them.

use super::{Agent, token, topics};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::{Fault as Answered, FaultKind},
    text::Text,
};
use axum::{
    Json,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use streaming::{
    Record,
    agent::{
        gzip,
        wire::{Line, Refused, Taken},
    },
    bus::{BusFault, Sent},
};
use tokio::sync::Semaphore;

/// Largest request, as it comes and decompressed, in bytes.
const BODY_BYTES: usize = 4 << 20;
const TEXT_BYTES: usize = 16 << 20;
/// Requests that are worked on at once: they are held in memory.
const AT_ONCE: usize = 8;
/// How long a request waits for its turn.
const TURN_TIME: Duration = Duration::from_secs(2);
/// When to try again, in seconds.
const RETRY_SECONDS: u16 = 2;

/// Bounds the requests that are held in memory.
#[derive(Clone)]
pub struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

pub async fn post(portal: Portal, request: Request, turns: Turns) -> Response {
    match take(&portal, request, &turns).await {
        Ok(taken) => Json(taken).into_response(),
        Err(Refusal::TooLarge) => too_large(),
        Err(Refusal::Fault(fault)) => {
            let later = matches!(fault.kind, FaultKind::TooMany | FaultKind::Unavailable);
            let mut response = fault.into_response();
            if later {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
            }
            response
        }
    }
}

enum Refusal {
    TooLarge,
    Fault(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

async fn take(portal: &Portal, request: Request, turns: &Turns) -> Result<Taken, Refusal> {
    // Before the body: who has no token costs nothing.
    let agent = token::agent(portal, request.headers()).await?;
    let turn = tokio::time::timeout(TURN_TIME, turns.0.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(busy().into()) };
    let compressed = is_compressed(request.headers())?;
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Refusal::TooLarge)?;
    let body = match compressed {
        false => body,
        true => gzip::read(&body, TEXT_BYTES).map_err(not_gzip)?.map(Bytes::from).ok_or(Refusal::TooLarge)?,
    };
    let records = read(&agent, &body)?;
    let own = topics(portal).await?;
    for topic in records.keys() {
        // Also where the stream went to another department since the token was made.
        if !agent.topics.contains(topic) || !own.iter().any(|(department, known)| *department == agent.department && known == topic) {
            return Err(foreign(topic).into());
        }
    }
    let mut taken = Taken::default();
    for (topic, records) in records {
        let (lines, records): (Vec<usize>, Vec<Record>) = records.into_iter().unzip();
        let sent = portal.bus.send(&topic, records).await.map_err(unavailable)?;
        for (line, sent) in lines.into_iter().zip(sent) {
            match sent {
                Sent::At(_) => taken.accepted += 1,
                Sent::Refused(reason) => taken.refused.push(Refused { line, reason }),
            }
        }
    }
    Ok(taken)
}

/// Events with their lines, by topic, in order.
fn read(agent: &Agent, body: &[u8]) -> Result<BTreeMap<String, Vec<(usize, Record)>>> {
    let mut topics: BTreeMap<String, Vec<(usize, Record)>> = BTreeMap::new();
    let own = format!("{}:", agent.name);
    for (number, line) in body.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace)).enumerate() {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|_| wrong_line(number))?;
        if !line.id.starts_with(&own) {
            return Err(foreign_id(&agent.name, number));
        }
        let record = line.record(&agent.name).ok_or_else(|| wrong_line(number))?;
        topics.entry(line.topic.into_owned()).or_default().push((number, record));
    }
    Ok(topics)
}

fn is_compressed(headers: &HeaderMap) -> Result<bool> {
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(false),
        Some(b"gzip") => Ok(true),
        Some(_) => Err(Fault::invalid("The body may be compressed as gzip only.", "El cuerpo solo se puede comprimir con gzip.")),
    }
}

fn not_gzip(cause: std::io::Error) -> Fault {
    Fault::invalid("The body is not gzip.", "El cuerpo no es gzip.").because(cause)
}

fn wrong_line(number: usize) -> Fault {
    let line = number + 1;
    Fault::invalid(
        format!("Line {line} is not an event: topic, id, taken_ms, origin, and value or base64. Nothing of the request was taken."),
        format!("La línea {line} no es un evento: topic, id, taken_ms, origin y value o base64. No se tomó nada de la petición."),
    )
}

fn foreign_id(name: &str, number: usize) -> Fault {
    let line = number + 1;
    Fault::invalid(
        format!("Line {line}: this token is of the agent {name}, whose ids begin with `{name}:`. Set `name = \"{name}\"` in agent.toml."),
        format!("Línea {line}: este token es del agente {name}, cuyos identificadores empiezan por `{name}:`. Ponga `name = \"{name}\"` en agent.toml."),
    )
}

fn foreign(topic: &str) -> Fault {
    let en = format!("This token may not write to the topic {topic}. An administrator can make one that may.");
    let es = format!("Este token no puede escribir en el tema {topic}. Un administrador puede crear uno que sí.");
    Fault::new(FaultKind::Forbidden, Text::of(en, es))
}

fn busy() -> Fault {
    Fault::new(FaultKind::TooMany, Text::of("Too many agents at once. Send it again later.", "Demasiados agentes a la vez. Envíelo más tarde."))
}

fn unavailable(fault: BusFault) -> Fault {
    let en = "The event bus did not take the events. Send them again later; if it stays, tell the operator.";
    let es = "El bus de eventos no tomó los eventos. Envíelos más tarde; si persiste, avise al operador.";
    tracing::warn!("{fault}");
    Fault::operator(en, es).because(fault)
}

fn too_large() -> Response {
    let mib = BODY_BYTES >> 20;
    let message =
        Text::of(format!("The request is larger than {mib} MiB. Send less at once."), format!("La petición pasa de {mib} MiB. Envíe menos de una vez."));
    (StatusCode::PAYLOAD_TOO_LARGE, Json(Answered::new(FaultKind::Invalid, message))).into_response()
}

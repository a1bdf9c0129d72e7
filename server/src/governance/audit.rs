//! The administrators' page of the audit log, its verification, and the records as a file.

use super::redaction;
use crate::{
    access::{
        Action, Kind, Need, Permit,
        audit::{Line, Wanted, found, standing, words::broken_words},
    },
    fault::{Fault, Result},
    portal::Portal,
    routing::{Answer, Renewal},
};
use ::warehouse::CsvDialect;
use app::governance::asks::{AuditCard, AuditPage, ListAudit};
use axum::{
    body::{Body, Bytes},
    extract::{Query, Request},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use serde::Deserialize;

/// Records on one page.
const PAGE: i64 = 100;
/// Records of a file that are read at once.
const BATCH: i64 = 1_000;

pub async fn list(portal: Portal, permit: Permit, ask: ListAudit) -> Result<AuditPage> {
    permit.about("audit", serde_json::to_value(&ask)?);
    let mut lines = found(&portal.database, &wanted(&ask), ask.before, PAGE + 1).await?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    permit.gave_rows(lines.len() as u64);
    let verified = standing(&portal.database, &portal.chain).await?;
    Ok(AuditPage {
        records: lines.into_iter().map(card).collect(),
        more,
        verified_to: verified.to,
        broken_at: verified.broken.as_ref().map(|broken| broken.at),
        broken: verified.broken.as_ref().map(broken_words),
        checkpoints: verified.checkpoints,
        may_export: permit.allows(Need(Kind::Audit, Action::Export)),
    })
}

/// Of the file in CSV.
const COLUMNS: [&str; 13] =
    ["number", "time", "who", "department", "action", "object", "outcome", "place", "policy_version", "rows", "bytes", "details", "hash"];

/// In which form the records are written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Csv,
    Jsonl,
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    format: Form,
}

/// All records that a filter finds, newest first, written as they are read.
pub async fn file(portal: Portal, permit: Permit, renewal: Renewal, request: Request) -> Answer {
    let unread = |cause: axum::extract::rejection::QueryRejection| {
        Fault::invalid(
            "The address of the file is not right. Open the audit page and download from there.",
            "La dirección del archivo no es correcta. Abra la página de auditoría y descárguelo desde allí.",
        )
        .because(cause)
    };
    let Query(ask) = Query::<ListAudit>::try_from_uri(request.uri()).map_err(unread)?;
    let Query(wish) = Query::<Wish>::try_from_uri(request.uri()).map_err(unread)?;
    permit.about("audit", serde_json::to_value(&ask)?);
    let (kind, name) = match wish.format {
        Form::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Form::Jsonl => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
    };
    let head = head(wish.format)?;
    let reading = Reading { portal, permit, renewal, wanted: wanted(&ask), form: wish.format, before: ask.before, rows: 0 };
    let rows = stream::try_unfold(Some(reading), |reading| async move {
        let Some(reading) = reading else { return Ok(None) };
        reading.next().await.map(Some)
    });
    let mut response = Body::from_stream(stream::once(std::future::ready(Ok::<Bytes, Fault>(head))).chain(rows)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A file being written.
struct Reading {
    portal: Portal,
    permit: Permit,
    renewal: Renewal,
    wanted: Wanted,
    form: Form,
    before: Option<i64>,
    rows: u64,
}

impl Reading {
    /// The next records as text, and the rest of the work while there may be more. Ends with an error, and so not whole, when the
    /// reader may not any longer.
    async fn next(mut self) -> Result<(Bytes, Option<Self>)> {
        self.renewal.permit().await?;
        let lines = found(&self.portal.database, &self.wanted, self.before, BATCH).await?;
        let more = lines.len() == BATCH as usize;
        self.before = lines.last().map(|line| line.sequence);
        self.rows += lines.len() as u64;
        self.permit.gave_rows(self.rows);
        let mut text = Vec::with_capacity(lines.len() * 256);
        for line in lines {
            text.append(&mut written(self.form, card(line))?);
        }
        Ok((text.into(), more.then_some(self)))
    }
}

fn head(form: Form) -> Result<Bytes> {
    Ok(match form {
        Form::Csv => CsvDialect::Plain.head(COLUMNS.into_iter())?.into(),
        Form::Jsonl => Bytes::new(),
    })
}

fn written(form: Form, card: AuditCard) -> Result<Vec<u8>> {
    if let Form::Jsonl = form {
        let mut line = serde_json::to_vec(&card)?;
        line.push(b'\n');
        return Ok(line);
    }
    let figure = |figure: Option<i64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    let at = chrono::DateTime::from_timestamp_millis(card.at_ms).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)).unwrap_or_default();
    let (number, version) = (card.sequence.to_string(), card.policy_version.to_string());
    let (rows, bytes) = (figure(card.rows), figure(card.bytes));
    let what = [&number, &at, &card.actor, &card.department, &card.action, &card.object, &card.outcome];
    let more = [&card.place, &version, &rows, &bytes, &card.details, &card.hash];
    // As the head is written: a text that a spreadsheet would run is made harmless (A18).
    Ok(CsvDialect::Plain.head(what.into_iter().chain(more).map(String::as_str))?)
}

/// What is asked, as far as it is sensible.
fn wanted(ask: &ListAudit) -> Wanted {
    let short = |text: &str| text.trim().chars().take(100).collect::<String>();
    Wanted {
        search: short(&ask.search),
        person: short(&ask.person),
        action: short(&ask.action),
        outcome: short(&ask.outcome),
        from_ms: ask.from_ms,
        until_ms: ask.until_ms,
    }
}

fn card(line: Line) -> AuditCard {
    let details = redaction::shown(&line.record.details);
    AuditCard {
        sequence: line.sequence,
        at_ms: line.record.at_ms,
        actor: line.record.actor,
        department: line.record.department,
        action: line.record.action,
        object: line.record.object,
        outcome: line.record.outcome,
        place: line.record.place,
        policy_version: line.record.policy_version,
        rows: line.record.rows,
        bytes: line.record.bytes,
        details,
        hash: line.hash,
    }
}

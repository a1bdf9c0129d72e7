//! The doors by which values leave, and what came of asking at one: all that its reader is told, without the name of the mart.

use super::world::{COPY, MART};
use app::{
    ask::Ask,
    reports::asks::{MakeReport, ReportCard, ReportState},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::Value as Json;
use server::{
    jobs::{self, Pace},
    routes,
};
use std::{process::Command, time::Duration};
use tests::house::{House, Visitor};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub const CARD: &str = "a mart's page";
pub const QUESTION: &str = "a question";
pub const KEPT: &str = "an answer that was kept";
pub const VALUES: &str = "values of a filter";
pub const SQL: &str = "SQL";
pub const CSV: &str = "a question as CSV";
pub const JSON: &str = "a question as JSON";
pub const STATEMENT: &str = "SQL as a file";
pub const PDF: &str = "a PDF";
pub const ALL: [&str; 9] = [CARD, QUESTION, KEPT, VALUES, SQL, CSV, JSON, STATEMENT, PDF];

/// Title of every report.
pub const TITLE: &str = "Doors";
/// The head of the first column, and of no other.
const MARKER: &str = "Marker";
/// What differs between a mart and its copy by nature, or from one time to the next.
const OF_ITSELF: [&str; 6] = ["took_ms", "cached", "loaded_at_ms", "masked", "access", "date_column"];

#[derive(Clone, Debug)]
pub struct Told {
    pub status: StatusCode,
    /// It came from the cache.
    pub kept: bool,
    pub text: String,
}

impl Told {
    pub fn is_as(&self, other: &Self) -> bool {
        (self.status, &self.text) == (other.status, &other.text)
    }

    fn of(status: StatusCode, bytes: &[u8], ordered: bool) -> Self {
        let mut told: Json = serde_json::from_slice(bytes).unwrap_or_else(|_| panic!("no JSON: {status} {}", String::from_utf8_lossy(bytes)));
        let kept = told["cached"] == true;
        forget(&mut told);
        if !ordered && let Some(rows) = told.get_mut("rows").and_then(Json::as_array_mut) {
            rows.sort_by_cached_key(Json::to_string);
        }
        Self { status, kept, text: told.to_string().replace(COPY, MART) }
    }
}

fn forget(told: &mut Json) {
    match told {
        Json::Object(entries) => {
            entries.retain(|name, _| !OF_ITSELF.contains(&name.as_str()));
            entries.values_mut().for_each(forget);
        }
        Json::Array(parts) => parts.iter_mut().for_each(forget),
        _ => {}
    }
}

/// A question as it is sent, about the mart or its copy.
fn body<A: Ask>(ask: &A, mart: &str) -> String {
    serde_json::to_string(ask).unwrap().replace(MART, mart)
}

/// Asks; `ordered`: the order of the rows is asked for, and leaves nothing open.
pub async fn asked<A: Ask>(visitor: &mut Visitor, ask: &A, mart: &str, ordered: bool) -> Told {
    let (status, bytes) = visitor.post(A::PATH, "application/json", body(ask, mart).into_bytes()).await;
    Told::of(status, &bytes, ordered)
}

/// A file as it is sent while it is made, with what its head says.
pub async fn streamed(visitor: &Visitor, order: &MakeReport, mart: &str, ordered: bool) -> Told {
    let request = Request::post("/api/reports/stream").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::COOKIE, visitor.cookie.as_deref().unwrap_or_default());
    let response = visitor.api.clone().oneshot(request.body(Body::from(body(order, mart))).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let head = [header::CONTENT_TYPE, header::CONTENT_DISPOSITION].map(|name| format!("{:?}", headers.get(name))).join(" ");
    let text = match axum::body::to_bytes(response.into_body(), usize::MAX).await {
        Ok(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        // How much of it came before depends on batches.
        Err(_) => "it broke off".to_owned(),
    };
    let text = if ordered { text } else { sorted(&text) };
    Told { status, kept: false, text: format!("{head}\n{text}").replace(COPY, MART) }
}

/// The lines of a file in an order of their own; the last object of JSON is followed by no comma.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// Whether PDFs can be read here.
pub fn poppler() -> bool {
    Command::new("pdftotext").arg("-v").output().is_ok()
}

/// A report of the mart and one of its copy, ordered, made in the background and opened.
pub async fn made(house: &House, visitor: &mut Visitor, order: &MakeReport) -> (Told, Told) {
    let (governed, alone) = (ordered(visitor, order, MART).await, ordered(visitor, order, COPY).await);
    let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(2) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
    (opened(visitor, governed).await, opened(visitor, alone).await)
}

/// The report's id, or what its maker was told instead.
async fn ordered(visitor: &mut Visitor, order: &MakeReport, mart: &str) -> Result<String, Told> {
    let (status, bytes) = visitor.post(MakeReport::PATH, "application/json", body(order, mart).into_bytes()).await;
    if !status.is_success() {
        return Err(Told::of(status, &bytes, true));
    }
    let card: ReportCard = serde_json::from_slice(&bytes).unwrap();
    Ok(card.id)
}

async fn opened(visitor: &mut Visitor, report: Result<String, Told>) -> Told {
    let id = match report {
        Ok(id) => id,
        Err(told) => return told,
    };
    let card = visitor.ask(&ReportState { id: id.clone() }).await.unwrap();
    let (status, _, bytes) = visitor.send(Request::get(format!("/reports/{id}/file")).body(Body::empty()).unwrap()).await;
    let text = if status.is_success() { table(&words(&bytes)) } else { String::from_utf8_lossy(&bytes).into_owned() };
    let text = format!("{:?}, {} rows\n{text}", card.state, card.rows);
    Told { status, kept: false, text: text.replace(COPY, MART) }
}

/// What poppler reads in a PDF.
fn words(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The table alone. What stands above it, when it was made and what is not seen of the mart, is not the copy's; and it moves the table down,
/// perhaps to another page with a head of its own.
fn table(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let Some(head) = lines.iter().find(|line| line.contains(MARKER)).cloned() else { panic!("no table in\n{words}") };
    let below = lines.into_iter().skip_while(|line| *line != head);
    // The foot of a page begins with the title.
    let besides = |line: &String| line.is_empty() || *line == head || [TITLE, "Page ", "Página "].iter().any(|word| line.starts_with(word));
    let rows = below.filter(|line| !besides(line));
    rows.fold(head.clone(), |table, row| format!("{table}\n{row}"))
}

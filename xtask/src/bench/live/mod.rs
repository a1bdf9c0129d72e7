//! The live view: how long an event takes from its line in a log file to its readers and to the pixels of a page, and what many readers
//! cost the server.

mod lines;
mod page;
mod readers;

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use self::lines::Log;
use self::page::Page;
use self::readers::{Watched, watch};
use super::portal::Portal;
use super::session::Session;
use super::{Bench, cores, figure, quantile};
use crate::progress::note;

const ADMINISTRATOR: &str = "adela@atalaya.example";
/// Readers beside the page, and readers of a server that has one core.
const FEW: usize = 50;
const MANY: usize = 1_000;
/// Live views that one person may open at once, as the portal bounds them.
const OF_ONE: usize = 64;
/// The server's core and that of its readers.
const CORES: [usize; 2] = [0, 1];
/// A server that has just started does not rest at once.
const SETTLING: Duration = Duration::from_secs(5);

pub fn measure(bench: &Bench) -> Result<()> {
    let portal = bench.portal()?.restart()?;
    let people = people(&portal)?;
    let log = Log::begin(&portal)?;
    few(&portal, &people, &log)?;
    if !cores::can_be_kept() {
        note("many readers: not measured, there are no two cores (or no taskset) to keep them off the server's core");
        return Ok(());
    }
    let alone = portal.restart_on(CORES[0])?;
    let people: Vec<Session<'_>> = people.iter().map(|session| session.on(&alone)).collect();
    many(&alone, &people, &log)
}

/// Enough people for all views, signed in. They see what Operations sees.
fn people(portal: &Portal) -> Result<Vec<Session<'_>>> {
    let administrator = portal.sign_in(ADMINISTRATOR)?;
    let mut sessions = Vec::new();
    for number in 0..MANY.div_ceil(OF_ONE) {
        let email = format!("watcher{number}@atalaya.example");
        let person = json!({ "name": format!("Watcher {number}"), "email": email, "department": "operations", "role": "manager" });
        administrator.ask("/api/identity/add-person", &person)?;
        sessions.push(portal.sign_in(&email)?);
    }
    Ok(sessions)
}

/// Readers who watch what the page's live tiles watch, and the page.
fn few(portal: &Portal, people: &[Session<'_>], log: &Log) -> Result<()> {
    sleep(SETTLING);
    let idle_bytes = portal.memory()?;
    let page = Page::open(portal)?;
    let watched = watch(portal, people, FEW, &address(&[rows(), course()]), log)?;
    let shown = page.as_ref().map(|page| page.shown(&watched.written)).transpose()?;
    tell(&format!("{FEW} live readers"), watched, idle_bytes);
    if let Some(shown) = shown {
        for (what, mut waits) in [("row of a live tile", shown.rows_ms), ("figure of a live window", shown.figures_ms)] {
            let name = format!("line in a log to pixels, {what}, {FEW} readers beside");
            figure(&format!("{name}, p50"), quantile(&mut waits, 0.5), "ms", None);
            figure(&format!("{name}, p99"), quantile(&mut waits, 0.99), "ms", None);
        }
    }
    Ok(())
}

/// Readers of one live tile each, on a core of their own: whatever they need is not the server's.
fn many(portal: &Portal, people: &[Session<'_>], log: &Log) -> Result<()> {
    sleep(SETTLING);
    let idle_bytes = portal.memory()?;
    let _kept = cores::Kept::on(CORES[1])?;
    let watched = watch(portal, people, MANY, &address(&[rows()]), log)?;
    tell(&format!("{MANY} live readers of a server on one core"), watched, idle_bytes);
    Ok(())
}

fn tell(readers: &str, watched: Watched, idle_bytes: u64) {
    let mut waits = watched.waits_ms;
    figure(&format!("line in a log to {readers}, p50"), quantile(&mut waits, 0.5), "ms", None);
    figure(&format!("line in a log to {readers}, p99"), quantile(&mut waits, 0.99), "ms", None);
    figure(&format!("{readers}: the server, of one core"), watched.of_one_core * 100.0, "%", None);
    figure(&format!("{readers}: memory of the server"), watched.memory_bytes as f64 / 1e6, "MB", None);
    figure(&format!("{readers}: memory of the server above idle"), watched.memory_bytes.saturating_sub(idle_bytes) as f64 / 1e6, "MB", None);
}

/// What the dashboard's tile `live-missing` watches.
fn rows() -> Value {
    json!({ "events": { "stream": "web", "query": "status:404" } })
}

/// What its tile `live-errors` watches, on a page in Spanish.
fn course() -> Value {
    let tile = json!({ "stream": "web", "window": "by_minute", "measure": "errors", "minutes": 15 });
    json!({ "window": { "tile": tile, "chart": "number", "language": "es" } })
}

/// Of a live view of these.
fn address(watched: &[Value]) -> String {
    let parts: Vec<String> = watched.iter().map(|one| format!("watch={}", encoded(&one.to_string()))).collect();
    format!("/api/live?{}", parts.join("&"))
}

/// As a value in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::address;
    use serde_json::json;

    #[test]
    fn what_is_watched_stands_in_the_address() {
        assert_eq!(address(&[json!({ "a": 1 }), json!("é")]), "/api/live?watch=%7B%22a%22%3A1%7D&watch=%22%C3%A9%22");
    }
}

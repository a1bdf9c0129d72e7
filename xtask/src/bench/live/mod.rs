//! The live view: how long an event takes from its line in a log file to its readers, and what many readers cost the server.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, scope, sleep};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::portal::{Portal, Session};
use super::{Bench, figure, quantile};
use crate::access_log::write_time;

const ADMINISTRATOR: &str = "adela@atalaya.example";
/// Live views that one person may open at once, as the portal bounds them.
const OF_ONE: usize = 64;
const READERS: [usize; 2] = [50, 1_000];
/// `{"events":{"stream":"web","query":"path:/live/*"}}`
const PATH: &str = "%7B%22events%22%3A%7B%22stream%22%3A%22web%22%2C%22query%22%3A%22path%3A%2Flive%2F*%22%7D%7D";
/// How long lines are written, and how often.
const WATCHED: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_millis(200);
const STACK: usize = 256 << 10;

pub fn measure(bench: &Bench) -> Result<()> {
    let portal = bench.portal()?;
    let administrator = portal.sign_in(ADMINISTRATOR)?;
    let people = READERS[1].div_ceil(OF_ONE);
    let mut sessions = Vec::new();
    for number in 0..people {
        let email = format!("watcher{number}@atalaya.example");
        let person = json!({ "name": format!("Watcher {number}"), "email": email, "department": "operations", "role": "manager" });
        administrator.ask("/api/identity/add-person", &person)?;
        sessions.push(portal.sign_in(&email)?);
    }
    let idle_bytes = portal.memory()?;
    for readers in READERS {
        let watched = watch(portal, &sessions, readers)?;
        let mut waits = watched.waits_ms;
        figure(&format!("line in a log to {readers} live readers, p50"), quantile(&mut waits, 0.5), "ms", None);
        figure(&format!("line in a log to {readers} live readers, p99"), quantile(&mut waits, 0.99), "ms", None);
        figure(&format!("server with {readers} live readers, of one core"), watched.of_one_core * 100.0, "%", None);
        figure(&format!("server with {readers} live readers, memory above idle"), watched.memory_bytes.saturating_sub(idle_bytes) as f64 / 1e6, "MB", None);
    }
    Ok(())
}

struct Watched {
    /// Milliseconds from writing a line to reading it, of each line for each reader.
    waits_ms: Vec<f64>,
    of_one_core: f64,
    memory_bytes: u64,
}

fn watch(portal: &Portal, sessions: &[Session<'_>], readers: usize) -> Result<Watched> {
    let logs = portal.home().folder().join("logs");
    fs::create_dir_all(&logs)?;
    let log = logs.join(format!("live-{readers}.log"));
    let (waits, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut lines = Vec::new();
    for reader in 0..readers {
        lines.push(sessions[reader % sessions.len()].watch(&format!("/api/live?watch={PATH}"))?);
    }
    let (written, of_one_core, memory_bytes) = scope(|scope| -> Result<_> {
        for line in lines {
            let (waits, over) = (&waits, &over);
            Builder::new().stack_size(STACK).spawn_scoped(scope, move || read(line, waits, over))?;
        }
        let before = portal.cpu_seconds()?;
        let written = write(&log)?;
        // The last lines are on their way.
        sleep(Duration::from_secs(4));
        let busy = portal.cpu_seconds()? - before;
        let memory_bytes = portal.memory()?;
        over.store(true, Ordering::Relaxed);
        Ok((written, busy / (WATCHED.as_secs_f64() + 4.0), memory_bytes))
    })?;
    let waits_ms = waits.into_inner().unwrap_or_default();
    if waits_ms.len() < written * readers {
        bail!("{} of {} lines came to their readers", waits_ms.len(), written * readers);
    }
    Ok(Watched { waits_ms, of_one_core, memory_bytes })
}

/// Lines whose path says when they were written; how many.
fn write(log: &Path) -> Result<usize> {
    let until = now_ms() + WATCHED.as_millis();
    let mut file = File::options().create(true).append(true).open(log).with_context(|| format!("writing {}", log.display()))?;
    let mut written = 0;
    while now_ms() < until {
        let now = now_ms();
        let mut line = b"203.0.113.9 - -".to_vec();
        write_time(u64::try_from(now / 1_000)?, &mut line)?;
        writeln!(line, "\"GET /live/{now} HTTP/1.1\" 200 1 \"-\" \"bench\" \"-\"")?;
        file.write_all(&line)?;
        written += 1;
        sleep(EVERY);
    }
    Ok(written)
}

/// Notes how long each line took, once.
fn read(line: BufReader<TcpStream>, waits: &Mutex<Vec<f64>>, over: &AtomicBool) {
    let mut seen = BTreeSet::new();
    for text in line.lines() {
        let (Ok(text), false) = (text, over.load(Ordering::Relaxed)) else { return };
        let now = now_ms();
        for part in text.split("\"/live/").skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(at) = digits.parse::<u128>()
                && seen.insert(at)
                && let Ok(mut waits) = waits.lock()
            {
                waits.push(now.saturating_sub(at) as f64);
            }
        }
    }
}

fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

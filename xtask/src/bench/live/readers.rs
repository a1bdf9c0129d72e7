//! Readers over plain connections: when each line came to each of them, and what the server needed meanwhile.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Error, Result, ensure};

use super::lines::{Log, now_ms};
use crate::bench::portal::Portal;
use crate::bench::session::Session;

/// Lines that are written while they watch.
const LINES: usize = 150;
/// The last of them are on their way for so long at most.
const LAST: Duration = Duration::from_secs(5);
/// Of each reader's thread.
const STACK: usize = 256 << 10;

/// What came of watching.
pub struct Watched {
    /// Milliseconds from writing a line to reading it, of each line for each reader.
    pub waits_ms: Vec<f64>,
    /// When the lines were written, in Unix milliseconds.
    pub written: Vec<u64>,
    /// The server's share of one core.
    pub of_one_core: f64,
    pub memory_bytes: u64,
}

/// Lets so many readers watch what the address says while lines are written. Fails when a line did not come to all of them.
pub fn watch(portal: &Portal, sessions: &[Session<'_>], readers: usize, address: &str, log: &Log) -> Result<Watched> {
    let (waits, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut lines = Vec::new();
    for reader in 0..readers {
        lines.push(sessions[reader % sessions.len()].watch(address)?);
    }
    let (written, of_one_core, memory_bytes) = scope(|scope| {
        let (waits, over) = (&waits, &over);
        let begun = lines.into_iter().try_for_each(|line| Builder::new().stack_size(STACK).spawn_scoped(scope, move || read(line, waits, over)).map(drop));
        let measured = begun.map_err(Error::from).and_then(|()| measure(portal, log));
        // However it went: else the readers read on for ever.
        over.store(true, Ordering::Relaxed);
        measured
    })?;
    let waits_ms = waits.into_inner().unwrap_or_default();
    ensure!(waits_ms.len() >= written.len() * readers, "{} of {} lines came to their readers", waits_ms.len(), written.len() * readers);
    Ok(Watched { waits_ms, written, of_one_core, memory_bytes })
}

/// Writes the lines; when, and the server's share of one core and its memory meanwhile.
fn measure(portal: &Portal, log: &Log) -> Result<(Vec<u64>, f64, u64)> {
    let (start, before) = (Instant::now(), portal.cpu_seconds()?);
    let written = log.write(LINES)?;
    sleep(LAST);
    let busy = portal.cpu_seconds()? - before;
    Ok((written, busy / start.elapsed().as_secs_f64(), portal.memory()?))
}

/// Notes how long each line took, once.
fn read(line: BufReader<TcpStream>, waits: &Mutex<Vec<f64>>, over: &AtomicBool) {
    let mut seen = BTreeSet::new();
    for text in line.lines() {
        let (Ok(text), false) = (text, over.load(Ordering::Relaxed)) else { return };
        let now = now_ms();
        for part in text.split("\"/live/").skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(at) = digits.parse::<u64>()
                && seen.insert(at)
                && let Ok(mut waits) = waits.lock()
            {
                waits.push(now.saturating_sub(at) as f64);
            }
        }
    }
}

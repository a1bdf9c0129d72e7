//! A log that grows while it is watched: each line's path says when it was written.

use std::fs::{self, File};
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::access_log::write_time;
use crate::bench::portal::Portal;

/// The agent looks for new files every so often; so long it has for this one.
const FOUND: Duration = Duration::from_secs(5);
/// So often a line is written. Beside the half seconds and seconds in which the portal looks for news, all waits come about.
const EVERY: Duration = Duration::from_millis(190);

/// One file that the portal's agent follows.
pub struct Log(File);

impl Log {
    /// Begins it, with a line that is no part of what is measured, and waits until the agent knows it.
    pub fn begin(portal: &Portal) -> Result<Self> {
        let folder = portal.home().folder().join("logs");
        fs::create_dir_all(&folder)?;
        let path = folder.join("live.log");
        let file = File::options().create(true).append(true).open(&path).with_context(|| format!("writing {}", path.display()))?;
        let log = Self(file);
        log.append("/first", now_ms())?;
        sleep(FOUND);
        Ok(log)
    }

    /// Writes so many lines, one after the other; when each was written, in Unix milliseconds.
    pub fn write(&self, lines: usize) -> Result<Vec<u64>> {
        let mut written = Vec::with_capacity(lines);
        for _ in 0..lines {
            let now = now_ms();
            self.append(&format!("/live/{now}"), now)?;
            written.push(now);
            sleep(EVERY);
        }
        Ok(written)
    }

    /// Not found, so that tiles of failures show it.
    fn append(&self, path: &str, at_ms: u64) -> Result<()> {
        let mut line = b"203.0.113.9 - -".to_vec();
        write_time(at_ms / 1_000, &mut line)?;
        writeln!(line, "\"GET {path} HTTP/1.1\" 404 1 \"-\" \"bench\" \"-\"")?;
        let mut file = &self.0;
        Ok(file.write_all(&line)?)
    }
}

/// Unix milliseconds.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

//! Which events of a partition were met within the replay horizon: an agent's resend has the same id and counts once.

use crate::fault::{Fault, Result};
use ::streaming::Record;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// Ids of one partition that are remembered at most: about 60 MB. The horizon is shorter where more come within it.
const MOST: usize = 1_000_000;
/// Bytes of one id in a row: its hash, and how far it stands from the first offset.
const ENTRY: usize = 20;

/// Ids in the order in which they were met. An event is a duplicate exactly when an earlier offset has its id: so every sink
/// decides the same, however often it reads a record again.
#[derive(Default)]
pub struct Seen {
    first: HashMap<u128, i64>,
    /// By the newest time at which their events were taken.
    rows: VecDeque<(i64, Vec<u128>)>,
    /// The newest time of taking; never goes back.
    newest_ms: i64,
}

/// Ids of one stretch of offsets as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRow {
    pub first: i64,
    pub until: i64,
    pub newest_taken_ms: i64,
    pub ids: String,
}

/// What of an event is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Not met before.
    Event,
    /// An edit or a deletion of what was met before.
    Version,
    /// The same id and version was met before.
    None,
}

impl Seen {
    /// Reads what was kept.
    pub fn load(rows: &[SeenRow]) -> Result<Self> {
        let mut seen = Self::default();
        for row in rows {
            let bytes = STANDARD.decode(&row.ids).map_err(Fault::internal)?;
            let mut hashes = Vec::with_capacity(bytes.len() / ENTRY);
            for entry in bytes.chunks_exact(ENTRY) {
                let (hash, distance) = entry.split_at(16);
                let hash = u128::from_le_bytes(hash.try_into().map_err(Fault::internal)?);
                let distance = u32::from_le_bytes(distance.try_into().map_err(Fault::internal)?);
                seen.first.entry(hash).or_insert(row.first + i64::from(distance));
                hashes.push(hash);
            }
            seen.close(row.newest_taken_ms, hashes);
        }
        Ok(seen)
    }

    /// Looks at a record and remembers it. `fresh` gets what was not known.
    pub fn meet(&mut self, record: &Record, offset: i64, fresh: &mut Vec<(u128, i64)>) -> News {
        if record.version == 0 && !record.deleted {
            return if self.is_first(hash(record, false), offset, fresh) { News::Event } else { News::None };
        }
        let version = self.is_first(hash(record, true), offset, fresh);
        // An edit counts as the event that it edits: by its id alone.
        let event = self.is_first(hash(record, false), offset, fresh);
        match (event, version) {
            (true, _) => News::Event,
            (false, true) => News::Version,
            (false, false) => News::None,
        }
    }

    fn is_first(&mut self, hash: u128, offset: i64, fresh: &mut Vec<(u128, i64)>) -> bool {
        match self.first.get(&hash) {
            Some(first) => *first >= offset,
            None => {
                self.first.insert(hash, offset);
                fresh.push((hash, offset));
                true
            }
        }
    }

    /// Ends a stretch: gives its row, and forgets what is older than the horizon. `now_ms` bounds clocks that are ahead.
    pub fn row(&mut self, fresh: Vec<(u128, i64)>, until: i64, taken_ms: i64, now_ms: i64, horizon_ms: i64) -> Option<SeenRow> {
        self.newest_ms = self.newest_ms.max(taken_ms.min(now_ms));
        let first = fresh.iter().map(|(_, offset)| *offset).min();
        let row = first.map(|first| {
            let mut bytes = Vec::with_capacity(fresh.len() * ENTRY);
            for (hash, offset) in &fresh {
                bytes.extend_from_slice(&hash.to_le_bytes());
                bytes.extend_from_slice(&u32::try_from(offset - first).unwrap_or(u32::MAX).to_le_bytes());
            }
            SeenRow { first, until, newest_taken_ms: self.newest_ms, ids: STANDARD.encode(bytes) }
        });
        self.close(self.newest_ms, fresh.into_iter().map(|(hash, _)| hash).collect());
        self.forget(horizon_ms);
        row
    }

    /// Everything taken before this is forgotten, or may be.
    pub fn horizon_ms(&self, horizon_ms: i64) -> i64 {
        let oldest = self.rows.front().map_or(i64::MIN, |(newest, _)| *newest);
        oldest.max(self.newest_ms.saturating_sub(horizon_ms))
    }

    fn close(&mut self, newest_ms: i64, hashes: Vec<u128>) {
        self.newest_ms = self.newest_ms.max(newest_ms);
        if !hashes.is_empty() {
            self.rows.push_back((self.newest_ms, hashes));
        }
    }

    fn forget(&mut self, horizon_ms: i64) {
        let before = self.newest_ms.saturating_sub(horizon_ms);
        while self.rows.front().is_some_and(|(newest, _)| *newest < before) || self.first.len() > MOST {
            let Some((_, hashes)) = self.rows.pop_front() else { break };
            for hash in hashes {
                self.first.remove(&hash);
            }
        }
    }
}

fn hash(record: &Record, versioned: bool) -> u128 {
    let mut digest = Sha256::new();
    digest.update(record.id.as_bytes());
    if versioned {
        digest.update([0, u8::from(record.deleted)]);
        digest.update(record.version.to_le_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, version: i64) -> Record {
        Record {
            id: id.into(),
            key: String::new(),
            taken_ms: 0,
            source: String::new(),
            origin: String::new(),
            version,
            deleted: false,
            value: bytes::Bytes::new(),
        }
    }

    #[test]
    fn a_record_read_again_is_what_it_was_and_a_resend_is_not() {
        let mut seen = Seen::default();
        let mut fresh = Vec::new();
        assert_eq!(seen.meet(&record("a", 0), 5, &mut fresh), News::Event);
        assert_eq!(seen.meet(&record("a", 0), 5, &mut fresh), News::Event);
        assert_eq!(seen.meet(&record("a", 0), 9, &mut fresh), News::None);
        let row = seen.row(fresh, 10, 1_000, 2_000, 60_000).unwrap();
        let mut again = Seen::load(&[row]).unwrap();
        assert_eq!(again.meet(&record("a", 0), 5, &mut Vec::new()), News::Event);
        assert_eq!(again.meet(&record("a", 0), 6, &mut Vec::new()), News::None);
        assert_eq!(again.meet(&record("b", 0), 6, &mut Vec::new()), News::Event);
    }

    #[test]
    fn an_edit_is_a_version_and_no_second_event() {
        let mut seen = Seen::default();
        let mut fresh = Vec::new();
        assert_eq!(seen.meet(&record("post", 1), 1, &mut fresh), News::Event);
        assert_eq!(seen.meet(&record("post", 2), 2, &mut fresh), News::Version);
        assert_eq!(seen.meet(&record("post", 2), 3, &mut fresh), News::None);
    }

    #[test]
    fn a_clock_that_is_ahead_forgets_nothing_and_the_horizon_does() {
        let mut seen = Seen::default();
        let mut fresh = Vec::new();
        seen.meet(&record("a", 0), 1, &mut fresh);
        // Taken a year ahead of now.
        seen.row(std::mem::take(&mut fresh), 2, 40_000_000_000, 1_000, 60_000);
        assert_eq!(seen.meet(&record("a", 0), 2, &mut fresh), News::None);
        seen.meet(&record("b", 0), 3, &mut fresh);
        seen.row(std::mem::take(&mut fresh), 4, 62_000, 62_000, 60_000);
        assert_eq!(seen.meet(&record("a", 0), 5, &mut fresh), News::Event);
        assert_eq!(seen.meet(&record("b", 0), 6, &mut fresh), News::None);
    }
}

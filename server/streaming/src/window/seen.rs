//! The ids that a partition has taken within the replay horizon: what an agent sends again is not counted again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

const MINUTE_MS: i64 = 60_000;
/// Ids of so many minutes are kept, looked for and forgotten together: few places to look in.
const SPAN_MINUTES: i64 = 5;

/// The trace of one id, to be stored with the position of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The first 16 bytes of the id's SHA-256.
    pub id: [u8; 16],
    /// The minute (since 1970) in which it was taken by the processor, not by its source: an agent that was cut off for a day may
    /// send yesterday's records twice within minutes.
    pub minute: i64,
}

/// Ids by when they came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    spans: BTreeMap<i64, HashSet<u128, BuildHasherDefault<AsIs>>>,
    newest_minute: Option<i64>,
}

impl Seen {
    /// From what was stored.
    pub fn restore(marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut seen = Self::default();
        for mark in marks {
            seen.remember(u128::from_be_bytes(mark.id), mark.minute);
        }
        seen
    }

    /// The id's mark, to be stored, when it comes for the first time; `None` when it has been here.
    pub fn first(&mut self, id: &str, now_ms: i64) -> Option<Mark> {
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
        let number = u128::from_be_bytes(short);
        if self.spans.values().rev().any(|span| span.contains(&number)) {
            return None;
        }
        // A clock that went back must not put an id where it is forgotten before its time.
        let minute = now_ms.div_euclid(MINUTE_MS).max(self.newest_minute.unwrap_or(i64::MIN));
        self.remember(number, minute);
        Some(Mark { id: short, minute })
    }

    /// Forgets what is older than the horizon; the first minute that is still remembered: older marks may go from the store.
    pub fn forget(&mut self, now_ms: i64, horizon_ms: i64) -> i64 {
        // A minute more: the mark says only in which minute it was.
        let first = (now_ms - horizon_ms).div_euclid(MINUTE_MS) - 1;
        self.spans = self.spans.split_off(&first.div_euclid(SPAN_MINUTES));
        first
    }

    pub fn len(&self) -> usize {
        self.spans.values().map(HashSet::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn remember(&mut self, number: u128, minute: i64) {
        self.spans.entry(minute.div_euclid(SPAN_MINUTES)).or_default().insert(number);
        self.newest_minute = self.newest_minute.max(Some(minute));
    }
}

/// The marks are hashes already.
#[derive(Clone, Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let take = |bytes: &[u8]| bytes.first_chunk::<8>().map_or(0, |chunk| u64::from_ne_bytes(*chunk));
        self.0 ^= take(bytes);
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_remembered_as_long_as_they_may_come_again() {
        let mut seen = Seen::default();
        let start = 1_795_514_400_000;
        let mark = seen.first("a", start).unwrap();
        assert_eq!(seen.first("a", start + 1), None);
        assert!(seen.first("b", start + 7 * MINUTE_MS).is_some());
        seen.forget(start + 5 * MINUTE_MS, 5 * MINUTE_MS);
        assert_eq!(seen.first("a", start + 5 * MINUTE_MS), None, "within the horizon");
        let first = seen.forget(start + 11 * MINUTE_MS, 5 * MINUTE_MS);
        assert!(mark.minute < first);
        assert_eq!(seen.len(), 1);
        assert!(seen.first("a", start + 11 * MINUTE_MS).is_some(), "beyond it");
        let restored = Seen::restore([mark]);
        assert_eq!((restored.len(), restored.clone().first("a", start)), (1, None));
    }

    #[test]
    fn ft_s14_a_clock_that_goes_back_forgets_nothing() {
        let mut seen = Seen::default();
        let start = 1_795_514_400_000;
        seen.first("before", start);
        let mark = seen.first("after", start - 3_600_000).unwrap();
        assert_eq!(mark.minute, start / MINUTE_MS);
        seen.forget(start - 3_600_000, MINUTE_MS);
        assert_eq!((seen.first("before", start), seen.first("after", start)), (None, None));
    }
}

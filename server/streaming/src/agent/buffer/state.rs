//! What a buffer knows besides its frames: whose it is, what was delivered, and the marks of files.

use super::{
    entry::{Entry, Mark, Owner, Place},
    frame::Content,
    segment,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io, path::Path};

const NAME: &str = "state.json";
const IDENTITY: &str = "identity";
/// Marks of files that are gone are forgotten after this time.
const FORGET_MS: i64 = 7 * 24 * 3_600_000;
/// Marks that are kept at most; the longest unseen go first.
const MOST_MARKS: usize = 10_000;
/// Fingerprints whose counters are kept at most.
const MOST_COUNTERS: usize = 100_000;

/// A place in the buffer: the frame that begins here is the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub segment: u64,
    pub offset: u64,
    /// The number that this frame should have.
    pub sequence: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    pub agent: String,
    /// From the file of its own that is written once.
    #[serde(skip)]
    pub buffer: String,
    /// Everything before it was delivered.
    pub delivered: Position,
    /// The number of the next frame, at least.
    pub next_sequence: u64,
    pub marks: BTreeMap<String, Mark>,
    /// How many files began with each fingerprint so far.
    pub counters: BTreeMap<String, u64>,
}

impl State {
    pub fn new(agent: &str) -> Self {
        Self {
            agent: agent.to_owned(),
            buffer: String::new(),
            delivered: Position { segment: 1, offset: 0, sequence: 1 },
            next_sequence: 1,
            marks: BTreeMap::new(),
            counters: BTreeMap::new(),
        }
    }

    /// What the buffer's own numbers begin with: made with its folder and never changed.
    pub fn identity(folder: &Path) -> io::Result<String> {
        match std::fs::read_to_string(folder.join(IDENTITY)) {
            Ok(identity) if !identity.is_empty() => Ok(identity),
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
            _ => {
                let identity = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
                segment::replace(folder, IDENTITY, identity.as_bytes())?;
                Ok(identity)
            }
        }
    }

    /// `None` where none was written yet; an error also where what stands there is no state.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(folder.join(NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    pub fn write(&mut self, folder: &Path, now_ms: i64) -> io::Result<()> {
        self.forget(now_ms);
        segment::replace(folder, NAME, &serde_json::to_vec(self)?)
    }

    pub fn owner(&self) -> Owner {
        Owner { agent: self.agent.clone(), buffer: self.buffer.clone() }
    }

    pub fn take(&mut self, content: Content) {
        match content {
            Content::Record(entry) => self.follow(&entry),
            Content::Mark(mark) => self.mark(*mark),
        }
    }

    /// Follows a record that was taken: its file is read up to its end.
    pub fn follow(&mut self, entry: &Entry) {
        if let Place::File { generation, end, check, .. } = &entry.place
            && let Some(mark) = self.marks.get_mut(&**generation)
            && *end >= mark.offset
        {
            (mark.offset, mark.check) = (*end, *check);
            mark.seen_ms = mark.seen_ms.max(entry.taken_ms);
        }
    }

    /// Follows a mark that was taken: what records said of its offset stands.
    pub fn mark(&mut self, mut mark: Mark) {
        if let Some(known) = self.marks.get(&mark.generation)
            && known.offset > mark.offset
        {
            (mark.offset, mark.check) = (known.offset, known.check);
        }
        if let Some((fingerprint, counter)) = mark.generation.rsplit_once('.')
            && let Ok(counter) = counter.parse::<u64>()
        {
            let next = self.counters.entry(fingerprint.to_owned()).or_default();
            *next = (*next).max(counter + 1);
        }
        if mark.done {
            self.marks.remove(&mark.generation);
        } else {
            self.marks.insert(mark.generation.clone(), mark);
        }
    }

    fn forget(&mut self, now_ms: i64) {
        self.marks.retain(|_, mark| now_ms.saturating_sub(mark.seen_ms) < FORGET_MS);
        if self.marks.len() > MOST_MARKS {
            let mut seen: Vec<i64> = self.marks.values().map(|mark| mark.seen_ms).collect();
            seen.sort_unstable();
            let oldest = seen[seen.len() - MOST_MARKS];
            self.marks.retain(|_, mark| mark.seen_ms >= oldest);
        }
        while self.counters.len() > MOST_COUNTERS {
            self.counters.pop_first();
        }
    }
}

//! What is put into the buffer: an event as an input took it, and the marks by which files are known again.

use crate::Record;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One event as an input took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub topic: Arc<str>,
    /// Events of one key keep their order; empty: the origin's.
    pub key: Arc<str>,
    pub origin: Arc<str>,
    /// Unix milliseconds.
    pub taken_ms: i64,
    pub place: Place,
    pub value: Bytes,
}

/// Where an event stands at its source, from which its id is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Only here: its id is the number it gets in the buffer.
    Numbered,
    /// In a file: from byte `start` until before `end`, of which the last bytes have this checksum.
    File { generation: Arc<str>, start: u64, end: u64, check: u32 },
}

/// A file as it is known again under another name, after a restart, or by another inode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Checksum of the first bytes when it was first seen, and a counter for files that begin alike.
    pub generation: String,
    /// The name under which it was first seen: the events' origin.
    pub origin: String,
    /// The name under which it was last seen.
    pub path: String,
    pub device: u64,
    pub inode: u64,
    /// How many first bytes the fingerprint covers.
    pub first_bytes: u64,
    pub fingerprint: String,
    /// Everything before this byte is in the buffer or beyond.
    pub offset: u64,
    /// Checksum of the up to 64 bytes before `offset`.
    pub check: u32,
    /// When it was last seen, in Unix milliseconds.
    pub seen_ms: i64,
    /// Read to its end and put away: its mark is no longer needed.
    #[serde(default)]
    pub done: bool,
}

/// Whose events these are: what every id begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub agent: String,
    /// Made with the buffer's folder: numbers of a lost folder are not given out again.
    pub buffer: String,
}

impl Owner {
    /// The event as the bus gets it. The same entry always gives the same record.
    pub fn record(&self, sequence: u64, entry: Entry) -> Record {
        let id = match &entry.place {
            Place::Numbered => format!("{}:{}:{sequence}", self.agent, self.buffer),
            Place::File { generation, start, .. } => format!("{}:{generation}:{start}", self.agent),
        };
        let key = if entry.key.is_empty() { format!("{}:{}", self.agent, entry.origin) } else { entry.key.to_string() };
        Record {
            id,
            key,
            taken_ms: entry.taken_ms,
            source: self.agent.clone(),
            origin: entry.origin.to_string(),
            version: 0,
            deleted: false,
            value: entry.value,
        }
    }
}

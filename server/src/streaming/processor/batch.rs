//! Records of one poll on their way through the sinks.

use super::seen::{News, SeenRow};
use ::search::Change;
use ::streaming::{Record, bus::Partition};
use tokio::sync::OwnedSemaphorePermit;

/// Events of one poll, partition after partition, in order of offset within each.
pub struct Batch {
    pub parts: Vec<Part>,
    /// One for each event, as the index takes them.
    pub changes: Vec<Change>,
    /// One for each change.
    pub origins: Vec<Origin>,
    /// The earliest time at which one of them was taken at its source.
    pub oldest_taken_ms: i64,
    /// Its bytes, until every sink that waits for it is done.
    pub room: OwnedSemaphorePermit,
}

/// What of a batch belongs to one partition.
pub struct Part {
    pub partition: Partition,
    pub fence: i64,
    /// Its changes are those up to here in `changes`, from the end of the part before.
    pub end: usize,
    /// The offset that follows; records without an event are between, too.
    pub until: i64,
    pub seen: Option<SeenRow>,
    /// Ids of what was taken before may be forgotten.
    pub horizon_ms: i64,
}

/// Where a change comes from.
pub struct Origin {
    pub offset: i64,
    pub record: Record,
    pub news: News,
}

impl Batch {
    /// Each part with its changes.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &[Change], &[Origin])> {
        let starts = std::iter::once(0).chain(self.parts.iter().map(|part| part.end));
        starts.zip(&self.parts).map(|(start, part)| (part, &self.changes[start..part.end], &self.origins[start..part.end]))
    }

    /// The part that a change belongs to.
    pub fn part_of(&self, change: usize) -> Option<&Part> {
        self.parts.iter().find(|part| change < part.end)
    }
}

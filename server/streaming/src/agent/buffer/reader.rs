//! Reads what is to be delivered, in order, as far as the disk has it.

use super::{
    Shared,
    entry::Owner,
    frame::{self, Content},
    loss::Loss,
    scanner::{Scanner, Step},
    segment,
    state::Position,
};
use crate::{Record, agent::AgentFault};
use bytes::{Bytes, BytesMut};
use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

/// The one reader of a buffer.
pub struct Reader {
    shared: Arc<Shared>,
    owner: Owner,
    cursor: Option<Cursor>,
    /// Where the last batch ended.
    handed: Position,
}

/// Events to deliver together.
#[derive(Debug)]
pub struct Batch {
    payloads: Bytes,
    frames: Vec<Range<usize>>,
    owner: Owner,
    /// Delivered up to here when this batch is.
    until: Position,
    /// When the first of them was taken, in Unix milliseconds.
    pub oldest_ms: i64,
}

impl Batch {
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The events with their topics. The same each time: a batch may be sent again.
    pub fn records(&self) -> impl Iterator<Item = (Arc<str>, Record)> {
        self.frames.iter().filter_map(|frame| {
            let payload = self.payloads.slice(frame.clone());
            let (sequence, _) = frame::head(&payload)?;
            let Some(Content::Record(entry)) = frame::read(&payload) else { return None };
            Some((entry.topic.clone(), self.owner.record(sequence, entry)))
        })
    }
}

impl Reader {
    pub(super) fn new(folder: &Path, owner: Owner, from: Position, shared: Arc<Shared>) -> Self {
        Self { shared, owner, cursor: Some(Cursor { folder: folder.to_owned(), at: from, scanner: None }), handed: from }
    }

    /// The next events: waits for the first, then takes what is there up to these limits.
    pub async fn next(&mut self, most: usize, most_bytes: usize) -> Result<Batch, AgentFault> {
        let mut durable = self.shared.durable.subscribe();
        loop {
            let limit = *durable.borrow_and_update();
            let Some(mut cursor) = self.cursor.take() else { return Err(AgentFault::stopped()) };
            let (shared, owner) = (self.shared.clone(), self.owner.clone());
            let work = move || {
                let batch = cursor.read(limit, (most, most_bytes), &shared, owner);
                (cursor, batch)
            };
            let (cursor, batch) = tokio::task::spawn_blocking(work).await.map_err(|_| AgentFault::stopped())?;
            let folder = cursor.folder.clone();
            self.cursor = Some(cursor);
            let batch = batch.map_err(|cause| AgentFault::file(&folder, &cause))?;
            if !batch.is_empty() {
                self.handed = batch.until;
                return Ok(batch);
            }
            // Marks alone: nothing to deliver, and nothing to keep either.
            self.shared.pass_over(self.handed, batch.until);
            durable.changed().await.map_err(|_| AgentFault::stopped())?;
        }
    }

    /// What tells the buffer that a batch was delivered.
    pub fn receipts(&self) -> Receipts {
        Receipts(self.shared.clone())
    }
}

/// Tells the buffer what was delivered.
#[derive(Clone)]
pub struct Receipts(Arc<Shared>);

impl Receipts {
    /// Everything up to the end of this batch was delivered.
    pub fn delivered(&self, batch: &Batch) {
        self.0.records.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        self.0.delivered(batch.until);
    }
}

struct Cursor {
    folder: PathBuf,
    at: Position,
    scanner: Option<(u64, Scanner)>,
}

impl Cursor {
    fn read(&mut self, limit: (u64, u64), (most, most_bytes): (usize, usize), shared: &Shared, owner: Owner) -> std::io::Result<Batch> {
        let mut payloads = BytesMut::new();
        let mut frames = Vec::new();
        let mut oldest_ms = 0;
        let mut damaged: Option<(u64, u64)> = None;
        while frames.len() < most && payloads.len() < most_bytes {
            self.open(limit)?;
            let at = &mut self.at;
            let Some((segment, scanner)) = &mut self.scanner else { break };
            if (*segment, at.offset) >= limit {
                break;
            }
            let end = if *segment == limit.0 { limit.1 } else { scanner.length()? };
            match scanner.step(end)? {
                Step::Frame { payload, .. } => {
                    let payload = scanner.payload(payload);
                    let Some((sequence, _)) = frame::head(payload) else { continue };
                    if frame::is_record(payload) {
                        if frames.is_empty() {
                            oldest_ms = frame::taken_ms(payload);
                        }
                        let start = payloads.len();
                        payloads.extend_from_slice(payload);
                        frames.push(start..payloads.len());
                    }
                    if let Some((from, until)) = damaged.take() {
                        shared.losses.add(Loss { segment: *segment, from, until, frames: sequence.saturating_sub(at.sequence) });
                    }
                    (at.offset, at.sequence) = (scanner.offset(), sequence + 1);
                }
                Step::Lost { from, until } => damaged = Some((from, until)),
                Step::End { at: from } if from < end => {
                    // Everything up to `end` was flushed as whole frames: what cannot be read of it is damaged.
                    scanner.skip_to(end);
                    at.offset = end;
                    shared.losses.add(Loss { segment: *segment, from, until: end, frames: 0 });
                }
                Step::End { .. } if *segment == limit.0 => break,
                Step::End { .. } => *at = Position { segment: *segment + 1, offset: 0, ..*at },
            }
        }
        Ok(Batch { payloads: payloads.freeze(), frames, owner, until: self.at, oldest_ms })
    }

    /// Has the segment of the position open, if the disk has one.
    fn open(&mut self, limit: (u64, u64)) -> std::io::Result<()> {
        while self.at.segment < limit.0 && !segment::path(&self.folder, self.at.segment).exists() {
            self.at = Position { segment: self.at.segment + 1, offset: 0, ..self.at };
        }
        if self.scanner.as_ref().is_none_or(|(number, _)| *number != self.at.segment) {
            let path = segment::path(&self.folder, self.at.segment);
            self.scanner = path.exists().then(|| Scanner::open(&path, self.at.offset)).transpose()?.map(|scanner| (self.at.segment, scanner));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) fn values(batch: &Batch) -> Vec<String> {
    batch.records().map(|(_, record)| String::from_utf8_lossy(&record.value).into_owned()).collect()
}

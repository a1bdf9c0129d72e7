//! One file that is read as it grows.

use super::{
    identity::{self, BEFORE_BYTES, Place},
    lines::{Cutting, Piece, Rest},
};
use crate::agent::buffer::{Entry, Mark, Place as Taken};
use bytes::{Bytes, BytesMut};
use std::{fs::File, io, sync::Arc};

/// Bytes read at once; more where an event does not fit.
const CHUNK: usize = 64 << 10;

/// An open file and how far it was read.
pub struct Followed {
    pub mark: Mark,
    pub file: File,
    pub topic: Arc<str>,
    pub cutting: Arc<Cutting>,
    /// After this time without a further line a group is complete.
    pub wait_ms: i64,
    /// Complete: its last line needs no end.
    pub complete: bool,
    /// When it last grew.
    pub grown_ms: i64,
    /// Its size then, and whether the rest was looked at when it was quiet.
    pub size: u64,
    pub settled: bool,
    origin: Arc<str>,
    generation: Arc<str>,
    /// Events of a file keep their order by its origin.
    key: Arc<str>,
    skip: Option<Skip>,
}

/// A line longer than the largest event: its first bytes, and how far its end was looked for.
struct Skip {
    head: Bytes,
    scanned: u64,
}

/// What a look at the file brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There may be more right now.
    More,
    /// Nothing new that is complete.
    Idle,
    /// What was read is no longer there: it was emptied, or is another file.
    Emptied,
}

/// Events of a look, and the bytes of lines that were too long.
#[derive(Default)]
pub struct Looked {
    pub entries: Vec<Entry>,
    pub bytes: usize,
    pub cut_lines: u64,
    pub cut_bytes: u64,
}

impl Followed {
    pub fn new(mark: Mark, file: File, topic: Arc<str>, cutting: Arc<Cutting>, wait_ms: i64, now_ms: i64) -> Self {
        let (origin, generation) = (mark.origin.as_str().into(), mark.generation.as_str().into());
        Self { mark, file, topic, cutting, wait_ms, complete: false, grown_ms: now_ms, size: 0, settled: false, origin, generation, key: "".into(), skip: None }
    }

    /// As it stands now.
    pub fn place(&self) -> io::Result<Place> {
        Ok(Place::of(&self.file.metadata()?))
    }

    /// Reads one chunk.
    pub fn look(&mut self, now_ms: i64, looked: &mut Looked) -> io::Result<Progress> {
        let place = self.place()?;
        if place.size < self.mark.offset {
            return Ok(Progress::Emptied);
        }
        if place.size != self.size {
            (self.size, self.grown_ms, self.settled) = (place.size, now_ms, false);
        }
        if place.size == self.mark.offset {
            return Ok(Progress::Idle);
        }
        let rest = match now_ms - self.grown_ms {
            _ if self.complete || (place.deleted && self.settled) => Rest::Final,
            quiet if quiet >= self.wait_ms => Rest::Quiet,
            _ => Rest::Waits,
        };
        if self.skip.is_some() {
            return self.skip(place.size, rest, now_ms, looked);
        }
        if self.settled && rest != Rest::Final {
            return Ok(Progress::Idle);
        }
        match self.chunk(place.size, CHUNK as u64, rest, now_ms, looked)? {
            Some(progress) => Ok(progress),
            None => {
                let most = (self.cutting.most_bytes + CHUNK) as u64;
                let progress = self.chunk(place.size, most, rest, now_ms, looked)?;
                Ok(progress.unwrap_or(Progress::Idle))
            }
        }
    }

    /// Reads so many bytes and takes the events in them; `None` where not one is whole in them and more can be read at once.
    fn chunk(&mut self, size: u64, most: u64, rest: Rest, now_ms: i64, looked: &mut Looked) -> io::Result<Option<Progress>> {
        let before = self.mark.offset.min(BEFORE_BYTES);
        let wanted = (size - self.mark.offset).min(most);
        let mut bytes = BytesMut::zeroed((before + wanted) as usize);
        let read = identity::read_at(&self.file, &mut bytes, self.mark.offset - before)?;
        bytes.truncate(read);
        if read < before as usize || identity::check(&bytes[..before as usize]) != self.mark.check {
            return Ok(Some(Progress::Emptied));
        }
        let bytes = bytes.freeze();
        let unread = &bytes[before as usize..];
        let (full, at_end) = (unread.len() as u64 == most, unread.len() as u64 == size - self.mark.offset);
        // Only the end of the file can be complete for want of more.
        let rest = if at_end { rest } else { Rest::Waits };
        let mut pieces = Vec::new();
        let mut done = self.cutting.cut(unread, rest, &mut pieces);
        if done == 0 && full && most == CHUNK as u64 {
            return Ok(None);
        }
        if done == 0 && full {
            // A group before a line that does not fit: the group is complete.
            done = self.cutting.cut(unread, Rest::Quiet, &mut pieces);
        }
        if done == 0 && full {
            return self.too_long(unread).map(Some);
        }
        for piece in pieces {
            self.take(&bytes, before as usize, piece, now_ms, looked);
        }
        if done > 0 {
            self.mark.check = identity::check(&bytes[..before as usize + done]);
            self.mark.offset += done as u64;
        }
        self.settled = at_end && rest != Rest::Waits;
        Ok(Some(if done > 0 && !at_end { Progress::More } else { Progress::Idle }))
    }

    fn take(&mut self, bytes: &Bytes, before: usize, piece: Piece, now_ms: i64, looked: &mut Looked) {
        let base = self.mark.offset;
        let end = before + piece.end;
        let place = Taken::File {
            generation: self.generation.clone(),
            start: base + piece.value.start as u64,
            end: base + piece.end as u64,
            check: identity::check(&bytes[..end]),
        };
        self.push(place, bytes.slice(before + piece.value.start..before + piece.value.end), piece.cut as u64, now_ms, looked);
    }

    fn push(&mut self, place: Taken, value: Bytes, cut: u64, now_ms: i64, looked: &mut Looked) {
        looked.bytes += value.len();
        looked.cut_lines += u64::from(cut > 0);
        looked.cut_bytes += cut;
        let (topic, key, origin) = (self.topic.clone(), self.key.clone(), self.origin.clone());
        looked.entries.push(Entry { topic, key, origin, taken_ms: now_ms, place, value });
        self.mark.seen_ms = now_ms;
    }

    /// Begins to look for the end of a line that does not fit. Zero bytes of an emptied file are passed over.
    fn too_long(&mut self, unread: &[u8]) -> io::Result<Progress> {
        if unread.iter().all(|byte| *byte == 0) {
            self.mark.check = identity::check(unread);
            self.mark.offset += unread.len() as u64;
        } else {
            let head = Bytes::copy_from_slice(&unread[..self.cutting.most_bytes]);
            self.skip = Some(Skip { head, scanned: self.mark.offset + unread.len() as u64 });
        }
        Ok(Progress::More)
    }

    fn skip(&mut self, size: u64, rest: Rest, now_ms: i64, looked: &mut Looked) -> io::Result<Progress> {
        let Some(mut skip) = self.skip.take() else { return Ok(Progress::Idle) };
        let mut bytes = vec![0; CHUNK];
        let read = identity::read_at(&self.file, &mut bytes, skip.scanned)?;
        let newline = memchr::memchr(b'\n', &bytes[..read]);
        let end = match newline {
            Some(newline) => skip.scanned + newline as u64 + 1,
            None if read == 0 && rest == Rest::Final => size,
            None => {
                skip.scanned += read as u64;
                self.skip = Some(skip);
                return Ok(if read > 0 { Progress::More } else { Progress::Idle });
            }
        };
        let start = self.mark.offset;
        let mut before = vec![0; BEFORE_BYTES as usize];
        let held = identity::read_at(&self.file, &mut before, end - BEFORE_BYTES)?;
        let check = identity::check(&before[..held]);
        let cut = end - start - skip.head.len() as u64;
        self.push(Taken::File { generation: self.generation.clone(), start, end, check }, skip.head, cut, now_ms, looked);
        (self.mark.offset, self.mark.check) = (end, check);
        Ok(Progress::More)
    }
}

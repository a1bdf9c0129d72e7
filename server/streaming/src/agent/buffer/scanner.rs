//! Reads the frames of one segment file in order, finds the next one behind damaged bytes, and says which bytes those were.

use super::frame::{self, Found};
use std::{fs::File, io, ops::Range, os::unix::fs::FileExt, path::Path};

/// Read at once, in bytes.
const CHUNK: usize = 64 << 10;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// A whole frame: its first byte in the file, and its payload, to be had from `payload`.
    Frame { at: u64, payload: Range<usize> },
    /// These bytes are no frames, and one follows.
    Lost { from: u64, until: u64 },
    /// No further frame before the limit; `at` is where the last one ended. Between there and the limit stands what is torn.
    End { at: u64 },
}

#[derive(Debug)]
pub struct Scanner {
    file: File,
    /// Bytes of the file from `base` on; those before `cursor` are done with.
    window: Vec<u8>,
    base: u64,
    cursor: usize,
}

impl Scanner {
    pub fn open(path: &Path, offset: u64) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, window: Vec::new(), base: offset, cursor: 0 })
    }

    /// Size of the file by now.
    pub fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// First byte that is not done with.
    pub fn offset(&self) -> u64 {
        self.base + self.cursor as u64
    }

    /// Goes on from here.
    pub fn skip_to(&mut self, offset: u64) {
        (self.window, self.base, self.cursor) = (Vec::new(), offset, 0);
    }

    pub fn payload(&self, range: Range<usize>) -> &[u8] {
        &self.window[range]
    }

    /// The next frame that ends at or before `limit`.
    pub fn step(&mut self, limit: u64) -> io::Result<Step> {
        loop {
            match frame::find(&self.window, self.cursor) {
                Found::Frame { payload, end } => {
                    let at = self.offset();
                    self.cursor = end;
                    return Ok(Step::Frame { at, payload });
                }
                Found::Short(needed) if self.fill(needed, limit)? => {}
                Found::Short(_) if self.offset() >= limit => return Ok(Step::End { at: self.offset() }),
                Found::Short(_) | Found::Damaged => return self.find_again(limit),
            }
        }
    }

    fn find_again(&mut self, limit: u64) -> io::Result<Step> {
        let from = self.offset();
        self.cursor = (self.cursor + 1).min(self.window.len());
        loop {
            let Some(found) = frame::next_marker(&self.window, self.cursor) else {
                // A marker may stand across the end of the window.
                self.cursor = self.window.len().saturating_sub(3).max(self.cursor);
                let held = self.window.len() - self.cursor;
                if !self.fill(held + 1, limit)? {
                    self.skip_to(from);
                    return Ok(Step::End { at: from });
                }
                continue;
            };
            self.cursor = found;
            match frame::find(&self.window, found) {
                Found::Frame { .. } => return Ok(Step::Lost { from, until: self.offset() }),
                Found::Short(needed) if self.fill(needed, limit)? => {}
                Found::Short(_) | Found::Damaged => self.cursor += 1,
            }
        }
    }

    /// Makes the window hold this many bytes from the cursor on; false where the limit comes before.
    fn fill(&mut self, needed: usize, limit: u64) -> io::Result<bool> {
        let available = limit.saturating_sub(self.offset());
        if (needed as u64) > available {
            return Ok(false);
        }
        self.window.drain(..self.cursor);
        (self.base, self.cursor) = (self.base + self.cursor as u64, 0);
        let wanted = usize::try_from(available).unwrap_or(usize::MAX).min(needed.max(CHUNK));
        let mut held = self.window.len();
        self.window.resize(wanted.max(held), 0);
        while held < wanted {
            match self.file.read_at(&mut self.window[held..], self.base + held as u64)? {
                0 => break,
                read => held += read,
            }
        }
        self.window.truncate(held);
        Ok(held >= needed)
    }
}

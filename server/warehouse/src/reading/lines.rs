//! Cuts text into lines within bounds: a line without end is passed over without being kept.

use super::{Limits, ReadFault, Reason, feed::Feed};
use memchr::memchr2;

/// Where a row stands, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Line {
    /// Number of its first line, from 1.
    pub(super) line: u64,
    /// Offset of its first byte, from 0.
    pub(super) byte: u64,
    /// Bytes of its contents, from the window's start, without the line end.
    pub(super) length: usize,
    /// Bytes of the window that it takes with its line end.
    pub(super) taken: usize,
    /// Lines that it goes over.
    pub(super) lines: u64,
    pub(super) fault: Option<Reason>,
}

/// Lines of a feed. Take each with `advance` before asking for the next.
pub(super) struct Lines {
    pub(super) feed: Feed,
    pub(super) limit: usize,
    line: u64,
}

impl Lines {
    pub(super) fn new(feed: Feed, limits: &Limits) -> Self {
        Self { feed, limit: limits.row_bytes, line: 1 }
    }

    /// Passes over a byte-order mark at the start of the window.
    pub(super) fn skip_mark(&mut self) {
        if self.feed.window().starts_with(b"\xef\xbb\xbf") {
            self.feed.take(3);
        }
    }

    /// The next line that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ReadFault> {
        loop {
            let known = self.feed.window().len();
            let Some((length, taken)) = line_end(self.feed.window()) else {
                if known > self.limit {
                    return Ok(Some(self.too_long(known)));
                }
                if !self.feed.ended() {
                    self.feed.more()?;
                    continue;
                }
                return Ok((known > 0).then(|| self.whole(known, known)));
            };
            // A carriage return at the window's end may be half of a line end.
            if taken == known && self.feed.window()[taken - 1] == b'\r' && !self.feed.ended() && length <= self.limit {
                self.feed.more()?;
                continue;
            }
            if length == 0 {
                self.feed.take(taken);
                self.line += 1;
                continue;
            }
            return Ok(Some(if length > self.limit { self.too_long(length) } else { self.whole(length, taken) }));
        }
    }

    /// Past a row; past the rest of the line when it was too long.
    pub(super) fn advance(&mut self, row: &Line) -> Result<(), ReadFault> {
        self.feed.take(row.taken);
        self.line += row.lines;
        if matches!(row.fault, Some(Reason::RowTooLong { .. })) { self.skip_line() } else { Ok(()) }
    }

    fn whole(&self, length: usize, taken: usize) -> Line {
        Line { line: self.line, byte: self.feed.offset(), length, taken, lines: 1, fault: None }
    }

    fn too_long(&self, length: usize) -> Line {
        let fault = Some(Reason::RowTooLong { limit_bytes: self.limit as u64 });
        Line { line: self.line, byte: self.feed.offset(), length, taken: length, lines: 0, fault }
    }

    fn skip_line(&mut self) -> Result<(), ReadFault> {
        loop {
            let window = self.feed.window();
            match line_end(window) {
                Some((_, taken)) if taken < window.len() || window[taken - 1] == b'\n' || self.feed.ended() => {
                    self.feed.take(taken);
                    self.line += 1;
                    return Ok(());
                }
                // A carriage return at the window's end: its line feed may still come.
                Some((_, taken)) => self.feed.take(taken - 1),
                None => {
                    self.feed.take(window.len());
                    if self.feed.ended() {
                        return Ok(());
                    }
                }
            }
            self.feed.more()?;
        }
    }
}

/// Length of the first line and what it takes with its end: `\n`, `\r\n` or `\r`.
pub(super) fn line_end(window: &[u8]) -> Option<(usize, usize)> {
    let end = memchr2(b'\n', b'\r', window)?;
    let taken = if window[end] == b'\r' && window.get(end + 1) == Some(&b'\n') { end + 2 } else { end + 1 };
    Some((end, taken))
}

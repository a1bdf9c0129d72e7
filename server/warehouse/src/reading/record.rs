//! Cuts delimited text into records: a broken quote costs its own line and never swallows the rest of the file.

use super::{
    Limits, ReadFault, Reason,
    feed::Feed,
    lines::{Line, Lines, line_end},
};
use memchr::{memchr, memchr_iter, memchr3};
use std::ops::Range;

/// One field: its bytes within the window, whether it was quoted, and whether doubled quotes stand in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) bytes: Range<usize>,
    pub(super) quoted: bool,
    pub(super) doubled: bool,
}

/// Records of a feed, the fields of the present one in `fields`.
pub(super) struct Records {
    pub(super) lines: Lines,
    pub(super) fields: Vec<Field>,
    delimiter: u8,
}

impl Records {
    pub(super) fn new(feed: Feed, delimiter: u8, limits: &Limits) -> Self {
        Self { lines: Lines::new(feed, limits), fields: Vec::new(), delimiter }
    }

    pub(super) fn window(&self) -> &[u8] {
        self.lines.feed.window()
    }

    pub(super) fn advance(&mut self, record: &Line) -> Result<(), ReadFault> {
        self.lines.advance(record)
    }

    /// A broken record of several lines is given up after its first, for the others may be good rows.
    pub(super) fn first_line_only(&self, record: &mut Line) {
        if record.lines > 1
            && let Some((length, taken)) = line_end(self.window())
        {
            (record.length, record.taken, record.lines) = (length, taken, 1);
        }
    }

    /// The next record; empty lines are passed over.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ReadFault> {
        let Some(line) = self.lines.next()? else { return Ok(None) };
        if line.fault.is_some() {
            return Ok(Some(line));
        }
        if memchr(b'"', &self.window()[..line.length]).is_some() {
            return self.quoted(line).map(Some);
        }
        self.fields.clear();
        let mut start = 0;
        for end in memchr_iter(self.delimiter, &self.lines.feed.window()[..line.length]) {
            self.fields.push(Field { bytes: start..end, quoted: false, doubled: false });
            start = end + 1;
        }
        self.fields.push(Field { bytes: start..line.length, quoted: false, doubled: false });
        Ok(Some(line))
    }

    /// A record that may go over line ends.
    fn quoted(&mut self, mut line: Line) -> Result<Line, ReadFault> {
        loop {
            let feed = &mut self.lines.feed;
            match split(&mut self.fields, feed.window(), self.delimiter, feed.ended()) {
                Split::Whole { length, taken } if length <= self.lines.limit => {
                    line.lines = 1 + line_ends(&feed.window()[..length]);
                    (line.length, line.taken) = (length, taken);
                    return Ok(line);
                }
                Split::Open if feed.window().len() <= self.lines.limit && !feed.ended() => feed.more()?,
                _ => {
                    line.fault = Some(Reason::UnclosedQuote);
                    return Ok(line);
                }
            }
        }
    }
}

fn line_ends(record: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', record).count();
    let returns = memchr_iter(b'\r', record).filter(|place| record.get(place + 1) != Some(&b'\n')).count();
    (feeds + returns) as u64
}

enum Split {
    Whole {
        length: usize,
        taken: usize,
    },
    /// The window ends before the record does.
    Open,
    /// A closing quote is followed by something else than a delimiter or a line end.
    Broken,
}

fn split(fields: &mut Vec<Field>, window: &[u8], delimiter: u8, ended: bool) -> Split {
    fields.clear();
    let mut at = 0;
    loop {
        if window.get(at) == Some(&b'"') {
            let Some((close, doubled)) = closing_quote(window, at + 1, ended) else { return Split::Open };
            fields.push(Field { bytes: at + 1..close, quoted: true, doubled });
            at = close + 1;
        } else {
            let end = memchr3(delimiter, b'\n', b'\r', &window[at..]).map_or(window.len(), |place| at + place);
            fields.push(Field { bytes: at..end, quoted: false, doubled: false });
            at = end;
        }
        match window.get(at) {
            Some(byte) if *byte == delimiter => at += 1,
            Some(b'\n') => return Split::Whole { length: at, taken: at + 1 },
            Some(b'\r') => match window.get(at + 1) {
                Some(b'\n') => return Split::Whole { length: at, taken: at + 2 },
                None if !ended => return Split::Open,
                _ => return Split::Whole { length: at, taken: at + 1 },
            },
            Some(_) => return Split::Broken,
            None if ended => return Split::Whole { length: at, taken: at },
            None => return Split::Open,
        }
    }
}

/// The quote that closes a field, and whether doubled ones stand before it.
fn closing_quote(window: &[u8], start: usize, ended: bool) -> Option<(usize, bool)> {
    let (mut from, mut doubled) = (start, false);
    loop {
        let quote = from + memchr(b'"', window.get(from..)?)?;
        match window.get(quote + 1) {
            Some(b'"') => (from, doubled) = (quote + 2, true),
            None if !ended => return None,
            _ => return Some((quote, doubled)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each record as its line, its byte and its fields, or its fault.
    fn all(text: &str) -> Vec<(u64, u64, Result<Vec<String>, Reason>)> {
        let limits = Limits { row_bytes: 40, ..Limits::default() };
        let mut records = Records::new(Feed::of(text.as_bytes()), b',', &limits);
        let mut found = Vec::new();
        while let Some(record) = records.next().unwrap() {
            let fields = records.fields.iter().map(|field| text[record.byte as usize..][field.bytes.clone()].to_owned()).collect();
            found.push((record.line, record.byte, record.fault.clone().map_or(Ok(fields), Err)));
            records.advance(&record).unwrap();
        }
        found
    }

    fn fields(texts: &[&str]) -> Result<Vec<String>, Reason> {
        Ok(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn line_ends_of_every_kind_and_quotes_over_lines() {
        let found = all("a,b\r\n\"x\ny\",2\r3,\"q\"\"q\"\n\n5,6");
        assert_eq!(found, [(1, 0, fields(&["a", "b"])), (2, 5, fields(&["x\ny", "2"])), (4, 13, fields(&["3", "q\"\"q"])), (6, 23, fields(&["5", "6"])),]);
    }

    #[test]
    fn ft_b13_an_open_quote_costs_its_line_alone() {
        let found = all("1,\"open\n2,b\n3,\"c\"\n4,d\n");
        assert_eq!(found[0], (1, 0, Err(Reason::UnclosedQuote)));
        assert_eq!(found[1..], [(2, 8, fields(&["2", "b"])), (3, 12, fields(&["3", "c"])), (4, 18, fields(&["4", "d"]))]);
        let to_the_end = all("1,\"open\n2,b\n3,c");
        assert_eq!(to_the_end[0].2, Err(Reason::UnclosedQuote));
        assert_eq!(to_the_end.len(), 3);
    }

    #[test]
    fn ft_b11_an_endless_line_is_passed_over() {
        let found = all(&format!("1,a\n{}\n3,c\n", "x".repeat(1000)));
        assert_eq!(found[1], (2, 4, Err(Reason::RowTooLong { limit_bytes: 40 })));
        assert_eq!(found[2], (3, 1005, fields(&["3", "c"])));
        assert_eq!(all(&"y".repeat(100)).len(), 1);
    }
}

//! Cuts the bytes of a file into events: lines, or groups of lines that begin with a pattern. Pure.

use regex::bytes::Regex;
use std::ops::Range;

/// How one input's files are cut.
#[derive(Clone, Debug)]
pub struct Cutting {
    /// Largest event, in bytes.
    pub most_bytes: usize,
    pub group: Option<Group>,
}

/// Lines that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    pub start: Regex,
    pub most_lines: usize,
}

/// One event in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub value: Range<usize>,
    /// Where the next event begins.
    pub end: usize,
    /// Bytes of a line beyond the largest that is taken.
    pub cut: usize,
}

/// Whether what is left at the end may still grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// A line or group without its end waits.
    Waits,
    /// Nothing came for a while: a group is complete, a line is not.
    Quiet,
    /// The file is complete: so is its last line.
    Final,
}

impl Cutting {
    /// The events in `bytes`, without empty lines; where the first byte stands that belongs to none of them.
    pub fn cut(&self, bytes: &[u8], rest: Rest, pieces: &mut Vec<Piece>) -> usize {
        let mut open: Option<(Range<usize>, usize)> = None;
        let mut done = 0;
        for (line, end, whole) in (Lines { bytes, at: 0 }) {
            if !whole && rest != Rest::Final {
                break;
            }
            let starts = self.group.as_ref().is_none_or(|group| group.start.is_match(&bytes[line.clone()]));
            match &mut open {
                Some((group, lines)) if !starts && self.fits(group, &line, *lines) => (group.end, *lines) = (end, *lines + 1),
                _ => {
                    if let Some((group, _)) = open.take() {
                        done = group.end;
                        pieces.extend(self.piece(bytes, group));
                    }
                    open = Some((line.start..end, 1));
                }
            }
            if self.group.is_none()
                && let Some((line, _)) = open.take()
            {
                done = end;
                pieces.extend(self.piece(bytes, line));
            }
        }
        if rest != Rest::Waits
            && let Some((group, _)) = open
        {
            done = group.end;
            pieces.extend(self.piece(bytes, group));
        }
        done
    }

    fn fits(&self, group: &Range<usize>, line: &Range<usize>, lines: usize) -> bool {
        self.group.as_ref().is_some_and(|rule| lines < rule.most_lines) && line.end - group.start <= self.most_bytes
    }

    /// `None` where only ends of lines stand there. A file that was emptied under a writer that goes on at its old place begins
    /// with zero bytes, which are nobody's.
    fn piece(&self, bytes: &[u8], lines: Range<usize>) -> Option<Piece> {
        let end = lines.end;
        let start = lines.start + bytes[lines.clone()].iter().take_while(|byte| **byte == 0).count();
        let text = &bytes[start..end];
        let length = text.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
        let taken = length.min(self.most_bytes);
        (length > 0).then_some(Piece { value: start..start + taken, end, cut: length - taken })
    }
}

/// Lines with their ends, and whether they have one.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Lines<'_> {
    /// Without the end of line; where the next begins; whether there was an end.
    type Item = (Range<usize>, usize, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let (line, end, whole) = match memchr::memchr(b'\n', rest) {
            Some(newline) => (start..start + newline, start + newline + 1, true),
            None => (start..self.bytes.len(), self.bytes.len(), false),
        };
        self.at = end;
        Some((line, end, whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut<'a>(cutting: &Cutting, text: &'a str, rest: Rest) -> (Vec<&'a str>, &'a str) {
        let mut pieces = Vec::new();
        let done = cutting.cut(text.as_bytes(), rest, &mut pieces);
        (pieces.into_iter().map(|piece| &text[piece.value]).collect(), &text[done..])
    }

    #[test]
    fn a_last_line_without_its_end_waits_until_the_file_is_complete() {
        let lines = Cutting { most_bytes: 100, group: None };
        assert_eq!(cut(&lines, "one\r\n\n\ntwo\nthr", Rest::Waits), (vec!["one", "two"], "thr"));
        assert_eq!(cut(&lines, "one\nthr", Rest::Quiet), (vec!["one"], "thr"));
        assert_eq!(cut(&lines, "one\nthr", Rest::Final), (vec!["one", "thr"], ""));
    }

    #[test]
    fn a_long_line_is_cut_and_says_how_much() {
        let lines = Cutting { most_bytes: 4, group: None };
        let mut pieces = Vec::new();
        assert_eq!(lines.cut(b"abcdefg\nxy\n", Rest::Waits, &mut pieces), 11);
        assert_eq!(pieces, [Piece { value: 0..4, end: 8, cut: 3 }, Piece { value: 8..10, end: 11, cut: 0 }]);
    }

    #[test]
    fn a_stack_trace_is_one_event_once_the_next_begins_or_time_has_passed() {
        let start = Regex::new(r"^\d{4}").unwrap();
        let traces = Cutting { most_bytes: 60, group: Some(Group { start: start.clone(), most_lines: 4 }) };
        let text = "2026 boom\n  at a\n\n  at b\n2026 fine\n";
        assert_eq!(cut(&traces, text, Rest::Waits), (vec!["2026 boom\n  at a\n\n  at b"], "2026 fine\n"));
        assert_eq!(cut(&traces, text, Rest::Quiet), (vec!["2026 boom\n  at a\n\n  at b", "2026 fine"], ""));
        // Beyond the limits of lines and bytes it goes on as a further event: nothing is dropped.
        assert_eq!(cut(&traces, "2026 a\n1\n2\n3\n4\n2026 b\n", Rest::Waits).0, ["2026 a\n1\n2\n3", "4"]);
        let wide = format!("2026 a\n{0}\n{0}\n2026 b\n", "x".repeat(40));
        assert_eq!(cut(&traces, &wide, Rest::Waits).0, [format!("2026 a\n{}", "x".repeat(40)), "x".repeat(40)]);
    }

    #[test]
    fn zero_bytes_before_a_line_are_nobodys() {
        let lines = Cutting { most_bytes: 100, group: None };
        assert_eq!(cut(&lines, "\0\0\0one\n", Rest::Waits).0, ["one"]);
    }
}

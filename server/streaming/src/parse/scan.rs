//! A place in a line that moves forward: the steps that parsers of fixed formats are made of.

use super::Unfit;
use memchr::{memchr, memchr2};
use std::borrow::Cow;

pub(super) struct Scan<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn rest(&self) -> &'a str {
        self.line.get(self.at..).unwrap_or_default()
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.line.len()
    }

    pub fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    /// Passes over this text where it stands here; whether it did.
    pub fn eat(&mut self, text: &str) -> bool {
        let found = self.line.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()));
        if found {
            self.at += text.len();
        }
        found
    }

    pub fn expect(&mut self, text: &str, en: &str, es: &str) -> Result<(), Unfit> {
        if self.eat(text) { Ok(()) } else { Err(self.unfit(en, es)) }
    }

    /// The text before the next such byte (ASCII), which is passed over; `None`, and nothing passed, when there is none.
    pub fn until(&mut self, byte: u8) -> Option<&'a str> {
        let length = memchr(byte, self.line.as_bytes().get(self.at..)?)?;
        let text = self.line.get(self.at..self.at + length)?;
        self.at += length + 1;
        Some(text)
    }

    /// The text before the next such pair of bytes (ASCII), which is passed over; `None` when there is none.
    pub fn until_pair(&mut self, pair: [u8; 2]) -> Option<&'a str> {
        let bytes = self.line.as_bytes();
        let mut from = self.at;
        loop {
            let second = from + memchr(pair[1], bytes.get(from..)?)?;
            if second > self.at && bytes.get(second - 1) == Some(&pair[0]) {
                let text = self.line.get(self.at..second - 1)?;
                self.at = second + 1;
                return Some(text);
            }
            from = second + 1;
        }
    }

    /// The text up to a space or the end; the space is not passed over. Short words are the rule, so no search by blocks.
    pub fn word(&mut self) -> &'a str {
        let rest = self.line.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        let word = self.line.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        word
    }

    /// The text up to a space, a `=` or the end, none of them passed over.
    pub fn key(&mut self) -> &'a str {
        let rest = self.line.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b' ' | b'=')).unwrap_or(rest.len());
        let key = self.line.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        key
    }

    /// A name of structured data: up to a space, `=`, `]`, `"` or the end, none of them passed over.
    pub fn name(&mut self) -> &'a str {
        let rest = self.line.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b' ' | b'=' | b']' | b'"')).unwrap_or(rest.len());
        let name = self.line.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        name
    }

    /// A value of structured data (RFC 5424, 6.3.3), the opening quote being passed: a backslash escapes `"`, `\` and `]` alone.
    pub fn parameter(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest();
        let (mut escaped, mut before) = (false, false);
        let length = rest.bytes().position(|byte| {
            let closes = byte == b'"' && !before;
            before = byte == b'\\' && !before;
            escaped |= before;
            closes
        })?;
        self.at += length + 1;
        let text = rest.get(..length)?;
        if !escaped {
            return Some(Cow::Borrowed(text));
        }
        let mut plain = String::with_capacity(text.len());
        let mut left = text.chars().peekable();
        while let Some(character) = left.next() {
            let escape = left.next_if(|next| character == '\\' && matches!(next, '"' | '\\' | ']'));
            plain.push(escape.unwrap_or(character));
        }
        Some(Cow::Owned(plain))
    }

    /// The next so many bytes, when a text ends there.
    pub fn take(&mut self, length: usize) -> Option<&'a str> {
        let text = self.line.get(self.at..self.at + length)?;
        self.at += length;
        Some(text)
    }

    pub fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// What stands before the closing quote, the opening one being passed; escapes resolved, the closing quote passed over.
    pub fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let bytes = self.line.as_bytes();
        let start = self.at;
        let mut escaped = false;
        let mut from = start;
        loop {
            let found = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
            if bytes.get(found) == Some(&b'"') {
                let text = self.line.get(start..found)?;
                self.at = found + 1;
                return Some(if escaped { unescape(text) } else { Cow::Borrowed(text) });
            }
            escaped = true;
            // The byte after a backslash closes nothing. It may be missing: then the next search finds the end.
            from = (found + 2).min(bytes.len());
        }
    }

    pub fn unfit(&self, en: &str, es: &str) -> Unfit {
        Unfit::new(self.at, en, es)
    }
}

/// At least one digit and at most eighteen, so that the number fits.
pub(super) fn digits(bytes: &[u8]) -> Option<i64> {
    if bytes.is_empty() || bytes.len() > 18 {
        return None;
    }
    bytes.iter().try_fold(0_i64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// Resolves what nginx (`\x22`) and Apache (`\"`, `\\`, `\n`, `\t`, `\xhh`) write for bytes that would break the line; any other
/// backslash stays. Bytes that are not UTF-8 become U+FFFD.
fn unescape(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (resolved, length) = match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'x')) => match bytes.get(at + 2..at + 4).and_then(hexadecimal) {
                Some(byte) => (byte, 4),
                None => (b'\\', 1),
            },
            (b'\\', Some(escape)) => match escape {
                b'"' | b'\\' => (*escape, 2),
                b'n' => (b'\n', 2),
                b'r' => (b'\r', 2),
                b't' => (b'\t', 2),
                b'b' => (8, 2),
                b'v' => (11, 2),
                b'f' => (12, 2),
                _ => (b'\\', 1),
            },
            _ => (*byte, 1),
        };
        plain.push(resolved);
        at += length;
    }
    Cow::Owned(String::from_utf8(plain).unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()))
}

fn hexadecimal(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let &[high, low] = pair else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_ends_at_the_first_open_quote() {
        let read = |line: &str| {
            let mut scan = Scan::new(line);
            scan.quoted().map(|text| (text.into_owned(), scan.at()))
        };
        for (line, text, at) in [
            ("a b\" rest", "a b", 4),
            ("\"", "", 1),
            (r#"a\"b" c"#, "a\"b", 5),
            (r#"a\\" c"#, r"a\", 4),
            (r#"\x22x\x22""#, "\"x\"", 10),
            (r#"\xD8\xB3\x""#, "س\\x", 11),
            (r#"\xff""#, "\u{fffd}", 5),
            (r#"\q""#, r"\q", 3),
            ("ñ\\\u{e9}\"", "ñ\\é", 6),
        ] {
            assert_eq!(read(line), Some((text.to_owned(), at)), "{line}");
        }
        for open in ["", "a", r"a\", r#"a\""#] {
            assert_eq!(read(open), None, "{open}");
        }
    }

    #[test]
    fn numbers_are_digits_that_fit() {
        for (text, number) in [("0", Some(0)), ("007", Some(7)), ("", None), ("1a", None), ("-1", None), ("9999999999999999999", None)] {
            assert_eq!(digits(text.as_bytes()), number, "{text}");
        }
    }
}

//! Finds where syslog messages end in a TCP stream: octet counting (RFC 6587, 5425) or one a line. Pure.

use bytes::{Buf, Bytes, BytesMut};

/// Digits of a length that are believed.
const MOST_DIGITS: usize = 8;

/// What one connection has sent that is no whole message yet.
#[derive(Debug)]
pub struct Framing {
    most_bytes: usize,
    held: BytesMut,
    /// Bytes still to be passed over: the rest of a message that was too long.
    skip: Skip,
}

#[derive(Debug, PartialEq, Eq)]
enum Skip {
    None,
    Bytes(usize),
    Line,
}

/// Messages, and how many of them were cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Framed {
    pub messages: Vec<Bytes>,
    pub cut: u64,
}

impl Framing {
    pub fn new(most_bytes: usize) -> Self {
        Self { most_bytes, held: BytesMut::new(), skip: Skip::None }
    }

    /// Takes what came and gives the messages that are whole.
    pub fn push(&mut self, bytes: &[u8]) -> Framed {
        self.held.extend_from_slice(bytes);
        let mut framed = Framed::default();
        while self.step(&mut framed) {}
        framed
    }

    /// The connection has ended: a last line needs no end; of a counted message that was cut short nothing is made.
    pub fn end(mut self) -> Option<Bytes> {
        let counted = matches!(self.skip, Skip::Bytes(_)) || matches!(length(&self.held), Length::Of { .. });
        let last = trimmed(self.held.split().freeze());
        (!counted && self.skip == Skip::None && !last.is_empty()).then_some(last)
    }

    fn step(&mut self, framed: &mut Framed) -> bool {
        match self.skip {
            Skip::Bytes(left) => {
                let gone = left.min(self.held.len());
                self.held.advance(gone);
                self.skip = if gone < left { Skip::Bytes(left - gone) } else { Skip::None };
                self.skip == Skip::None
            }
            Skip::Line => match memchr::memchr(b'\n', &self.held) {
                Some(newline) => {
                    self.held.advance(newline + 1);
                    self.skip = Skip::None;
                    true
                }
                None => {
                    self.held.clear();
                    false
                }
            },
            Skip::None => self.message(framed),
        }
    }

    fn message(&mut self, framed: &mut Framed) -> bool {
        match length(&self.held) {
            Length::Unknown => false,
            Length::Of { digits, bytes } => {
                let taken = bytes.min(self.most_bytes);
                if self.held.len() < digits + taken {
                    return false;
                }
                self.held.advance(digits);
                let message = self.held.split_to(taken).freeze();
                if taken < bytes {
                    framed.cut += 1;
                    self.skip = Skip::Bytes(bytes - taken);
                }
                keep(message, framed);
                true
            }
            Length::None => {
                // Some senders end a line with a zero byte.
                let end = memchr::memchr2(b'\n', 0, &self.held);
                if end.unwrap_or(self.held.len()) > self.most_bytes {
                    let message = self.held.split_to(self.most_bytes).freeze();
                    framed.cut += 1;
                    self.skip = Skip::Line;
                    keep(message, framed);
                    return true;
                }
                let Some(end) = end else { return false };
                let message = self.held.split_to(end).freeze();
                self.held.advance(1);
                keep(message, framed);
                true
            }
        }
    }
}

enum Length {
    /// `digits` bytes say that the message has so many.
    Of { digits: usize, bytes: usize },
    /// It is not counted.
    None,
    /// More bytes are needed to tell.
    Unknown,
}

/// A message that is not counted begins with `<`, a counted one with a digit other than zero.
fn length(held: &[u8]) -> Length {
    let digits = held.iter().take(MOST_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    match held.get(digits) {
        _ if held.is_empty() => Length::Unknown,
        _ if digits == 0 || held[0] == b'0' || digits > MOST_DIGITS => Length::None,
        None => Length::Unknown,
        Some(b' ') => match std::str::from_utf8(&held[..digits]).ok().and_then(|digits| digits.parse().ok()) {
            Some(bytes) => Length::Of { digits: digits + 1, bytes },
            None => Length::None,
        },
        Some(_) => Length::None,
    }
}

fn keep(message: Bytes, framed: &mut Framed) {
    let message = trimmed(message);
    if !message.is_empty() {
        framed.messages.push(message);
    }
}

/// Without ends of lines, which are no part of a message.
pub fn trimmed(mut message: Bytes) -> Bytes {
    let length = message.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0)).map_or(0, |last| last + 1);
    message.truncate(length);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(chunks: &[&[u8]]) -> (Vec<String>, u64, Option<Bytes>) {
        let mut framing = Framing::new(20);
        let (mut messages, mut cut) = (Vec::new(), 0);
        for chunk in chunks {
            let framed = framing.push(chunk);
            messages.extend(framed.messages.iter().map(|message| String::from_utf8_lossy(message).into_owned()));
            cut += framed.cut;
        }
        (messages, cut, framing.end())
    }

    #[test]
    fn counted_and_lined_messages_are_found_however_they_are_cut_into_packets() {
        let stream = b"9 <13>1 a\nb<13>two\n\n<14>three\r\n5 <1>xy";
        let wanted = vec!["<13>1 a\nb", "<13>two", "<14>three", "<1>xy"];
        assert_eq!(framed(&[stream]), (wanted.iter().map(ToString::to_string).collect(), 0, None));
        for at in 1..stream.len() {
            let (first, second) = stream.split_at(at);
            assert_eq!(framed(&[first, second]).0, wanted, "cut at {at}");
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(framed(&bytes).0, wanted);
    }

    #[test]
    fn long_messages_are_cut_and_counted_and_the_next_one_is_whole() {
        let long = "x".repeat(50);
        let counted = format!("50 {long}3 abc");
        assert_eq!(framed(&[counted.as_bytes()]), (vec!["x".repeat(20), "abc".into()], 1, None));
        let lined = format!("<{long}\nnext\n");
        assert_eq!(framed(&[lined.as_bytes()]), (vec![format!("<{}", "x".repeat(19)), "next".into()], 1, None));
    }

    #[test]
    fn an_ending_connection_gives_its_last_line_but_no_part_of_a_counted_message() {
        assert_eq!(framed(&[b"<1>last"]), (vec![], 0, Some(Bytes::from_static(b"<1>last"))));
        assert_eq!(framed(&[b"12 <1>half"]), (vec![], 0, None));
    }
}

//! The bytes of one frame: marker, length, checksum, and what was taken. Pure.
//!
//! `marker (4) | length of the payload (4) | crc32 of length and payload (4) | payload`, numbers little-endian. The marker lets a
//! reader find the next frame behind damaged bytes.

use super::entry::{Entry, Mark, Place};
use bytes::Bytes;
use std::{ops::Range, sync::Arc};

const MARKER: [u8; 4] = [0xa7, 0x1a, 0x59, 0x0f];
const HEADER: usize = 12;
/// Largest payload that is believed, in bytes: a damaged length must not make the reader wait for gigabytes.
pub const MOST_BYTES: usize = 8 << 20;

const RECORD: u8 = 1;
const MARK: u8 = 2;
/// More frames of the same request follow: one that a crash cut short was never acknowledged and is taken back as a whole.
const MORE: u8 = 0x80;

/// What a payload holds.
#[derive(Debug)]
pub enum Content {
    Record(Entry),
    /// A file was seen for the first time, or is known by more of its first bytes.
    Mark(Box<Mark>),
}

/// A frame as it stands in a window of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Frame {
        payload: Range<usize>,
        end: usize,
    },
    /// The window ends before the frame would; this many bytes are needed from its start.
    Short(usize),
    Damaged,
}

/// Appends the frame of a record.
pub fn write_record(out: &mut Vec<u8>, sequence: u64, more: bool, entry: &Entry) {
    frame(out, sequence, RECORD, more, |out| {
        out.extend_from_slice(&entry.taken_ms.to_le_bytes());
        let (generation, start, end, check) = match &entry.place {
            Place::Numbered => ("", 0, 0, 0),
            Place::File { generation, start, end, check } => (&**generation, *start, *end, *check),
        };
        out.extend_from_slice(&start.to_le_bytes());
        out.extend_from_slice(&end.to_le_bytes());
        out.extend_from_slice(&check.to_le_bytes());
        for text in [generation, &entry.topic, &entry.key, &entry.origin] {
            out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
            out.extend_from_slice(&text.as_bytes()[..text.len().min(usize::from(u16::MAX))]);
        }
        out.extend_from_slice(&entry.value);
    });
}

/// Appends the frame of a mark.
pub fn write_mark(out: &mut Vec<u8>, sequence: u64, mark: &Mark) {
    frame(out, sequence, MARK, false, |out| out.extend_from_slice(&serde_json::to_vec(mark).unwrap_or_default()));
}

/// Bytes that the frame of a record takes.
pub fn size(entry: &Entry) -> usize {
    let generation = if let Place::File { generation, .. } = &entry.place { generation.len() } else { 0 };
    HEADER + 9 + 28 + 8 + generation + entry.topic.len() + entry.key.len() + entry.origin.len() + entry.value.len()
}

/// The frame that begins at `at`.
pub fn find(window: &[u8], at: usize) -> Found {
    let rest = window.get(at..).unwrap_or_default();
    if !MARKER.starts_with(&rest[..rest.len().min(MARKER.len())]) {
        return Found::Damaged;
    }
    let Some(header) = rest.get(..HEADER) else { return Found::Short(HEADER) };
    let length = number(&header[4..8]) as usize;
    if length > MOST_BYTES {
        return Found::Damaged;
    }
    let Some(payload) = rest.get(HEADER..HEADER + length) else { return Found::Short(HEADER + length) };
    if checksum(&header[4..8], payload) != number(&header[8..12]) {
        return Found::Damaged;
    }
    Found::Frame { payload: at + HEADER..at + HEADER + length, end: at + HEADER + length }
}

/// Where the next marker begins, from `at` on.
pub fn next_marker(window: &[u8], at: usize) -> Option<usize> {
    memchr::memmem::find(window.get(at..)?, &MARKER).map(|found| at + found)
}

/// The frame's number in its buffer, and whether more of its request follow.
pub fn head(payload: &[u8]) -> Option<(u64, bool)> {
    Some((u64::from_le_bytes(payload.get(1..9)?.try_into().ok()?), payload[0] & MORE != 0))
}

/// Whether it is an event, not a mark.
pub fn is_record(payload: &[u8]) -> bool {
    payload.first().is_some_and(|kind| kind & !MORE == RECORD)
}

/// When the event was taken, in Unix milliseconds.
pub fn taken_ms(payload: &[u8]) -> i64 {
    payload.get(9..17).and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_le_bytes)
}

/// What the payload holds; `None` for one that an older or newer program wrote.
pub fn read(payload: &Bytes) -> Option<Content> {
    match payload.first()? & !MORE {
        RECORD => record(payload).map(Content::Record),
        MARK => serde_json::from_slice(payload.get(9..)?).ok().map(|mark| Content::Mark(Box::new(mark))),
        _ => None,
    }
}

fn record(payload: &Bytes) -> Option<Entry> {
    let long = |at: usize| Some(u64::from_le_bytes(payload.get(at..at + 8)?.try_into().ok()?));
    let taken_ms = i64::from_le_bytes(payload.get(9..17)?.try_into().ok()?);
    let (start, end, check) = (long(17)?, long(25)?, number(payload.get(33..37)?));
    let mut at = 37;
    let mut texts = [""; 4];
    for text in &mut texts {
        let length = usize::from(u16::from_le_bytes(payload.get(at..at + 2)?.try_into().ok()?));
        *text = std::str::from_utf8(payload.get(at + 2..at + 2 + length)?).ok()?;
        at += 2 + length;
    }
    let [generation, topic, key, origin] = texts;
    let place = if generation.is_empty() { Place::Numbered } else { Place::File { generation: generation.into(), start, end, check } };
    Some(Entry { topic: topic.into(), key: key.into(), origin: Arc::from(origin), taken_ms, place, value: payload.slice(at..) })
}

fn frame(out: &mut Vec<u8>, sequence: u64, kind: u8, more: bool, content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&MARKER);
    out.extend_from_slice(&[0; 8]);
    out.push(if more { kind | MORE } else { kind });
    out.extend_from_slice(&sequence.to_le_bytes());
    content(out);
    let length = u32::try_from(out.len() - start - HEADER).unwrap_or(u32::MAX).to_le_bytes();
    let crc = checksum(&length, &out[start + HEADER..]).to_le_bytes();
    out[start + 4..start + 8].copy_from_slice(&length);
    out[start + 8..start + 12].copy_from_slice(&crc);
}

fn checksum(length: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(length);
    hasher.update(payload);
    hasher.finalize()
}

fn number(bytes: &[u8]) -> u32 {
    bytes.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: &str) -> Entry {
        let place = Place::File { generation: "ab12.0".into(), start: 7, end: 19, check: 5 };
        Entry { topic: "web".into(), key: "k".into(), origin: "/var/log/ü.log".into(), taken_ms: 3, place, value: Bytes::copy_from_slice(value.as_bytes()) }
    }

    #[test]
    fn what_is_written_is_read_and_any_flipped_bit_is_noticed() {
        let mut bytes = Vec::new();
        write_record(&mut bytes, 42, true, &entry("GET /"));
        assert_eq!(bytes.len(), size(&entry("GET /")));
        let Found::Frame { payload, end } = find(&bytes, 0) else { panic!("no frame") };
        assert_eq!(end, bytes.len());
        assert_eq!(head(&bytes[payload.clone()]), Some((42, true)));
        let Some(Content::Record(read)) = read(&Bytes::copy_from_slice(&bytes[payload])) else { panic!("no record") };
        assert_eq!(read, entry("GET /"));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches!(find(&damaged, 0), Found::Frame { .. }), "bit {bit}");
        }
    }

    #[test]
    fn a_frame_that_was_cut_anywhere_is_not_read() {
        let mut bytes = Vec::new();
        write_record(&mut bytes, 1, false, &entry("a line"));
        for cut in 0..bytes.len() {
            assert!(matches!(find(&bytes[..cut], 0), Found::Short(_)), "cut at {cut}");
        }
    }
}

//! Records as bytes: many of one partition in one frame. What repeats from one record to the next is written once.

use crate::Record;
use bytes::Bytes;

const DELETED: u8 = 1;
const SAME_KEY: u8 = 2;
const SAME_SOURCE: u8 = 4;
const SAME_ORIGIN: u8 = 8;

/// Some records of one partition, encoded. Two frames one after the other are a frame.
#[derive(Debug, Default)]
pub struct Frame {
    pub records: u32,
    pub bytes: Vec<u8>,
}

impl Frame {
    /// Puts a frame behind this one.
    pub fn extend(&mut self, other: &Frame) {
        self.records += other.records;
        self.bytes.extend_from_slice(&other.bytes);
    }
}

/// The bytes are not what `encode` wrote.
#[derive(Debug, PartialEq, Eq)]
pub struct Torn;

/// Encodes records in their order, in frames of about `most` bytes; one that is larger has a frame for itself.
pub fn encode(records: &[&Record], most: usize) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut before: Option<&Record> = None;
    for record in records {
        if frames.last().is_none_or(|frame| frame.bytes.len() + record.value.len() > most) {
            frames.push(Frame::default());
            before = None;
        }
        if let Some(frame) = frames.last_mut() {
            write(&mut frame.bytes, record, before);
            frame.records += 1;
        }
        before = Some(record);
    }
    frames
}

/// All records of a frame; their values are parts of its bytes.
pub fn decode(bytes: &Bytes) -> Result<Vec<Record>, Torn> {
    let mut reading = Reading { bytes, at: 0 };
    let mut records: Vec<Record> = Vec::new();
    while reading.at < bytes.len() {
        let record = reading.record(records.last())?;
        records.push(record);
    }
    Ok(records)
}

fn write(bytes: &mut Vec<u8>, record: &Record, before: Option<&Record>) {
    let mut flags = if record.deleted { DELETED } else { 0 };
    let mut same = |flag: u8, of: fn(&Record) -> &String| {
        if before.is_some_and(|before| of(before) == of(record)) {
            flags |= flag;
        }
    };
    same(SAME_KEY, |record| &record.key);
    same(SAME_SOURCE, |record| &record.source);
    same(SAME_ORIGIN, |record| &record.origin);
    bytes.push(flags);
    bytes.extend_from_slice(&record.taken_ms.to_le_bytes());
    bytes.extend_from_slice(&record.version.to_le_bytes());
    write_part(bytes, record.id.as_bytes());
    for (flag, text) in [(SAME_KEY, &record.key), (SAME_SOURCE, &record.source), (SAME_ORIGIN, &record.origin)] {
        if flags & flag == 0 {
            write_part(bytes, text.as_bytes());
        }
    }
    write_part(bytes, &record.value);
}

/// The length, seven bits a byte, then the part.
fn write_part(bytes: &mut Vec<u8>, part: &[u8]) {
    let mut length = part.len();
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(part);
}

struct Reading<'a> {
    bytes: &'a Bytes,
    at: usize,
}

impl Reading<'_> {
    fn record(&mut self, before: Option<&Record>) -> Result<Record, Torn> {
        let flags = self.take(1)?[0];
        let taken_ms = self.integer()?;
        let version = self.integer()?;
        let id = self.text()?;
        let mut part = |flag: u8, of: fn(&Record) -> &String| match before {
            Some(before) if flags & flag != 0 => Ok(of(before).clone()),
            None if flags & flag != 0 => Err(Torn),
            _ => self.text(),
        };
        let key = part(SAME_KEY, |record| &record.key)?;
        let source = part(SAME_SOURCE, |record| &record.source)?;
        let origin = part(SAME_ORIGIN, |record| &record.origin)?;
        let length = self.length()?;
        let start = self.at;
        self.take(length)?;
        Ok(Record { id, key, taken_ms, source, origin, version, deleted: flags & DELETED != 0, value: self.bytes.slice(start..self.at) })
    }

    fn text(&mut self) -> Result<String, Torn> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).map(str::to_owned).map_err(|_| Torn)
    }

    fn integer(&mut self) -> Result<i64, Torn> {
        self.take(8)?.try_into().map(i64::from_le_bytes).map_err(|_| Torn)
    }

    fn length(&mut self) -> Result<usize, Torn> {
        let mut length = 0;
        for shift in (0..usize::BITS - 7).step_by(7) {
            let byte = self.take(1)?[0];
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(length);
            }
        }
        Err(Torn)
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Torn> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or(Torn)?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: i64, key: &str, value: Vec<u8>) -> Record {
        Record {
            id: format!("agent:file:{number}"),
            key: key.into(),
            taken_ms: 1_700_000_000_000 + number,
            source: "agent".into(),
            origin: if number % 3 == 0 { "/var/log/a".into() } else { "/var/log/ñ".into() },
            version: -number,
            deleted: number % 5 == 0,
            value: value.into(),
        }
    }

    fn records() -> Vec<Record> {
        let sizes = [0, 1, 127, 128, 300, 20_000];
        (0..60).map(|number| record(number, if number % 4 == 0 { "" } else { "key" }, vec![number as u8; sizes[number as usize % sizes.len()]])).collect()
    }

    #[test]
    fn records_come_back_whole_in_order() {
        let records = records();
        let frames = encode(&records.iter().collect::<Vec<_>>(), 8000);
        assert!(frames.len() > 5);
        assert_eq!(frames.iter().map(|frame| frame.records).sum::<u32>(), 60);
        let decoded: Vec<Record> = frames.iter().flat_map(|frame| decode(&Bytes::from(frame.bytes.clone())).unwrap()).collect();
        assert_eq!(decoded, records);
    }

    #[test]
    fn frames_put_together_are_a_frame() {
        let records = records();
        let mut whole = Frame::default();
        for frame in encode(&records.iter().collect::<Vec<_>>(), 1000) {
            whole.extend(&frame);
        }
        assert_eq!(whole.records, 60);
        assert_eq!(decode(&Bytes::from(whole.bytes)).unwrap(), records);
    }

    #[test]
    fn broken_bytes_are_an_error_and_no_panic() {
        let records = records();
        let frame = encode(&records.iter().take(12).collect::<Vec<_>>(), usize::MAX).remove(0).bytes;
        for cut in 1..frame.len().min(900) {
            let decoded = decode(&Bytes::copy_from_slice(&frame[..cut]));
            assert!(decoded.is_err() || decoded.is_ok_and(|decoded| decoded.len() < 12));
        }
        for at in 0..frame.len().min(900) {
            let mut broken = frame.clone();
            broken[at] ^= 0xff;
            let _ = decode(&Bytes::from(broken));
        }
    }
}

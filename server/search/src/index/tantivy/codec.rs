//! Changes as bytes: in the log, and (the fields) in the index's store.

use crate::{Change, Value};

/// One change, borrowed from its bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) id: &'a str,
    pub(super) at_ms: i64,
    pub(super) version: i64,
    /// `None`: a deletion.
    pub(super) fields: Option<&'a [u8]>,
}

/// One value, borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Raw<'a> {
    Text(&'a str),
    /// As bytes of texts, each with its length before it.
    Texts(&'a [u8]),
    Integer(i64),
    Number(f64),
    Bool(bool),
    Timestamp(i64),
}

impl<'a> Raw<'a> {
    /// The texts of a keyword, one or several.
    pub(super) fn texts(self) -> impl Iterator<Item = &'a str> {
        let (mut one, mut several) = match self {
            Self::Text(text) => (Some(text), Reader(&[])),
            Self::Texts(bytes) => (None, Reader(bytes)),
            _ => (None, Reader(&[])),
        };
        std::iter::from_fn(move || one.take().or_else(|| several.text()))
    }

    pub(super) fn owned(self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.into()),
            Self::Texts(_) => Value::Texts(self.texts().map(str::to_owned).collect()),
            Self::Integer(value) => Value::Integer(value),
            Self::Number(value) => Value::Number(value),
            Self::Bool(value) => Value::Bool(value),
            Self::Timestamp(at_ms) => Value::Timestamp(at_ms),
        }
    }
}

pub(super) fn write(change: &Change, out: &mut Vec<u8>) {
    let head = |out: &mut Vec<u8>, id: &str, version: i64, at_ms: i64| {
        text(id, out);
        out.extend(version.to_le_bytes());
        out.extend(at_ms.to_le_bytes());
    };
    match change {
        Change::Delete { id, version, at_ms } => {
            out.push(0);
            head(out, id, *version, *at_ms);
        }
        Change::Put(document) => {
            out.push(1);
            head(out, &document.id, document.version, document.at_ms);
            let from = out.len();
            out.extend([0; 4]);
            for (name, field) in &document.fields {
                value(name, field, out);
            }
            // `fits` bounds a document far below what four bytes count.
            let length = (out.len() - from - 4) as u32;
            out[from..from + 4].copy_from_slice(&length.to_le_bytes());
        }
    }
}

fn value(name: &str, value: &Value, out: &mut Vec<u8>) {
    match value {
        // No value at all is no field.
        Value::Texts(texts) if texts.is_empty() => return,
        _ => text(name, out),
    }
    match value {
        Value::Text(words) => {
            out.push(1);
            text(words, out);
        }
        Value::Texts(texts) => {
            out.push(2);
            let from = out.len();
            out.extend([0; 4]);
            texts.iter().for_each(|one| text(one, out));
            let length = (out.len() - from - 4) as u32;
            out[from..from + 4].copy_from_slice(&length.to_le_bytes());
        }
        Value::Integer(value) => {
            out.push(3);
            out.extend(value.to_le_bytes());
        }
        Value::Number(value) => {
            out.push(4);
            // Minus nought is nought.
            out.extend((value + 0.0).to_le_bytes());
        }
        Value::Bool(value) => out.extend([5, u8::from(*value)]),
        Value::Timestamp(at_ms) => {
            out.push(6);
            out.extend(at_ms.to_le_bytes());
        }
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

/// The changes of one frame; it ends early, with an error, where they are none.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Result<Record<'_>, String>> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(move || {
        if reader.0.is_empty() {
            return None;
        }
        let record = reader.record();
        if record.is_none() {
            reader.0 = &[];
        }
        Some(record.ok_or_else(|| "a record of the log cannot be read".to_owned()))
    })
}

/// Fields in the order in which they were written.
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = (&str, Raw<'_>)> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(move || Some((reader.text()?, reader.value()?)))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn record(&mut self) -> Option<Record<'a>> {
        let put = self.take(1)?[0] == 1;
        let (id, version, at_ms) = (self.text()?, self.number()?, self.number()?);
        let fields = if put { Some(self.bytes()?) } else { None };
        Some(Record { id, at_ms, version, fields })
    }

    fn value(&mut self) -> Option<Raw<'a>> {
        Some(match self.take(1)?[0] {
            1 => Raw::Text(self.text()?),
            2 => Raw::Texts(self.bytes()?),
            3 => Raw::Integer(self.number()?),
            4 => Raw::Number(f64::from_bits(self.number()? as u64)),
            5 => Raw::Bool(self.take(1)?[0] == 1),
            6 => Raw::Timestamp(self.number()?),
            _ => return None,
        })
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        self.take(length as usize)
    }

    fn number(&mut self) -> Option<i64> {
        Some(i64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    #[test]
    fn changes_come_back_as_they_were_written_and_torn_bytes_are_an_error() {
        let values = vec![
            ("a".to_owned(), Value::Text("ñ\0'\\".into())),
            ("b".to_owned(), Value::Texts(vec!["x".into(), String::new()])),
            ("c".to_owned(), Value::Integer(i64::MIN)),
            ("d".to_owned(), Value::Number(-0.5)),
            ("e".to_owned(), Value::Bool(true)),
            ("f".to_owned(), Value::Timestamp(-1)),
        ];
        let put = Change::Put(Document { id: "one".into(), version: 3, at_ms: 4, fields: values.clone() });
        let mut bytes = Vec::new();
        write(&put, &mut bytes);
        write(&Change::Delete { id: "two".into(), version: 5, at_ms: -6 }, &mut bytes);
        let read: Vec<Record<'_>> = records(&bytes).collect::<Result<_, _>>().unwrap();
        assert_eq!((read[0].id, read[0].version, read[0].at_ms), ("one", 3, 4));
        assert_eq!(fields(read[0].fields.unwrap()).map(|(name, value)| (name.to_owned(), value.owned())).collect::<Vec<_>>(), values);
        assert_eq!(read[1], Record { id: "two", version: 5, at_ms: -6, fields: None });
        for length in 1..bytes.len() {
            let whole = records(&bytes[..length]).all(|record| record.is_ok());
            assert!(!whole || records(&bytes[..length]).count() == 1, "cut at {length}");
        }
    }
}

//! Rows of windows: keys and amounts, as they are stored and served.

use crate::parse::Value;
use serde::{Deserialize, Serialize};

/// The figures of one stretch and one combination of keys in one partition; whoever serves them adds those of all partitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub window: String,
    /// Unix milliseconds.
    pub start_ms: i64,
    /// In the order of the window's keys; of `other` all null.
    pub keys: Vec<Key>,
    /// Stands for all combinations beyond the most that a stretch may have.
    pub other: bool,
    /// In the order of the window's measures.
    pub amounts: Vec<Amount>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    Null,
    Bool(bool),
    Integer(i64),
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// Stops at the largest integer rather than beginning anew.
    Whole(i64),
    Number(f64),
}

impl Amount {
    pub(super) fn add(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Self::Whole(sum), Value::Integer(number)) => *sum = sum.saturating_add(*number),
            (Self::Number(sum), Value::Number(number)) => *sum += number,
            (Self::Number(sum), Value::Integer(number)) => *sum += *number as f64,
            _ => {}
        }
    }

    /// Adds the amount of another partition.
    pub fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Whole(sum), Self::Whole(number)) => *sum = sum.saturating_add(number),
            (Self::Number(sum), Self::Number(number)) => *sum += number,
            (Self::Number(sum), Self::Whole(number)) => *sum += number as f64,
            (sum @ Self::Whole(_), Self::Number(number)) => *sum = Self::Number(sum.as_f64() + number),
        }
    }

    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Number(number) => number,
        }
    }
}

/// The keys of an event as bytes, one text for each row that it counts in: found in a map without copying.
pub(super) fn encode(values: &[Value<'_>], places: &[usize], tell: &mut impl FnMut(&[u8])) {
    let mut bytes = Vec::with_capacity(64);
    step(values, places, &mut bytes, tell);
}

fn step(values: &[Value<'_>], places: &[usize], bytes: &mut Vec<u8>, tell: &mut impl FnMut(&[u8])) {
    let Some((place, places)) = places.split_first() else { return tell(bytes) };
    let length = bytes.len();
    let mut with = |value: &dyn Fn(&mut Vec<u8>)| {
        value(bytes);
        step(values, places, bytes, tell);
        bytes.truncate(length);
    };
    let text = |text: &str, bytes: &mut Vec<u8>| {
        bytes.push(b't');
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    match values.get(*place) {
        Some(Value::Text(value)) => with(&|bytes| text(value, bytes)),
        Some(Value::Texts(several)) => several.iter().for_each(|value| with(&|bytes| text(value, bytes))),
        Some(Value::Integer(number)) => with(&|bytes| {
            bytes.push(b'i');
            bytes.extend_from_slice(&number.to_be_bytes());
        }),
        Some(Value::Bool(truth)) => with(&|bytes| bytes.extend_from_slice(&[b'b', u8::from(*truth)])),
        _ => with(&|bytes| bytes.push(b'n')),
    }
}

/// As `encode` writes them.
pub(super) fn encode_keys(keys: &[Key]) -> Vec<u8> {
    let values: Vec<Value<'_>> = keys
        .iter()
        .map(|key| match key {
            Key::Null => Value::Null,
            Key::Bool(truth) => Value::Bool(*truth),
            Key::Integer(number) => Value::Integer(*number),
            Key::Text(text) => Value::text(text),
        })
        .collect();
    let places: Vec<usize> = (0..values.len()).collect();
    let mut encoded = Vec::new();
    encode(&values, &places, &mut |bytes| encoded = bytes.to_vec());
    encoded
}

/// The keys that `encode` wrote.
pub(super) fn decode(mut bytes: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    while let Some((kind, rest)) = bytes.split_first() {
        bytes = rest;
        let eight = |bytes: &[u8]| bytes.first_chunk::<8>().copied().unwrap_or_default();
        let (key, length) = match kind {
            b't' => {
                let length = usize::try_from(u64::from_be_bytes(eight(bytes))).unwrap_or_default();
                let text = bytes.get(8..8 + length).unwrap_or_default();
                (Key::Text(String::from_utf8_lossy(text).into_owned()), 8 + length)
            }
            b'i' => (Key::Integer(i64::from_be_bytes(eight(bytes))), 8),
            b'b' => (Key::Bool(bytes.first() == Some(&1)), 1),
            _ => (Key::Null, 0),
        };
        keys.push(key);
        bytes = bytes.get(length..).unwrap_or_default();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_as_they_went() {
        let keys = [Key::Text("a".into()), Key::Null, Key::Integer(-5), Key::Bool(true), Key::Text(String::new()), Key::Text("tñ\0i".into())];
        assert_eq!(decode(&encode_keys(&keys)), keys);
        assert_eq!(decode(&encode_keys(&[])), []);
        let json = serde_json::to_string(&keys).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Key>>(&json).unwrap(), keys);
    }

    #[test]
    fn several_values_make_several_rows() {
        let values = [Value::Texts(vec!["a".into(), "b".into()]), Value::Integer(1), Value::Texts(vec!["x".into(), "y".into()])];
        let mut rows = Vec::new();
        encode(&values, &[0, 1, 2], &mut |bytes| rows.push(decode(bytes)));
        let row = |first: &str, last: &str| vec![Key::Text(first.into()), Key::Integer(1), Key::Text(last.into())];
        assert_eq!(rows, [row("a", "x"), row("a", "y"), row("b", "x"), row("b", "y")]);
    }

    #[test]
    fn sums_do_not_run_over() {
        let mut amount = Amount::Whole(i64::MAX - 1);
        amount.add(&Value::Integer(5));
        assert_eq!(amount, Amount::Whole(i64::MAX));
        amount.merge(Amount::Number(0.5));
        assert!(matches!(amount, Amount::Number(_)));
    }
}

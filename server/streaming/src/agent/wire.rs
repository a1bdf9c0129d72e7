//! What an agent and a portal say to each other: one JSON object a line, compressed.

use crate::Record;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Where a portal takes events and heartbeats.
pub const INGEST_PATH: &str = "/api/streaming/ingest";
pub const HEARTBEAT_PATH: &str = "/api/streaming/heartbeat";

/// One event on the wire.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    #[serde(borrow)]
    pub topic: Cow<'a, str>,
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub key: Cow<'a, str>,
    pub taken_ms: i64,
    #[serde(borrow)]
    pub origin: Cow<'a, str>,
    /// The bytes as they came, where they are text.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'a, str>>,
    /// The same where they are not.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<Cow<'a, str>>,
}

/// What a portal has taken, once it is durable there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub accepted: usize,
    /// Those that can never be had.
    #[serde(default)]
    pub refused: Vec<Refused>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which line, from 0.
    pub line: usize,
    pub reason: String,
}

impl<'a> Line<'a> {
    pub fn of(topic: &'a str, record: &'a Record) -> Self {
        let (value, base64) = match std::str::from_utf8(&record.value) {
            Ok(text) => (Some(text.into()), None),
            Err(_) => (None, Some(STANDARD.encode(&record.value).into())),
        };
        let key = record.key.as_str().into();
        Self { topic: topic.into(), id: record.id.as_str().into(), key, taken_ms: record.taken_ms, origin: record.origin.as_str().into(), value, base64 }
    }

    /// The event, as taken by `source`. `None` where its bytes are not said in one of the two ways.
    pub fn record(&self, source: &str) -> Option<Record> {
        let value = match (&self.value, &self.base64) {
            (Some(text), None) => Bytes::copy_from_slice(text.as_bytes()),
            (None, Some(encoded)) => STANDARD.decode(encoded.as_bytes()).ok()?.into(),
            _ => return None,
        };
        let key = if self.key.is_empty() { format!("{source}:{}", self.origin) } else { self.key.clone().into_owned() };
        let (id, origin) = (self.id.clone().into_owned(), self.origin.clone().into_owned());
        Some(Record { id, key, taken_ms: self.taken_ms, source: source.to_owned(), origin, version: 0, deleted: false, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_through() {
        for value in [&b"GET / \"x\" \t\xc3\xbc"[..], b"\xff\x00\xfe", b""] {
            let record = Record {
                id: "a:1".into(),
                key: "a:/x".into(),
                taken_ms: 5,
                source: "a".into(),
                origin: "/x".into(),
                version: 0,
                deleted: false,
                value: Bytes::copy_from_slice(value),
            };
            let line = serde_json::to_string(&Line::of("web", &record)).unwrap();
            let read: Line<'_> = serde_json::from_str(&line).unwrap();
            assert_eq!((read.topic.as_ref(), read.record("a")), ("web", Some(record)));
        }
    }
}

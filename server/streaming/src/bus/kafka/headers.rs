//! A record as a Kafka message: what identifies it travels in headers, so that any consumer reads the value as it is.

use crate::{
    Record,
    bus::{Delivered, Position},
};
use bytes::Bytes;
use rdkafka::{
    Message,
    message::{Header, Headers, OwnedHeaders},
};

const ID: &str = "atalaya.id";
const SOURCE: &str = "atalaya.source";
const ORIGIN: &str = "atalaya.origin";
const TAKEN_MS: &str = "atalaya.taken_ms";
const VERSION: &str = "atalaya.version";
const DELETED: &str = "atalaya.deleted";

/// Names and lengths of all headers, which count towards a topic's limit too.
pub(super) const BYTES: usize = 256;

pub(super) fn of(record: &Record) -> OwnedHeaders {
    let mut headers = OwnedHeaders::new_with_capacity(4);
    for (key, value) in [(ID, &record.id), (SOURCE, &record.source), (ORIGIN, &record.origin)] {
        headers = headers.insert(Header { key, value: Some(value) });
    }
    headers = headers.insert(Header { key: TAKEN_MS, value: Some(&record.taken_ms.to_string()) });
    if record.version != 0 {
        headers = headers.insert(Header { key: VERSION, value: Some(&record.version.to_string()) });
    }
    if record.deleted {
        headers = headers.insert(Header { key: DELETED, value: Some("1") });
    }
    headers
}

/// A message as a record. One of a program that knows nothing of our headers gets its place as its id, and its topic as its source.
pub(super) fn delivered(message: &impl Message) -> Delivered {
    let position = Position { topic: message.topic().to_owned(), partition: message.partition().unsigned_abs(), offset: message.offset() };
    let mut record = Record {
        id: String::new(),
        key: message.key().map(|key| String::from_utf8_lossy(key).into_owned()).unwrap_or_default(),
        taken_ms: message.timestamp().to_millis().unwrap_or_default(),
        source: String::new(),
        origin: String::new(),
        version: 0,
        // Kafka's own way to say that what has this key is gone.
        deleted: message.payload().is_none(),
        value: message.payload().map(Bytes::copy_from_slice).unwrap_or_default(),
    };
    for header in message.headers().into_iter().flat_map(Headers::iter) {
        let Some(text) = header.value.and_then(|value| std::str::from_utf8(value).ok()) else { continue };
        match header.key {
            ID => record.id = text.to_owned(),
            SOURCE => record.source = text.to_owned(),
            ORIGIN => record.origin = text.to_owned(),
            TAKEN_MS => record.taken_ms = text.parse().unwrap_or(record.taken_ms),
            VERSION => record.version = text.parse().unwrap_or(0),
            DELETED => record.deleted |= text == "1",
            _ => {}
        }
    }
    if record.id.is_empty() {
        record.id = format!("{}-{}-{}", position.topic, position.partition, position.offset);
        record.source.clone_from(&position.topic);
        record.origin = "kafka".into();
    }
    Delivered { position, record }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rdkafka::{Timestamp, message::OwnedMessage};

    fn message(key: Option<&str>, payload: Option<&[u8]>, headers: Option<OwnedHeaders>) -> OwnedMessage {
        let bytes = |text: &str| text.as_bytes().to_vec();
        OwnedMessage::new(payload.map(<[u8]>::to_vec), key.map(bytes), "web".into(), Timestamp::CreateTime(77), 3, 41, headers)
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let record = Record {
            id: "a:1".into(),
            key: "k".into(),
            taken_ms: 5,
            source: "agent".into(),
            origin: "/var/log/ñ".into(),
            version: 9,
            deleted: true,
            value: Bytes::from_static(b"\xff\x00line"),
        };
        assert_eq!(delivered(&message(Some("k"), Some(&record.value), Some(of(&record)))).record, record);
        let plain = Record { version: 0, deleted: false, ..record };
        assert_eq!(delivered(&message(Some("k"), Some(&plain.value), Some(of(&plain)))).record, plain);
    }

    #[test]
    fn foreign_messages_get_an_id_that_a_second_reading_gives_again() {
        let Delivered { position, record } = delivered(&message(None, Some(b"x"), None));
        assert_eq!((record.id.as_str(), record.source.as_str(), record.taken_ms, record.deleted), ("web-3-41", "web", 77, false));
        assert_eq!(position, Position { topic: "web".into(), partition: 3, offset: 41 });
        assert!(delivered(&message(Some("k"), None, None)).record.deleted);
    }
}

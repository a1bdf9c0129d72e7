//! Names and places that hold for every bus: pure.

use super::{BusFault, Topic};
use crate::Record;
use std::ops::Range;

/// Bytes that a record may take besides its value, key, id, source and origin: lengths, times, versions.
const FRAMING_BYTES: usize = 64;

/// Lower-case letters, digits, `_`, `-` and `.`, as Kafka and the file system both take them.
pub fn named(topic: &str) -> Result<(), BusFault> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
    if topic.is_empty() || topic.len() > 200 || topic == "." || topic == ".." || !topic.bytes().all(fits) {
        return Err(BusFault::Refused(format!("a topic's name is up to 200 lower-case letters, digits, `_`, `-` and `.`: {topic:?} is none")));
    }
    Ok(())
}

/// A topic that can be made.
pub fn makeable(topic: &Topic) -> Result<(), BusFault> {
    named(&topic.name)?;
    if topic.partitions == 0 || topic.record_bytes == 0 {
        return Err(BusFault::Refused(format!("topic {} needs a partition and room for a record", topic.name)));
    }
    Ok(())
}

/// How much of a topic's limit a record takes.
pub fn record_bytes(record: &Record) -> usize {
    record.value.len() + record.key.len() + record.id.len() + record.source.len() + record.origin.len() + FRAMING_BYTES
}

/// Why a record is refused, if it is.
pub fn too_large(record: &Record, most: usize) -> Option<String> {
    let bytes = record_bytes(record);
    (bytes > most).then(|| format!("the record takes {bytes} bytes, and the topic's limit is {most}: raise the topic's limit or send less"))
}

/// Where records of a key go in the built-in log: the same place as long as the number of partitions stays.
pub fn partition_of(key: &str, partitions: u32) -> u32 {
    crc32fast::hash(key.as_bytes()) % partitions.max(1)
}

/// Where a reader goes on in a partition that holds the offsets `oldest..next`, and which offsets it misses by that. Without an
/// offset it begins with the oldest.
pub fn goes_on(at: Option<i64>, oldest: i64, next: i64) -> (i64, Option<Range<i64>>) {
    match at {
        None => (oldest, None),
        Some(at) if at < oldest => (oldest, Some(at..oldest)),
        // What it has read is gone, and others will stand in its place: an unclean broker, an older copy of the files.
        Some(at) if at > next => (next, Some(next..at)),
        Some(at) => (at, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_every_bus() {
        for name in ["web", "app-log.v2", "a_b"] {
            assert!(named(name).is_ok(), "{name}");
        }
        for name in ["", ".", "..", "Web", "a/b", "a b", "ñ", &"x".repeat(201)] {
            assert!(matches!(named(name), Err(BusFault::Refused(_))), "{name}");
        }
    }

    #[test]
    fn keys_spread_over_partitions_and_stay() {
        let mut counts = [0; 8];
        for number in 0..8000 {
            let key = format!("host-{number}");
            counts[partition_of(&key, 8) as usize] += 1;
            assert_eq!(partition_of(&key, 8), partition_of(&key, 8));
        }
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }

    #[test]
    fn readers_miss_nothing_silently() {
        assert_eq!(goes_on(None, 5, 9), (5, None));
        assert_eq!(goes_on(Some(7), 5, 9), (7, None));
        assert_eq!(goes_on(Some(9), 5, 9), (9, None));
        assert_eq!(goes_on(Some(2), 5, 9), (5, Some(2..5)));
        assert_eq!(goes_on(Some(12), 5, 9), (9, Some(9..12)));
    }
}

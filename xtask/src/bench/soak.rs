//! The soak: two million numbered lines from a file over a real Kafka into a real Elasticsearch and the lake, with twenty kills.

use anyhow::Result;

use super::Bench;
use crate::test;

/// The test that does it says what it found; `ATALAYA_SOAK_EVENTS`, `ATALAYA_SOAK_KILLS` and `ATALAYA_TEST_SEED` make it another one.
const TEST: &str = "two_million_events_over_kafka_and_elasticsearch_survive_twenty_kills";

pub fn measure(_: &Bench) -> Result<()> {
    test::long(TEST, &[])
}

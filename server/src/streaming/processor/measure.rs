//! What a worker's figures are: lag, age, queue, dead letters. Measured beside the work, so that they move when it stands still.

use super::{flight::Flight, store::Sink};
use crate::{
    database::now_ms,
    streaming::{dead_letters, sinks::Desk},
};
use std::{sync::Arc, time::Duration};

const EVERY: Duration = Duration::from_secs(1);
/// Lag and dead letters are asked for: less often.
const SELDOM: u32 = 3;

pub(super) async fn run(desk: Desk, flight: Arc<Flight>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0_u32.. {
        every.tick().await;
        let (oldest, bytes) = flight.oldest();
        let meters = &desk.work.meters;
        meters.age.set(oldest.map_or(0.0, |taken_ms| (now_ms() - taken_ms).max(0) as f64 / 1_000.0));
        meters.queue.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        if round.is_multiple_of(SELDOM) {
            if let Some(lag) = lag(&desk).await {
                meters.lag.set(lag);
            }
            if let Ok(taken) = dead_letters::store::taken(desk.portal.database.read(), &desk.work.stream.name).await {
                meters.dead_letters.set(i64::try_from(taken.letters).unwrap_or(i64::MAX));
                meters.dead_letter_bytes.set(i64::try_from(taken.bytes).unwrap_or(i64::MAX));
            }
        }
    }
}

/// Events of this worker's partitions that index and windows have not finished; the archive follows at its own pace.
async fn lag(desk: &Desk) -> Option<i64> {
    let bounds = desk.portal.bus.bounds(desk.work.topic_name()).await.ok()?;
    let standing = desk.progress.standing();
    let behind = |(partition, standing): (&_, &super::progress::Standing)| {
        let bound = bounds.iter().find(|bound| bound.partition == *partition)?;
        let next = standing.next.iter().filter(|(sink, _)| **sink != Sink::Archive).map(|(_, next)| *next).min()?;
        Some((bound.next - next.max(bound.oldest)).max(0))
    };
    Some(standing.iter().filter_map(behind).sum())
}

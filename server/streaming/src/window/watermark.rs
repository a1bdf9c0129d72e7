//! How far the events' own time has certainly come, over all partitions.

use serde::{Deserialize, Serialize};

/// How far one partition has come, stored with its position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Time of the newest event; it never goes back. `None` before the first.
    pub newest_ms: Option<i64>,
    /// When the processor last took a record of it, by the processor's clock.
    pub active_ms: i64,
}

/// The time that the slowest partition has reached; `before` is what was found the last time, for a watermark never goes back.
/// A partition that has been idle for `idle_ms` holds nobody back. When all are idle, the fastest counts.
/// Each window's lateness is still to be taken off (`WindowSpec::is_final` does).
pub fn watermark(before: Option<i64>, partitions: &[Clock], now_ms: i64, idle_ms: i64) -> Option<i64> {
    let reached = |clock: &&Clock| clock.newest_ms.is_some();
    let active = partitions.iter().filter(|clock| now_ms - clock.active_ms < idle_ms);
    let slowest = active.filter(reached).filter_map(|clock| clock.newest_ms).min();
    let fastest = || partitions.iter().filter_map(|clock| clock.newest_ms).max();
    before.max(slowest.or_else(fastest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_active_partition_counts() {
        let at = |newest_ms, active_ms| Clock { newest_ms: Some(newest_ms), active_ms };
        let never = Clock::default();
        assert_eq!(watermark(None, &[], 100, 10), None);
        assert_eq!(watermark(None, &[never], 100, 10), None);
        assert_eq!(watermark(None, &[at(50, 100), at(40, 95)], 100, 10), Some(40));
        assert_eq!(watermark(None, &[at(50, 100), at(40, 90)], 100, 10), Some(50), "the slow one is idle");
        assert_eq!(watermark(None, &[at(50, 80), at(40, 90)], 100, 10), Some(50), "all are idle");
        assert_eq!(watermark(Some(60), &[at(50, 100)], 100, 10), Some(60), "it never goes back");
    }
}

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

/// One partition as the watermark looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub clock: Clock,
    /// The bus has records of it that were not counted yet.
    pub is_behind: bool,
}

/// The time that the slowest partition has reached; `before` is what was found the last time, for a watermark never goes back.
/// A partition that has been idle for `idle_ms` holds nobody back, unless it is behind: what waits while a sink is down, or while another
/// partition is read first, is not late. When all are idle, the fastest counts.
/// Each window's lateness is still to be taken off (`WindowSpec::is_final` does).
pub fn watermark(before: Option<i64>, partitions: &[Standing], now_ms: i64, idle_ms: i64) -> Option<i64> {
    if partitions.iter().any(|standing| standing.is_behind && standing.clock.newest_ms.is_none()) {
        return before;
    }
    let active = partitions.iter().filter(|standing| standing.is_behind || now_ms - standing.clock.active_ms < idle_ms);
    let slowest = active.filter_map(|standing| standing.clock.newest_ms).min();
    let fastest = || partitions.iter().filter_map(|standing| standing.clock.newest_ms).max();
    before.max(slowest.or_else(fastest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_active_partition_counts() {
        let at = |newest_ms, active_ms| Standing { clock: Clock { newest_ms: Some(newest_ms), active_ms }, is_behind: false };
        let never = Standing::default();
        assert_eq!(watermark(None, &[], 100, 10), None);
        assert_eq!(watermark(None, &[never], 100, 10), None);
        assert_eq!(watermark(None, &[at(50, 100), at(40, 95)], 100, 10), Some(40));
        assert_eq!(watermark(None, &[at(50, 100), at(40, 90)], 100, 10), Some(50), "the slow one is idle");
        assert_eq!(watermark(None, &[at(50, 80), at(40, 90)], 100, 10), Some(50), "all are idle");
        assert_eq!(watermark(Some(60), &[at(50, 100)], 100, 10), Some(60), "it never goes back");
        let behind = |standing| Standing { is_behind: true, ..standing };
        assert_eq!(watermark(None, &[at(50, 100), behind(at(40, 10))], 100, 10), Some(40), "it waits: it is not idle");
        assert_eq!(watermark(Some(30), &[at(50, 100), behind(never)], 100, 10), Some(30), "nobody knows how old its first is");
    }
}

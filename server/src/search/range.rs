//! The time that is looked at, and the bars that it is shown in.

use crate::{
    database::now_ms,
    fault::{Fault, Result},
};
use app::search::asks::{Bar, TimeRange};

/// Before and after every event that an index holds: the years 0 to 9999, in Unix milliseconds.
pub const FIRST_MS: i64 = -62_167_219_200_000;
pub const LAST_MS: i64 = 253_402_300_800_000;

const MINUTE_MS: i64 = 60_000;
/// Ten years: a longer range is a slip.
const LONGEST_MINUTES: u32 = 5_256_000;
/// Bars that a histogram has at most.
const MOST_BARS: i64 = 120;

/// Widths of a bar that people count in, in milliseconds.
const WIDTHS_MS: [i64; 21] = [
    1,
    10,
    100,
    1_000,
    5_000,
    10_000,
    30_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    60 * MINUTE_MS,
    180 * MINUTE_MS,
    360 * MINUTE_MS,
    720 * MINUTE_MS,
    1_440 * MINUTE_MS,
    7 * 1_440 * MINUTE_MS,
    30 * 1_440 * MINUTE_MS,
    90 * 1_440 * MINUTE_MS,
    360 * 1_440 * MINUTE_MS,
    3_600 * 1_440 * MINUTE_MS,
];

/// From inclusive, until exclusive.
pub fn bounds(range: TimeRange) -> Result<(i64, i64)> {
    let (from, until) = match range {
        TimeRange::LastMinutes(minutes) if (1..=LONGEST_MINUTES).contains(&minutes) => {
            let until = now_ms() + 1;
            (until - i64::from(minutes) * MINUTE_MS, until)
        }
        TimeRange::Between { from_ms, until_ms } if FIRST_MS <= from_ms && from_ms < until_ms && until_ms <= LAST_MS => (from_ms, until_ms),
        _ => {
            return Err(Fault::invalid(
                "The time range is empty or too long. Choose another.",
                "El intervalo de tiempo está vacío o es demasiado largo. Elija otro.",
            )
            .on("range"));
        }
    };
    Ok((from, until))
}

/// Bars of equal width over a range; they begin at whole multiples of the width.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    pub list: Vec<Bar>,
    pub width_ms: i64,
}

impl Bars {
    /// Empty ones, as many as cover the range.
    pub fn over(from_ms: i64, until_ms: i64) -> Self {
        let span = until_ms - from_ms;
        let [.., widest] = WIDTHS_MS;
        let fits = |width: &i64| span / width < MOST_BARS;
        // Ten thousand years still have few enough bars when some are put together.
        let width_ms = WIDTHS_MS.into_iter().find(fits).unwrap_or(widest * (span / widest / MOST_BARS + 1));
        let first = from_ms.div_euclid(width_ms) * width_ms;
        let count = (until_ms - first + width_ms - 1) / width_ms;
        Self { list: (0..count).map(|place| Bar { from_ms: first + place * width_ms, events: 0 }).collect(), width_ms }
    }

    /// The same with what was counted; a bar of the index that begins between two of ours is counted in the one it begins in.
    pub fn filled(mut self, counted: Vec<::search::index::Bar>) -> Self {
        let Some(first) = self.list.first().map(|bar| bar.from_ms) else { return self };
        for bar in counted {
            let place = (bar.from_ms - first).div_euclid(self.width_ms).max(0);
            if let Some(known) = usize::try_from(place).ok().and_then(|place| self.list.get_mut(place)) {
                known.events += bar.documents;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_bounds() {
        let (from, until) = bounds(TimeRange::LastMinutes(15)).unwrap();
        assert_eq!(until - from, 900_000);
        assert_eq!(bounds(TimeRange::Between { from_ms: 5, until_ms: 6 }).unwrap(), (5, 6));
        for wrong in [
            TimeRange::LastMinutes(0),
            TimeRange::LastMinutes(u32::MAX),
            TimeRange::Between { from_ms: 6, until_ms: 6 },
            TimeRange::Between { from_ms: i64::MIN, until_ms: i64::MAX },
        ] {
            assert!(bounds(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn bars_cover_the_range_with_none_left_out() {
        let hour = Bars::over(1_795_522_800_123, 1_795_526_400_123);
        assert_eq!((hour.width_ms, hour.list.len()), (60_000, 61));
        assert!(hour.list[0].from_ms <= 1_795_522_800_123 && hour.list[60].from_ms < 1_795_526_400_123);
        let counted = vec![::search::index::Bar { from_ms: hour.list[3].from_ms, documents: 7 }, ::search::index::Bar { from_ms: 0, documents: 1 }];
        let filled = hour.filled(counted);
        assert_eq!((filled.list[3].events, filled.list.iter().map(|bar| bar.events).sum::<u64>()), (7, 8));
        for (from, until) in [(0, 1), (-5, 90_000_000), (FIRST_MS, LAST_MS)] {
            let bars = Bars::over(from, until);
            assert!(!bars.list.is_empty() && bars.list.len() <= MOST_BARS as usize + 1, "{from} to {until}: {}", bars.list.len());
            assert!(bars.list[0].from_ms <= from && bars.list.last().is_some_and(|bar| bar.from_ms < until && bar.from_ms + bars.width_ms >= until));
        }
    }
}

//! What a window declares.

use crate::pipeline::Condition;
use serde::{Deserialize, Serialize};

/// Figures of each stretch of the events' own time, by keys. Stretches begin at multiples of the width since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowSpec {
    pub name: String,
    pub width_seconds: u32,
    /// How much older than the newest event of its partition an event may be and still count. Later ones are counted as late.
    #[serde(default = "two_minutes")]
    pub lateness_seconds: u32,
    /// Fields of which each combination of values has a row. An event with several values of one key counts once for each.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Most rows of one stretch in one partition; what comes above them is counted in one row that says so (`Row::other`).
    #[serde(default = "ten_thousand")]
    pub rows_most: u32,
    pub measures: Vec<Measure>,
}

/// A figure: a number of events, or the sum of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub name: String,
    /// The field that is summed (missing values are 0); events are counted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    /// Only events of which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

fn two_minutes() -> u32 {
    120
}

fn ten_thousand() -> u32 {
    10_000
}

impl WindowSpec {
    pub fn width_ms(&self) -> i64 {
        i64::from(self.width_seconds) * 1_000
    }

    pub fn lateness_ms(&self) -> i64 {
        i64::from(self.lateness_seconds) * 1_000
    }

    /// Where the stretch begins in which this time lies.
    pub fn start_ms(&self, at_ms: i64) -> i64 {
        at_ms.saturating_sub(at_ms.rem_euclid(self.width_ms()))
    }

    /// Stretches that begin at or after this time are not final yet.
    pub fn first_open_ms(&self, watermark_ms: Option<i64>) -> i64 {
        watermark_ms.map_or(i64::MIN, |watermark| watermark.saturating_sub(self.lateness_ms() + self.width_ms()).saturating_add(1))
    }

    /// Whether a stretch is final under a watermark (`watermark`): no event will change it any more.
    pub fn is_final(&self, start_ms: i64, watermark_ms: Option<i64>) -> bool {
        watermark_ms.is_some_and(|watermark| start_ms.saturating_add(self.width_ms()) <= watermark.saturating_sub(self.lateness_ms()))
    }
}

//! Pure rules of the processor: how long to wait, what counts as a deadly record.

use super::store::Begun;
use std::time::Duration;

/// Deaths of the process that a record may have before it is taken out unparsed.
pub const DEADLY: i64 = 2;

const FIRST_PAUSE_MS: u64 = 200;
const LONGEST_PAUSE_MS: u64 = 30_000;

/// The pause before a further try: doubled each time up to half a minute, and anywhere between half of it and the whole, so
/// that many writers do not come back at once. `chance` is from 0 to 1.
pub fn pause(attempt: u32, chance: f64) -> Duration {
    let whole = FIRST_PAUSE_MS.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE_MS);
    Duration::from_millis(whole / 2 + ((whole / 2) as f64 * chance.clamp(0.0, 1.0)) as u64)
}

/// How a record is to be touched that may have ended a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// By itself, as this attempt.
    Alone(i64),
    /// Not at all: to the dead letters.
    Bury(i64),
}

/// What is known of a record that a process had under way when it died. Of many, nobody knows which it was.
pub fn care(begun: Begun, offset: i64) -> Care {
    if begun.until - begun.from != 1 || begun.from != offset {
        return Care::Alone(1);
    }
    if begun.attempts >= DEADLY { Care::Bury(begun.attempts) } else { Care::Alone(begun.attempts + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_spread() {
        assert_eq!(pause(0, 1.0), Duration::from_millis(200));
        assert_eq!(pause(3, 0.0), Duration::from_millis(800));
        assert_eq!(pause(60, 1.0), Duration::from_millis(LONGEST_PAUSE_MS));
        assert!(pause(60, 0.0) >= Duration::from_millis(LONGEST_PAUSE_MS / 2));
    }

    #[test]
    fn a_deadly_record_is_found_among_many_and_then_buried() {
        let many = Begun { from: 10, until: 20, attempts: 1 };
        assert_eq!(care(many, 15), Care::Alone(1));
        let one = |attempts| Begun { from: 15, until: 16, attempts };
        assert_eq!(care(one(1), 15), Care::Alone(2));
        assert_eq!(care(one(2), 15), Care::Bury(2));
    }
}

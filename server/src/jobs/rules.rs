//! When a failed try runs again: exponential back-off with jitter.

use super::Failure;

/// First pause and longest pause, in milliseconds.
const FIRST_MS: u64 = 2_000;
const LONGEST_MS: u64 = 10 * 60_000;

/// Most times that the process running a job may die before the job is taken for the cause.
pub const MOST_LOST: i64 = 5;

/// The pause before the next try, or `None` when there is none. `attempt` counts from 1, `luck` is in 0..1.
pub fn pause_ms(attempt: i64, attempts: i64, failure: &Failure, luck: f64) -> Option<u64> {
    if !failure.retry() || attempt >= attempts {
        return None;
    }
    let doubled = FIRST_MS.saturating_mul(1 << (attempt - 1).clamp(0, 20));
    let whole = doubled.min(LONGEST_MS);
    // Between half and all of it: many jobs that failed together do not come back together.
    Some(whole / 2 + (whole as f64 / 2.0 * luck.clamp(0.0, 1.0)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn pauses_double_up_to_a_bound_and_stay_within_their_jitter() {
        let failure = Failure::transient(Fault::operator("down", "caído"));
        for (attempt, whole) in [(1, 2_000), (2, 4_000), (3, 8_000), (15, LONGEST_MS), (400, LONGEST_MS)] {
            assert_eq!(pause_ms(attempt, 1_000, &failure, 0.0), Some(whole / 2));
            assert_eq!(pause_ms(attempt, 1_000, &failure, 1.0), Some(whole));
        }
    }

    #[test]
    fn only_what_may_go_away_is_tried_again_and_not_for_ever() {
        let down = || Fault::operator("down", "caído");
        assert_eq!(pause_ms(3, 3, &Failure::transient(down()), 0.5), None);
        assert_eq!(pause_ms(1, 3, &Failure::config(down()), 0.5), None);
        assert_eq!(pause_ms(1, 3, &Failure::data(down()), 0.5), None);
        assert_eq!(pause_ms(1, 3, &Failure::bug(down()), 0.5), None);
    }
}

//! How long to wait before trying again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(30);

/// Twice as long each time, up to a bound, with a random part so that many agents do not come at once.
#[derive(Debug, Default)]
pub struct BackOff {
    failures: u32,
}

impl BackOff {
    /// The next wait; at least what the other side asked for.
    pub fn next(&mut self, asked: Option<Duration>) -> Duration {
        let whole = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures += 1;
        let random = (uuid::Uuid::new_v4().as_u128() & 0xffff) as f64 / 65_535.0;
        whole.mul_f64(0.5 + random / 2.0).max(asked.unwrap_or_default().min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_are_not_all_alike() {
        let mut back_off = BackOff::default();
        let waits: Vec<Duration> = (0..12).map(|_| back_off.next(None)).collect();
        assert!(waits[0] <= FIRST && waits[0] >= FIRST / 2);
        assert!(waits.iter().all(|wait| *wait <= LONGEST) && waits[11] >= LONGEST / 2);
        assert!(back_off.next(Some(Duration::from_secs(29))) >= Duration::from_secs(29));
    }
}

//! Pure rules of listening: when to ask again, and what a record's id is.

use sha2::{Digest, Sha256};
use std::time::Duration;

/// The first pause after a poll that failed, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(86_400);

/// A feed with conditional requests is asked at most so often, one without so seldom.
const HOURLY: u64 = 3_600;
const DAILY: u64 = 86_400;

/// A source that says less than this does not mean us.
const SHORTEST_WISH: u64 = 300;
const LONGEST_WISH: u64 = 7 * 86_400;

/// Longest native id that stands in a record's id as it is.
const PLAIN_ID: usize = 200;

/// Seconds until a feed is asked again. What the source wishes (`Cache-Control`, `ttl`) goes before our own measure;
/// the administrator can only ask for less often.
pub fn feed_pause(conditional: bool, wishes: &[Option<u64>], at_least: Option<u64>) -> u64 {
    let wish = wishes.iter().flatten().copied().filter(|wish| *wish >= SHORTEST_WISH).max();
    let measure = wish.unwrap_or(if conditional { HOURLY } else { DAILY });
    measure.max(at_least.unwrap_or_default()).min(LONGEST_WISH)
}

/// When to try again after `failures` in a row, Unix milliseconds; not before the source wants to be asked.
pub fn after_failure(failures: i64, wait: Option<Duration>, now_ms: i64) -> i64 {
    let doubled = FIRST_PAUSE.saturating_mul(1 << (failures - 1).clamp(0, 16)).min(LONGEST_PAUSE);
    later(now_ms, doubled.max(wait.unwrap_or_default()))
}

pub fn later(now_ms: i64, pause: Duration) -> i64 {
    now_ms.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
}

/// Source and native id; a long or odd native id by its hash.
pub fn record_id(source: &str, native: &str) -> String {
    if native.len() <= PLAIN_ID && !native.chars().any(char::is_control) {
        return format!("{source}:{native}");
    }
    format!("{source}:sha256-{}", hex::encode(Sha256::digest(native)))
}

/// A time that a source claims, not beyond the next day: one post must not open an index of the year 9999.
pub fn believed(claimed_ms: i64, now_ms: i64) -> i64 {
    claimed_ms.clamp(0, now_ms.saturating_add(86_400_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_asked_as_seldom_as_manners_want() {
        assert_eq!(feed_pause(true, &[None, None], None), HOURLY);
        assert_eq!(feed_pause(false, &[None, None], None), DAILY);
        assert_eq!(feed_pause(true, &[Some(0), None], None), HOURLY);
        assert_eq!(feed_pause(true, &[Some(900), None], None), 900);
        assert_eq!(feed_pause(false, &[Some(900), Some(7_200)], None), 7_200);
        assert_eq!(feed_pause(true, &[Some(900), None], Some(20_000)), 20_000);
        assert_eq!(feed_pause(true, &[Some(u64::MAX), None], None), LONGEST_WISH);
    }

    #[test]
    fn failures_are_followed_by_growing_pauses_and_wishes_are_obeyed() {
        assert_eq!(after_failure(1, None, 1_000), 61_000);
        assert_eq!(after_failure(3, None, 0), 240_000);
        assert_eq!(after_failure(400, None, 0), 86_400_000);
        assert_eq!(after_failure(1, Some(Duration::from_secs(600)), 0), 600_000);
        assert_eq!(after_failure(1, Some(Duration::MAX), 0), i64::MAX);
    }

    #[test]
    fn ids_are_plain_where_they_can_be() {
        assert_eq!(record_id("mastodon.example", "103270115826048975"), "mastodon.example:103270115826048975");
        let long = record_id("feed", &"x".repeat(300));
        assert!(long.starts_with("feed:sha256-") && long.len() < 100);
        assert_ne!(record_id("feed", "a\nb"), record_id("feed", "a\rb"));
    }

    #[test]
    fn a_claimed_time_is_believed_within_reason() {
        assert_eq!(believed(5, 10), 5);
        assert_eq!(believed(-5, 10), 0);
        assert_eq!(believed(i64::MAX, 10), 86_400_010);
    }
}

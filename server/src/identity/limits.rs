//! How often a place may try to sign in, and how often an account may be tried, so that neither can lock others out.

use crate::fault::{Fault, Result};
use app::{ask::FaultKind, text::Text};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Tries at once and the time that gives one back.
#[derive(Clone, Copy)]
struct Rate {
    burst: f64,
    every: Duration,
}

/// One place (address or network), whatever it tries.
const PLACE: Rate = Rate { burst: 20.0, every: Duration::from_secs(3) };
/// One account from one place.
const ACCOUNT_AT_PLACE: Rate = Rate { burst: 6.0, every: Duration::from_secs(20) };
/// One account from all places where its person never signed in: guessing from many addresses is slowed,
/// and the person, who comes from a place that is known, is not kept out by it.
const ACCOUNT: Rate = Rate { burst: 30.0, every: Duration::from_secs(10) };
/// Most buckets kept; full ones are forgotten first.
const KEPT: usize = 50_000;

/// Token buckets by key.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
    rate: Rate,
}

impl Limits {
    /// Counts one try to sign in as `account` from `place`; a fault (429) when it is one too many.
    pub fn sign_in(&self, account: &str, place: &str, known_place: bool, now: Instant) -> Result<()> {
        self.take(format!("place {place}"), PLACE, now)?;
        self.take(format!("account {account} at {place}"), ACCOUNT_AT_PLACE, now)?;
        if !known_place {
            self.take(format!("account {account}"), ACCOUNT, now)?;
        }
        Ok(())
    }

    /// Gives back what a try took that was no guess: whoever signs in often is not kept out.
    pub fn signed_in(&self, account: &str, place: &str) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [format!("place {place}"), format!("account {account} at {place}"), format!("account {account}")] {
            if let Some(bucket) = buckets.get_mut(&key) {
                bucket.tokens = (bucket.tokens + 1.0).min(bucket.rate.burst);
            }
        }
    }

    /// Counts one try of something else that guesses (a set-up token, one's old password).
    pub fn guess(&self, what: &str, place: &str, now: Instant) -> Result<()> {
        self.take(format!("{what} {place}"), ACCOUNT_AT_PLACE, now)
    }

    fn take(&self, key: String, rate: Rate, now: Instant) -> Result<()> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEPT && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| bucket.filled(now) < bucket.rate.burst);
            if buckets.len() >= KEPT {
                return Err(too_many());
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: rate.burst, at: now, rate });
        bucket.tokens = bucket.filled(now);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(too_many());
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() / self.rate.every.as_secs_f64();
        (self.tokens + gained).min(self.rate.burst)
    }
}

fn too_many() -> Fault {
    Fault::new(FaultKind::TooMany, Text::of("Too many tries. Wait a minute and try again.", "Demasiados intentos. Espere un minuto e inténtelo de nuevo."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a29_one_place_cannot_lock_out_another() {
        let limits = Limits::default();
        let now = Instant::now();
        let refused = (0..40).filter(|_| limits.sign_in("ana@x", "10.0.0.1", false, now).is_err()).count();
        assert!(refused >= 30, "{refused}");
        assert!(limits.sign_in("ana@x", "10.0.0.2", false, now).is_ok());
        assert!(limits.sign_in("ana@x", "10.0.0.1", false, now + Duration::from_secs(60)).is_ok());
    }

    #[test]
    fn signing_in_often_is_no_guessing() {
        let limits = Limits::default();
        let now = Instant::now();
        for _ in 0..100 {
            assert!(limits.sign_in("ana@x", "10.0.0.1", true, now).is_ok());
            limits.signed_in("ana@x", "10.0.0.1");
        }
    }

    #[test]
    fn a29_guessing_from_everywhere_slows_but_spares_the_person() {
        let limits = Limits::default();
        let now = Instant::now();
        let refused = (0..200).filter(|n| limits.sign_in("ana@x", &format!("10.0.1.{n}"), false, now).is_err()).count();
        assert!(refused >= 160, "{refused}");
        assert!(limits.sign_in("ana@x", "192.0.2.7", true, now).is_ok());
        assert!(limits.sign_in("sergio@x", "10.0.2.1", false, now).is_ok());
    }
}

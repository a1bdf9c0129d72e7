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
/// Codes of one account from one place, and from all places where its person never signed in. Only who has the password can try one,
/// and three of a million are right at any time: guessing day and night finds one in a thousand days.
const CODES: Rate = Rate { burst: 10.0, every: Duration::from_secs(300) };
/// Mails that strangers may have sent to one address.
const MAILS: Rate = Rate { burst: 3.0, every: Duration::from_secs(600) };
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
        self.give_back(&[format!("place {place}"), format!("account {account} at {place}"), format!("account {account}")]);
    }

    /// Counts one try of a code for `person`, whose password was right.
    pub fn code(&self, person: &str, place: &str, known_place: bool, now: Instant) -> Result<()> {
        self.take(format!("code of {person} at {place}"), CODES, now)?;
        if !known_place {
            self.take(format!("code of {person}"), CODES, now)?;
        }
        Ok(())
    }

    /// Gives back what a right code took.
    pub fn code_right(&self, person: &str, place: &str) {
        self.give_back(&[format!("code of {person} at {place}"), format!("code of {person}")]);
    }

    /// Counts something that a place asks for without naming an account.
    pub fn place(&self, place: &str, now: Instant) -> Result<()> {
        self.take(format!("place {place}"), PLACE, now)
    }

    /// Counts one try of something else that guesses (a set-up token, one's old password).
    pub fn guess(&self, what: &str, place: &str, now: Instant) -> Result<()> {
        self.take(format!("{what} {place}"), ACCOUNT_AT_PLACE, now)
    }

    /// Gives back what a guess took that was right.
    pub fn guessed_right(&self, what: &str, place: &str) {
        self.give_back(&[format!("{what} {place}")]);
    }

    /// Counts one beginning of something that ends elsewhere (at a sign-in service): as many as one place may try at all.
    pub fn begin(&self, what: &str, place: &str, now: Instant) -> Result<()> {
        self.take(format!("{what} at {place}"), PLACE, now)
    }

    /// Gives back what a beginning took that ended well.
    pub fn came_in(&self, what: &str, place: &str) {
        self.give_back(&[format!("{what} at {place}")]);
    }

    fn give_back(&self, keys: &[String]) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            if let Some(bucket) = buckets.get_mut(key) {
                bucket.tokens = (bucket.tokens + 1.0).min(bucket.rate.burst);
            }
        }
    }

    /// Counts one mail that a stranger has sent to an address; whether it may go. Nobody's mailbox is flooded, and who asks is not told.
    pub fn mail_to(&self, email: &str, now: Instant) -> bool {
        self.take(format!("mail to {email}"), MAILS, now).is_ok()
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

    #[test]
    fn a29_codes_are_guessed_slowly_from_everywhere_and_the_person_is_spared() {
        let limits = Limits::default();
        let now = Instant::now();
        let tried = (0..200).filter(|n| limits.code("ana", &format!("10.0.1.{n}"), false, now).is_ok()).count();
        assert_eq!(tried, 10);
        assert!(limits.code("ana", "192.0.2.7", true, now).is_ok());
        assert!(limits.code("sergio", "10.0.1.1", false, now).is_ok());
        let from_one = (0..200).filter(|_| limits.code("ana", "192.0.2.7", true, now).is_ok()).count();
        assert_eq!(from_one, 9);
        // Right ones are no guesses.
        for _ in 0..50 {
            assert!(limits.code("marta", "192.0.2.8", false, now).is_ok());
            limits.code_right("marta", "192.0.2.8");
        }
    }
}

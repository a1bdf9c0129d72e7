//! Who watches what in this process: views of the same share and query are fed by one follower, and nobody opens too many.

use super::follow::{Followed, Follower};
use crate::{
    fault::{Fault, Result},
    search::{share::Seen, shown},
};
use ::search::{Index, language::Query};
use app::{ask::FaultKind, text::Text};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Live views of one person at once, and of everybody in this process.
const OF_ONE: usize = 64;
const OF_ALL: usize = 5_000;

/// The live views of one process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Watches(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    followers: HashMap<Key, Arc<Follower>>,
    people: HashMap<String, usize>,
    seats: usize,
}

/// Equal keys see the same events.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub stream: String,
    pub version: u32,
    pub fingerprint: String,
    pub query: String,
}

/// The right to one more view; given back when dropped.
pub struct Seat {
    watches: Watches,
    person: String,
}

/// A view's ear at a follower.
pub struct Member {
    pub follower: Arc<Follower>,
    /// Number of the newest message.
    pub news: watch::Receiver<u64>,
}

impl Watches {
    /// A seat for a view of this person; refused when there are too many.
    pub fn sit(&self, person: &str) -> Result<Seat> {
        let mut open = self.open();
        if open.seats >= OF_ALL {
            return Err(Fault::new(
                FaultKind::Unavailable,
                Text::of(
                    "Too many live views are open in the portal. Try again later.",
                    "Hay demasiadas vistas en vivo abiertas en el portal. Inténtelo más tarde.",
                ),
            ));
        }
        let own = open.people.entry(person.to_owned()).or_default();
        if *own >= OF_ONE {
            return Err(Fault::new(
                FaultKind::TooMany,
                Text::of(
                    format!("You have {OF_ONE} live views open. Close one first."),
                    format!("Tiene {OF_ONE} vistas en vivo abiertas. Cierre antes alguna."),
                ),
            ));
        }
        *own += 1;
        open.seats += 1;
        Ok(Seat { watches: self.clone(), person: person.to_owned() })
    }

    /// Joins the follower of this key, or starts one that knows what is there now: what comes from now on is told.
    pub async fn join(&self, key: &Key, index: &Index, seen: &Seen, query: &Query, stop: &CancellationToken) -> Result<Member> {
        if let Some(member) = self.member(key) {
            return Ok(member);
        }
        let followed = Followed::begin(index.clone(), seen.clone(), query.clone()).await.map_err(shown::fault)?;
        let mut open = self.open();
        // Somebody else may have started one meanwhile.
        if let Some(follower) = open.followers.get(key) {
            return Ok(Member { news: follower.listen(), follower: follower.clone() });
        }
        let follower = Arc::new(Follower::new(followed.newest_ms()));
        let member = Member { news: follower.listen(), follower: follower.clone() };
        open.followers.insert(key.clone(), follower.clone());
        tokio::spawn(followed.follow(follower, self.clone(), key.clone(), stop.clone()));
        Ok(member)
    }

    fn member(&self, key: &Key) -> Option<Member> {
        let open = self.open();
        let follower = open.followers.get(key)?;
        Some(Member { news: follower.listen(), follower: follower.clone() })
    }

    /// Takes the follower away unless somebody listens again; whether it is gone.
    pub(super) fn leave(&self, key: &Key, follower: &Arc<Follower>) -> bool {
        let mut open = self.open();
        if follower.is_heard() {
            return false;
        }
        if open.followers.get(key).is_some_and(|known| Arc::ptr_eq(known, follower)) {
            open.followers.remove(key);
        }
        true
    }

    /// Views open now, and followers that feed them.
    pub fn counts(&self) -> (usize, usize) {
        let open = self.open();
        (open.seats, open.followers.len())
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.watches.open();
        open.seats = open.seats.saturating_sub(1);
        if let Some(own) = open.people.get_mut(&self.person) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.people.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a29_seats_are_bounded_and_given_back() {
        let watches = Watches::default();
        let seats: Vec<Seat> = (0..OF_ONE).map(|_| watches.sit("ana").unwrap()).collect();
        assert_eq!(watches.sit("ana").err().map(|fault| fault.kind), Some(FaultKind::TooMany));
        assert!(watches.sit("sergio").is_ok());
        drop(seats);
        assert_eq!(watches.counts(), (0, 0));
        assert!(watches.sit("ana").is_ok());
    }
}

//! Manners: one connection a host, a gap after each request, longer where the host asks for it.

use super::FetchFault;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    time::Instant,
};

/// How hosts are treated.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// Between the end of one request and the start of the next.
    pub gap: Duration,
    /// Who would have to wait longer is told to come again instead.
    pub longest_wait: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self { gap: Duration::from_secs(1), longest_wait: Duration::from_secs(90) }
    }
}

/// Longest `Crawl-delay` that is believed.
const LONGEST_DELAY: Duration = Duration::from_secs(86_400);

/// So many hosts are remembered before those that are free and due are forgotten.
const MANY_HOSTS: usize = 4_096;

pub struct Pace {
    manners: Manners,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Default)]
struct Host {
    /// Held by whoever has the turn; its value is when the last one ended.
    ended: Arc<AsyncMutex<Option<Instant>>>,
    asked: Mutex<Asked>,
}

/// What the host asked for.
#[derive(Clone, Copy, Default)]
struct Asked {
    delay: Duration,
    alone_until: Option<Instant>,
}

impl Host {
    fn asked(&self) -> Asked {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The right to speak with a host; the gap begins when it is dropped.
pub struct Turn {
    ended: OwnedMutexGuard<Option<Instant>>,
    host: Arc<Host>,
}

impl Pace {
    pub fn new(manners: Manners) -> Self {
        Self { manners, hosts: Mutex::default() }
    }

    /// Waits for the turn, or says how long it would have to.
    pub async fn turn(&self, name: &str) -> Result<Turn, FetchFault> {
        let host = self.host(name);
        let later = |wait| FetchFault::Later { host: name.to_owned(), wait };
        let lock = tokio::time::timeout(self.manners.longest_wait, host.ended.clone().lock_owned());
        let ended = lock.await.map_err(|_| later(self.manners.longest_wait))?;
        let (now, asked) = (Instant::now(), host.asked());
        // The delay as the host asks for it now: it may have become known by the last request, robots.txt itself.
        let due = ended.map(|ended| ended + asked.delay.max(self.manners.gap)).max(asked.alone_until).unwrap_or(now);
        let wait = due.saturating_duration_since(now);
        if wait > self.manners.longest_wait {
            return Err(later(wait));
        }
        tokio::time::sleep(wait).await;
        Ok(Turn { ended, host })
    }

    /// From now on at least this long between two requests; `None` takes the wish back.
    pub fn slow(&self, name: &str, delay: Option<Duration>) {
        self.host(name).ask(|asked| asked.delay = delay.unwrap_or_default().min(LONGEST_DELAY));
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY_HOSTS && !hosts.contains_key(name) {
            let now = Instant::now();
            let longest = self.manners.gap;
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.is_waited_for(now, longest));
        }
        hosts.entry(name.to_owned()).or_default().clone()
    }
}

impl Host {
    fn is_waited_for(&self, now: Instant, gap: Duration) -> bool {
        let asked = self.asked();
        let ended = self.ended.try_lock().map_or(Some(now), |ended| *ended);
        ended.is_some_and(|ended| ended + asked.delay.max(gap) > now) || asked.alone_until.is_some_and(|until| until > now)
    }
}

impl Turn {
    /// The host wants to be left alone for so long.
    pub fn pause(&self, pause: Duration) {
        self.host.ask(|asked| asked.alone_until = asked.alone_until.max(Some(Instant::now() + pause)));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.ended = Some(Instant::now());
    }
}

//! One follower: asks the index every so often for what is new in one share and query, and tells everybody who watches just that.

use super::watches::{Key, Watches};
use crate::{
    database::now_ms,
    search::{find::everything, range, share::Seen, shown},
};
use ::search::{
    Index, IndexFault,
    index::{Found, Search},
    language::Query,
};
use app::search::asks::{self, Live};
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Most events of one message.
pub const MOST: usize = 100;
/// Enough to tell that something came.
const PEEK: usize = 5;
/// Between two questions to the index; a slow index is asked at most a quarter of the time.
const EVERY: Duration = Duration::from_millis(500);
const SLOWER: u32 = 3;
/// Events of this age and younger are followed, the longest in which there are few enough to be counted all the time: posts are found
/// long after they were written, log lines come by the thousand. How often that is looked at anew.
const BACK_MS: [i64; 4] = [7 * DAY_MS, DAY_MS, DAY_MS / 24, DAY_MS / 144];
const COUNTED: u64 = 200_000;
const DAY_MS: i64 = 86_400_000;
const MOVE_ON: Duration = Duration::from_secs(300);
/// What came late stands among what is known: so many events are looked through for it.
const DEEP: usize = 5 * MOST;
/// Ids that are known to have been told.
const KNOWN: usize = 20 * MOST;
/// Messages that are kept for who comes back, and how long a follower waits for them.
const KEPT: usize = 64;
const LINGER: Duration = Duration::from_secs(30);

/// What came since the message before.
#[derive(Clone)]
pub struct Message {
    pub number: u64,
    /// Events of the share that came before this message, and with it.
    pub before: u64,
    pub after: u64,
    /// The newest of them, newest last; at most `MOST`.
    pub hits: Arc<Vec<asks::Hit>>,
    /// The whole message as JSON.
    pub json: Arc<str>,
    pub newest_ms: i64,
}

/// Messages of one share and query.
pub struct Follower {
    pub name: String,
    kept: Mutex<VecDeque<Message>>,
    news: watch::Sender<u64>,
    first_newest_ms: i64,
}

impl Follower {
    pub fn new(newest_ms: i64) -> Self {
        let (name, number) = uuid::Uuid::new_v4().as_u64_pair();
        Self { name: format!("{name:016x}"), kept: Mutex::default(), news: watch::Sender::new(number >> 34), first_newest_ms: newest_ms }
    }

    pub fn listen(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    pub fn is_heard(&self) -> bool {
        self.news.receiver_count() > 0
    }

    /// Messages after a number, oldest first; those too old to be kept are missing.
    pub fn after(&self, number: u64) -> Vec<Message> {
        self.kept().iter().filter(|message| message.number > number).cloned().collect()
    }

    /// Whether everything after this message can still be told.
    pub fn holds(&self, number: u64) -> bool {
        let newest = *self.news.borrow();
        number <= newest && self.kept().front().map_or(number == newest, |oldest| number + 1 >= oldest.number)
    }

    /// Events that came up to a message, and the time of the newest.
    pub fn stand(&self, number: u64) -> (u64, i64) {
        let kept = self.kept();
        match kept.iter().rfind(|message| message.number <= number) {
            Some(message) => (message.after, message.newest_ms),
            None => (kept.front().map_or(0, |oldest| oldest.before), self.first_newest_ms),
        }
    }

    fn tell(&self, hits: Vec<asks::Hit>, came: u64, newest_ms: i64) {
        let number = *self.news.borrow() + 1;
        let mut kept = self.kept();
        let before = kept.back().map_or(0, |last| last.after);
        let skipped = came.saturating_sub(hits.len() as u64);
        let live = Live::Hits { hits, skipped };
        let json = serde_json::to_string(&live).unwrap_or_default().into();
        let Live::Hits { hits, .. } = live else { return };
        kept.push_back(Message { number, before, after: before + came, hits: Arc::new(hits), json, newest_ms });
        if kept.len() > KEPT {
            kept.pop_front();
        }
        drop(kept);
        self.news.send_replace(number);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Message>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a follower knows of its share.
pub struct Followed {
    index: Index,
    seen: Seen,
    query: Query,
    /// From when on events are followed, and how many there are since.
    from_ms: i64,
    total: u64,
    known: Known,
    newest_ms: i64,
}

impl Followed {
    /// Learns what is there now.
    pub async fn begin(index: Index, seen: Seen, query: Query) -> Result<Self, IndexFault> {
        let mut followed = Self { index, seen, query, from_ms: 0, total: 0, known: Known::default(), newest_ms: 0 };
        followed.move_on().await?;
        // More than are looked through, so that deletions do not make old ones look new.
        let found = followed.look(DEEP + MOST).await?;
        followed.total = found.total;
        followed.newest_ms = found.hits.first().map_or(range::FIRST_MS, |hit| hit.at_ms);
        for hit in found.hits {
            followed.known.add(hit.id);
        }
        Ok(followed)
    }

    pub fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    /// Until nobody has listened for a while.
    pub async fn follow(mut self, follower: Arc<Follower>, watches: Watches, key: Key, stop: CancellationToken) {
        let (mut wait, mut moved_on, mut heard, mut failing) = (EVERY, Instant::now(), Instant::now(), false);
        while stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
            if follower.is_heard() {
                heard = Instant::now();
            } else if heard.elapsed() > LINGER && watches.leave(&key, &follower) {
                return;
            }
            let started = Instant::now();
            let looked = self.step(&follower, moved_on.elapsed() > MOVE_ON).await;
            match &looked {
                Ok(true) => moved_on = Instant::now(),
                Ok(false) => {}
                Err(cause) if !failing => tracing::warn!(stream = key.stream, %cause, "a live view cannot ask the index: it is asked again"),
                Err(_) => {}
            }
            failing = looked.is_err();
            wait = EVERY.max(started.elapsed() * SLOWER);
        }
    }

    /// Tells what is new. Gives whether the followed time was moved on, when that was wanted.
    async fn step(&mut self, follower: &Follower, move_on: bool) -> Result<bool, IndexFault> {
        let mut found = self.look(PEEK).await?;
        let is_new = found.total != self.total || found.hits.iter().any(|hit| !self.known.holds(&hit.id));
        if is_new {
            found = self.look(MOST).await?;
            let unknown = |found: &Found| found.hits.iter().filter(|hit| !self.known.holds(&hit.id)).count();
            let first = unknown(&found);
            if first < MOST && (first as u64) < found.total.saturating_sub(self.total) {
                found = self.look(DEEP).await?;
            }
            let came = found.total.saturating_sub(self.total).max(unknown(&found) as u64);
            self.total = found.total;
            let new = found.hits.iter().filter(|hit| !self.known.holds(&hit.id));
            let mut hits: Vec<asks::Hit> = new.take(MOST).map(|hit| shown::hit(&self.seen, hit)).collect();
            hits.reverse();
            for hit in found.hits {
                self.newest_ms = self.newest_ms.max(hit.at_ms);
                self.known.add(hit.id);
            }
            if came > 0 {
                follower.tell(hits, came, self.newest_ms);
            }
        }
        if move_on {
            self.move_on().await?;
        }
        Ok(move_on)
    }

    /// Chooses from when on events are followed, and counts them.
    async fn move_on(&mut self) -> Result<(), IndexFault> {
        for back_ms in BACK_MS {
            self.from_ms = now_ms() - back_ms;
            self.total = self.index.count(&self.seen.share, &self.search(0)).await?;
            if self.total <= COUNTED {
                break;
            }
        }
        Ok(())
    }

    async fn look(&self, most: usize) -> Result<Found, IndexFault> {
        self.index.search(&self.seen.share, &self.search(most)).await
    }

    fn search(&self, limit: usize) -> Search {
        Search { query: self.query.clone(), from_ms: self.from_ms, until_ms: range::LAST_MS, limit, highlight: limit > PEEK, ..everything() }
    }
}

/// Ids that were told, the newest of them.
#[derive(Default)]
struct Known {
    ids: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
}

impl Known {
    fn holds(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    fn add(&mut self, id: String) {
        let id: Arc<str> = id.into();
        if self.ids.insert(id.clone()) {
            self.order.push_back(id);
            if self.order.len() > KNOWN
                && let Some(oldest) = self.order.pop_front()
            {
                self.ids.remove(&oldest);
            }
        }
    }
}

//! What was just written to the index, passed on within this process to whoever watches a stream now.

use ::search::Change;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::broadcast::{self, error::RecvError};

/// Changes of one message; a watcher that lags behind is told how many changes it missed.
const CHANGES: usize = 500;
/// Messages that wait for the slowest watcher: with events of 1 kB about 32 MB for each stream that is watched, none for others.
const MESSAGES: usize = 64;

/// Streams that are watched in this process.
#[derive(Default)]
pub struct Live(Mutex<HashMap<String, Stream>>);

struct Stream {
    sender: broadcast::Sender<Message>,
    /// Changes sent so far.
    sent: u64,
}

#[derive(Clone)]
struct Message {
    /// Changes that were sent before it.
    before: u64,
    changes: Arc<Vec<Change>>,
}

/// What a watcher gets.
#[derive(Clone, Debug)]
pub enum Seen {
    /// In the order in which they were written. Whole events, as no reader may see them: the share of the reader is to be
    /// applied to each.
    Changes(Arc<Vec<Change>>),
    /// The watcher was slower than the stream: so many changes went by.
    Missed(u64),
}

impl Live {
    /// Everything that this process writes to the index of a stream from now on. When the stream is worked by another
    /// process nothing comes: ask the index every so often as well.
    pub fn subscribe(&self, stream: &str) -> Watching {
        let mut streams = self.streams();
        let stream = streams.entry(stream.to_owned()).or_insert_with(|| Stream { sender: broadcast::channel(MESSAGES).0, sent: 0 });
        Watching { next: stream.sent, receiver: stream.sender.subscribe(), kept: None }
    }

    /// Whether anybody watches: what nobody wants need not be copied.
    pub fn is_watched(&self, stream: &str) -> bool {
        self.streams().get(stream).is_some_and(|stream| stream.sender.receiver_count() > 0)
    }

    /// Never waits.
    pub fn publish(&self, stream: &str, changes: Vec<Change>) {
        let mut streams = self.streams();
        let Some(known) = streams.get_mut(stream) else { return };
        if known.sender.receiver_count() == 0 {
            streams.remove(stream);
            return;
        }
        let mut rest = changes;
        while !rest.is_empty() {
            let later = rest.split_off(rest.len().min(CHANGES));
            let before = known.sent;
            known.sent += rest.len() as u64;
            // Whoever left meanwhile misses nothing.
            let _ = known.sender.send(Message { before, changes: Arc::new(rest) });
            rest = later;
        }
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<String, Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One watcher; dropped, it watches no more.
pub struct Watching {
    receiver: broadcast::Receiver<Message>,
    /// Changes that were sent before the next message, when none is missed.
    next: u64,
    kept: Option<Message>,
}

impl Watching {
    /// The next changes; `None` when the program ends. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Seen> {
        if self.kept.is_none() {
            self.kept = loop {
                match self.receiver.recv().await {
                    Ok(message) => break Some(message),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            };
        }
        let message = self.kept.take()?;
        if message.before > self.next {
            let missed = message.before - self.next;
            self.next = message.before;
            self.kept = Some(message);
            return Some(Seen::Missed(missed));
        }
        self.next = message.before + message.changes.len() as u64;
        Some(Seen::Changes(message.changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(from: u64, count: u64) -> Vec<Change> {
        (from..from + count).map(|number| Change::Delete { id: number.to_string(), version: 0, at_ms: 0 }).collect()
    }

    #[tokio::test]
    async fn a_slow_watcher_is_told_exactly_how_many_it_missed() {
        let live = Live::default();
        live.publish("web", changes(0, 10));
        let mut watching = live.subscribe("web");
        let sent = (CHANGES * MESSAGES * 2) as u64 + 7;
        live.publish("web", changes(0, sent));
        let (mut seen, mut missed) = (0, 0);
        while seen + missed < sent {
            match watching.next().await.unwrap() {
                Seen::Changes(changes) => seen += changes.len() as u64,
                Seen::Missed(count) => missed += count,
            }
        }
        assert_eq!(seen + missed, sent);
        assert!(missed > 0 && seen >= (CHANGES * (MESSAGES - 1)) as u64, "{seen} seen, {missed} missed");
    }

    #[tokio::test]
    async fn nobody_watches_nothing_is_kept() {
        let live = Live::default();
        drop(live.subscribe("web"));
        assert!(!live.is_watched("web"));
        live.publish("web", changes(0, 1));
        assert!(live.streams().is_empty());
    }
}

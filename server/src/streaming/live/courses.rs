//! Courses of windows that are watched: read once a second for everybody who sees the same.

use crate::{
    access::Permit,
    fault::Result,
    portal::Portal,
    routing::Renewal,
    search::{
        live::{News, Seat, Standing, Turn},
        share::{self, Seen},
    },
    streaming::windows::course,
};
use app::{dashboards::asks::ReadWindow, search::asks::Live};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// Windows are written once a second.
const EVERY: Duration = Duration::from_secs(1);

/// Equal keys see the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    version: u32,
    fingerprint: String,
    /// The question as JSON.
    asked: String,
}

/// The courses that are watched in this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Courses(Arc<Mutex<HashMap<Key, watch::Sender<Arc<str>>>>>);

impl Courses {
    fn open(&self) -> MutexGuard<'_, HashMap<Key, watch::Sender<Arc<str>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears a course that is read already.
    fn heard(&self, key: &Key) -> Option<watch::Receiver<Arc<str>>> {
        self.open().get(key).map(watch::Sender::subscribe)
    }

    async fn join(&self, portal: &Portal, seen: &Seen, ask: &ReadWindow) -> Result<watch::Receiver<Arc<str>>> {
        let key = Key { version: seen.stream.version, fingerprint: seen.fingerprint.clone(), asked: serde_json::to_string(ask)? };
        if let Some(heard) = self.heard(&key) {
            return Ok(heard);
        }
        let first = read(portal, seen, ask).await?;
        let mut open = self.open();
        // Somebody else may have begun meanwhile.
        if let Some(sender) = open.get(&key) {
            return Ok(sender.subscribe());
        }
        let (sender, heard) = watch::channel(first);
        open.insert(key.clone(), sender);
        tokio::spawn(follow(self.clone(), portal.clone(), key, seen.clone(), ask.clone()));
        Ok(heard)
    }

    /// Tells what was read; whether anybody still hears it.
    fn tell(&self, key: &Key, read: Option<Arc<str>>) -> bool {
        let mut open = self.open();
        let Some(sender) = open.get(key) else { return false };
        if sender.receiver_count() == 0 {
            open.remove(key);
            return false;
        }
        if let Some(read) = read {
            sender.send_if_modified(|told| {
                let other = **told != *read;
                *told = read;
                other
            });
        }
        true
    }
}

/// Until nobody hears it.
async fn follow(courses: Courses, portal: Portal, key: Key, seen: Seen, ask: ReadWindow) {
    let mut failing = false;
    while portal.closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        let read = read(&portal, &seen, &ask).await;
        if let (Err(fault), false) = (&read, failing) {
            tracing::warn!(stream = seen.stream.name, cause = ?fault.cause, "a live window cannot be read: it is read again: {fault}");
        }
        failing = read.is_err();
        if !courses.tell(&key, read.ok()) {
            return;
        }
    }
    courses.open().remove(&key);
}

async fn read(portal: &Portal, seen: &Seen, ask: &ReadWindow) -> Result<Arc<str>> {
    Ok(serde_json::to_string(&Live::Course(course::of(portal, seen, ask).await?))?.into())
}

struct View {
    standing: Standing,
    _seat: Seat,
    heard: watch::Receiver<Arc<str>>,
    over: bool,
}

/// The course of now, and each that follows.
pub(super) async fn watch(portal: &Portal, permit: &Permit, renewal: Renewal, ask: &ReadWindow) -> Result<BoxStream<'static, News>> {
    let seen = share::of(portal, permit, &ask.tile.stream).await?;
    let seat = portal.watches.sit(permit.principal().asker())?;
    let standing = Standing::of(portal, permit, renewal, &seen).await?;
    let mut heard = portal.courses.join(portal, &seen, ask).await?;
    heard.mark_changed();
    let view = View { standing, _seat: seat, heard, over: false };
    Ok(stream::unfold(view, |mut view| async move { view.next().await.map(|news| (news, view)) }).boxed())
}

impl View {
    async fn next(&mut self) -> Option<News> {
        if self.over {
            return None;
        }
        match self.standing.turn(&mut self.heard).await {
            Turn::News => Some(News { json: self.heard.borrow_and_update().clone(), place: None, is_last: false }),
            Turn::Withdrawn => {
                self.over = true;
                Some(News::made(&Live::Ended))
            }
            Turn::Over => None,
        }
    }
}

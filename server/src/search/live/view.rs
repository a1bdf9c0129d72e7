//! One reader's live view: what its follower tells, under the permit of now.

use super::{
    Outgoing,
    follow::MOST,
    place::Place,
    watches::{Key, Member, Seat},
};
use crate::{
    access::{Permit, audit::Record},
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    routing::Renewal,
    search::{find::everything, range, share, share::Seen, shown},
};
use ::search::{index::Search, language::Query};
use app::{ask::FaultKind, search::asks::Live};
use futures::{Stream, stream};
use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// Events of one message, when the reader does not say.
const USUAL: usize = 50;
/// The permit is asked again this often, whether anything comes or not.
const ASK_AGAIN: Duration = Duration::from_millis(1_500);
/// How far back a lost connection is made good where its follower is no more.
const BACK_MS: i64 = 3_600_000;

pub struct View {
    portal: Portal,
    permit: Permit,
    renewal: Renewal,
    _seat: Seat,
    stream: String,
    key: Key,
    seen: Seen,
    query: Query,
    /// Of what is published, when the share was last looked at.
    generation: i64,
    member: Member,
    most: usize,
    /// The last message that was sent, and how many events had come with it.
    number: u64,
    told: u64,
    asked: Instant,
    first: VecDeque<(Outgoing, Option<Place>)>,
    over: bool,
}

impl View {
    pub async fn open(portal: Portal, permit: Permit, renewal: Renewal, seen: Seen, query: Query, text: &str, most: Option<usize>) -> Result<Self> {
        let seat = portal.watches.sit(&permit.principal().person)?;
        let stream = seen.stream.name.clone();
        let key = Key { stream: seen.stream.dataset(), version: seen.stream.version, fingerprint: seen.fingerprint.clone(), query: text.to_owned() };
        let generation = portal.governance.published().await?.generation;
        let mut member = portal.watches.join(&key, &portal.index, &seen, &query, &portal.closing).await?;
        let number = *member.news.borrow_and_update();
        let (told, _) = member.follower.stand(number);
        Ok(Self {
            portal,
            permit,
            renewal,
            _seat: seat,
            stream,
            key,
            seen,
            query,
            generation,
            member,
            most: most.unwrap_or(USUAL).clamp(1, MOST),
            number,
            told,
            asked: Instant::now(),
            first: VecDeque::new(),
            over: false,
        })
    }

    /// Everything that is sent, each with the place that a lost connection may name; first what was missed since that place.
    pub async fn messages(mut self, since: Option<Place>) -> Result<impl Stream<Item = (Outgoing, Option<Place>)> + Send + 'static> {
        match since {
            Some(place) if place.follower == self.member.follower.name && self.member.follower.holds(place.number) => {
                self.number = place.number;
                (self.told, _) = self.member.follower.stand(place.number);
                self.member.news.mark_changed();
            }
            Some(place) if place.newest_ms > now_ms() - BACK_MS => self.catch_up(place.newest_ms).await?,
            _ => {}
        }
        Ok(stream::unfold(self, |mut view| async move { view.next().await.map(|message| (message, view)) }))
    }

    /// The follower that told the last message is gone: what is newer than its newest event is asked of the index.
    async fn catch_up(&mut self, newest_ms: i64) -> Result<()> {
        let search = Search { query: self.query.clone(), from_ms: newest_ms + 1, until_ms: range::LAST_MS, limit: self.most, highlight: true, ..everything() };
        let found = shown::in_time(&self.portal, self.portal.index.search(&self.seen.share, &search)).await?;
        if found.total == 0 {
            return Ok(());
        }
        let newest_ms = found.hits.first().map_or(newest_ms, |hit| hit.at_ms);
        let hits: Vec<_> = found.hits.iter().rev().map(|hit| shown::hit(&self.seen, hit)).collect();
        let skipped = found.total.saturating_sub(hits.len() as u64);
        let place = Place { follower: self.member.follower.name.clone(), number: self.number, newest_ms };
        self.first.push_back((Outgoing::Made(Live::Hits { hits, skipped }), Some(place)));
        Ok(())
    }

    async fn next(&mut self) -> Option<(Outgoing, Option<Place>)> {
        if let Some(first) = self.first.pop_front() {
            return Some(first);
        }
        while !self.over {
            tokio::select! {
                // The portal stops: the browser will try again.
                () = self.portal.closing.cancelled() => return None,
                changed = self.member.news.changed() => changed.ok()?,
                () = tokio::time::sleep_until(self.asked + ASK_AGAIN) => {}
            }
            match self.stands().await {
                Ok(()) => {}
                Err(fault) if matches!(fault.kind, FaultKind::SignIn | FaultKind::Forbidden | FaultKind::NotFound) => {
                    self.over = true;
                    let record = Record::of(&self.permit, "search.live", format!("stream {}", self.stream), "refused");
                    let _ = self.portal.audit.note(record.with(serde_json::json!({ "ended": true }))).await;
                    return Some((Outgoing::Made(Live::Ended), None));
                }
                Err(fault) => {
                    // Nothing is shown while it cannot be asked who may see it; the browser tries again.
                    tracing::warn!(cause = ?fault.cause, "a live view ends because its permit cannot be asked: {fault}");
                    return None;
                }
            }
            if let Some(message) = self.news() {
                return Some(message);
            }
        }
        None
    }

    /// Asks for the permit again. A fault when it is gone, or when it opens anything else than before: what stands on the page has
    /// the old fields, so that the view has to be opened anew.
    async fn stands(&mut self) -> Result<()> {
        self.asked = Instant::now();
        let permit = self.renewal.permit().await?;
        let governed = permit.scope().stream(&self.stream).ok_or_else(Fault::not_found)?;
        let generation = self.portal.governance.published().await?.generation;
        if generation != self.generation {
            let seen = share::of(&self.portal, &permit, &self.stream).await?;
            if seen.stream.version != self.key.version {
                return Err(Fault::not_found());
            }
            self.generation = generation;
        }
        if governed.fingerprint() == self.key.fingerprint { Ok(()) } else { Err(Fault::not_found()) }
    }

    /// What came since the last message, the newest of it; `None` when nothing did.
    fn news(&mut self) -> Option<(Outgoing, Option<Place>)> {
        let messages = self.member.follower.after(self.number);
        let last = messages.last()?;
        let (number, after, newest_ms) = (last.number, last.after, last.newest_ms);
        let came = after.saturating_sub(self.told);
        let message = match messages.as_slice() {
            [only] if only.before == self.told && only.hits.len() <= self.most => Outgoing::Shared(only.json.clone()),
            _ => {
                let newest_first = messages.iter().rev().flat_map(|message| message.hits.iter().rev());
                let mut hits: Vec<_> = newest_first.take(self.most).cloned().collect();
                hits.reverse();
                let skipped = came.saturating_sub(hits.len() as u64);
                Outgoing::Made(Live::Hits { hits, skipped })
            }
        };
        (self.number, self.told) = (number, after);
        Some((message, Some(Place { follower: self.member.follower.name.clone(), number, newest_ms })))
    }
}

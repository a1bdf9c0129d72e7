//! One reader's live view: what its follower tells, under the permit of now.

use super::{
    News,
    follow::MOST,
    place::Place,
    standing::{Standing, Turn},
    watches::{Key, Member, Seat},
};
use crate::{
    access::Permit,
    database::now_ms,
    fault::Result,
    portal::Portal,
    routing::Renewal,
    search::{find::everything, range, share::Seen, shown},
};
use ::search::{index::Search, language::Query};
use app::search::asks::Live;
use futures::{Stream, stream};
use std::collections::VecDeque;

/// Events of one message, when the reader does not say.
const USUAL: usize = 50;
/// How far back a lost connection is made good where its follower is no more.
const BACK_MS: i64 = 3_600_000;

pub struct View {
    portal: Portal,
    standing: Standing,
    _seat: Seat,
    seen: Seen,
    query: Query,
    member: Member,
    most: usize,
    /// The last message that was sent, and how many events had come with it.
    number: u64,
    told: u64,
    first: VecDeque<News>,
    over: bool,
}

impl View {
    pub async fn open(portal: Portal, permit: Permit, renewal: Renewal, seen: Seen, query: Query, text: &str, most: Option<usize>) -> Result<Self> {
        let seat = portal.watches.sit(permit.principal().asker())?;
        let key = Key { stream: seen.stream.dataset(), version: seen.stream.version, fingerprint: seen.fingerprint.clone(), query: text.to_owned() };
        let standing = Standing::of(&portal, &permit, renewal, &seen).await?;
        let mut member = portal.watches.join(&key, &portal.index, &seen, &query, &portal.closing).await?;
        let number = *member.news.borrow_and_update();
        let (told, _) = member.follower.stand(number);
        Ok(Self {
            portal,
            standing,
            _seat: seat,
            seen,
            query,
            member,
            most: most.unwrap_or(USUAL).clamp(1, MOST),
            number,
            told,
            first: VecDeque::new(),
            over: false,
        })
    }

    /// Everything that is sent, each with the place that a lost connection may name; first what was missed since that place.
    pub async fn messages(mut self, since: Option<Place>) -> Result<impl Stream<Item = News> + Send + 'static> {
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
        self.first.push_back(News { place: Some(place.written()), ..News::made(&Live::Hits { hits, skipped }) });
        Ok(())
    }

    async fn next(&mut self) -> Option<News> {
        if let Some(first) = self.first.pop_front() {
            return Some(first);
        }
        while !self.over {
            match self.standing.turn(&mut self.member.news).await {
                Turn::News => {}
                Turn::Withdrawn => {
                    self.over = true;
                    return Some(News::made(&Live::Ended));
                }
                Turn::Over => return None,
            }
            if let Some(news) = self.news() {
                return Some(news);
            }
        }
        None
    }

    /// What came since the last message, the newest of it; `None` when nothing did.
    fn news(&mut self) -> Option<News> {
        let messages = self.member.follower.after(self.number);
        let last = messages.last()?;
        let (number, after, newest_ms) = (last.number, last.after, last.newest_ms);
        let came = after.saturating_sub(self.told);
        let news = match messages.as_slice() {
            [only] if only.before == self.told && only.hits.len() <= self.most => News { json: only.json.clone(), place: None, is_last: false },
            _ => {
                let newest_first = messages.iter().rev().flat_map(|message| message.hits.iter().rev());
                let mut hits: Vec<_> = newest_first.take(self.most).cloned().collect();
                hits.reverse();
                let skipped = came.saturating_sub(hits.len() as u64);
                News::made(&Live::Hits { hits, skipped })
            }
        };
        (self.number, self.told) = (number, after);
        let place = Place { follower: self.member.follower.name.clone(), number, newest_ms };
        Some(News { place: Some(place.written()), ..news })
    }
}

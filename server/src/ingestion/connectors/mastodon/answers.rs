//! What an instance answers: statuses, limits, and how open it is. Pure.

use crate::ingestion::{
    fetch::Fetched,
    listening::{rules, text},
};
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use streaming::parse::post::Post;
use url::Url;

/// A status, of which only what is kept is read.
#[derive(Clone, Debug, Deserialize)]
pub struct Status {
    pub id: String,
    created_at: DateTime<Utc>,
    #[serde(default)]
    edited_at: Option<DateTime<Utc>>,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    spoiler_text: String,
    #[serde(default)]
    content: String,
    account: Account,
}

#[derive(Clone, Debug, Deserialize)]
struct Account {
    #[serde(default)]
    acct: String,
    #[serde(default)]
    discoverable: Option<bool>,
    #[serde(default)]
    noindex: Option<bool>,
}

/// Statuses, oldest first.
#[derive(Debug, Default)]
pub struct Page {
    pub statuses: Vec<Status>,
    /// Those that are no status as it is documented.
    pub unread: usize,
    /// The newest id of all, those that could not be read included: from there it goes on.
    pub newest: Option<String>,
}

impl Page {
    pub fn len(&self) -> usize {
        self.statuses.len() + self.unread
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why there is no page.
#[derive(Debug)]
pub enum Limited {
    /// Not shown without signing in.
    Closed,
    Other(StatusCode),
    Unreadable,
}

/// An answer of a timeline.
pub fn page(fetched: &Fetched) -> Result<Page, Limited> {
    match fetched.status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY => return Err(Limited::Closed),
        status => return Err(Limited::Other(status)),
    }
    let items: Vec<serde_json::Value> = serde_json::from_slice(&fetched.body).map_err(|_| Limited::Unreadable)?;
    let mut page = Page::default();
    for item in items {
        if let Some(id) = item.get("id").and_then(|id| id.as_str()).filter(|id| page.newest.as_deref().is_none_or(|newest| order(newest) < order(id))) {
            page.newest = Some(id.to_owned());
        }
        match serde_json::from_value::<Status>(item) {
            Ok(status) if text::of_html(&status.content).is_some() => page.statuses.push(status),
            _ => page.unread += 1,
        }
    }
    page.statuses.sort_by(|left, right| order(&left.id).cmp(&order(&right.id)));
    Ok(page)
}

/// Ids are numbers as text: the longer the later.
fn order(id: &str) -> (usize, &str) {
    (id.len(), id)
}

/// Requests that are left in the instance's present window; `None` when it does not say.
pub fn allowance(headers: &HeaderMap) -> Option<u64> {
    headers.get("x-ratelimit-remaining")?.to_str().ok()?.trim().parse().ok()
}

/// When the present window ends, Unix milliseconds.
pub fn reset_ms(headers: &HeaderMap) -> Option<i64> {
    let time = headers.get("x-ratelimit-reset")?.to_str().ok()?.trim().parse::<DateTime<Utc>>().ok()?;
    Some(time.timestamp_millis())
}

/// `public`, `authenticated` or `disabled`, as `GET /api/v2/instance` says it since Mastodon 4.5; `None` when it does not say.
pub fn access(fetched: &Fetched, by_tag: bool, scope: &str) -> Option<String> {
    let instance: serde_json::Value = serde_json::from_slice(&fetched.body).ok()?;
    let feeds = instance.pointer(if by_tag { "/configuration/timelines_access/hashtag_feeds" } else { "/configuration/timelines_access/live_feeds" })?;
    let level = |side: &str| feeds.get(side).and_then(|level| level.as_str()).map(str::to_owned);
    match scope {
        "local" | "remote" => level(scope),
        // Both are wanted: the more closed of the two decides.
        _ => [level("local"), level("remote")].into_iter().flatten().max_by_key(|level| ["public", "authenticated", "disabled"].iter().position(|known| *known == level.as_str())),
    }
}

impl Status {
    /// Whether its author does not want to be found, or it is not for everybody.
    pub fn is_private(&self) -> bool {
        self.account.noindex == Some(true) || self.account.discoverable == Some(false) || self.visibility.as_deref().is_some_and(|visibility| visibility != "public")
    }

    pub fn published_ms(&self, now_ms: i64) -> i64 {
        rules::believed(self.created_at.timestamp_millis(), now_ms)
    }

    /// Time of the last edit; 0 when there was none.
    pub fn version(&self, now_ms: i64) -> i64 {
        self.edited_at.map_or(0, |edited| rules::believed(edited.timestamp_millis(), now_ms))
    }

    pub fn post(&self, now_ms: i64) -> Post {
        let spoiler = text::tidy(&self.spoiler_text);
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok()).filter(|url| matches!(url.scheme(), "http" | "https"));
        Post {
            id: self.id.clone(),
            url: url.map(String::from),
            author: Some(text::tidy(&self.account.acct)).filter(|author| !author.is_empty()),
            title: Some(spoiler).filter(|spoiler| !spoiler.is_empty()),
            text: text::of_html(&self.content).unwrap_or_default(),
            language: self.language.clone(),
            published_ms: self.published_ms(now_ms),
            edited_ms: Some(self.version(now_ms)).filter(|edited_ms| *edited_ms > 0),
            source_kind: "mastodon".into(),
        }
    }
}

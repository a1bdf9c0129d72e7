//! Edits and deletions: posts within the horizon are asked for again, the longest unasked first, within the rate limit.

use super::{
    Client, State,
    answers::{self, Status},
};
use crate::{
    fault::{Fault, Result},
    ingestion::listening::{Polled, Setback},
};
use app::text::Text;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use streaming::parse::post::Post;

/// Most posts that are remembered; of more the newest.
const MOST_WATCHED: usize = 4_000;

/// Most posts asked for in one poll.
const MOST_ASKED: usize = 20;

/// A post is not asked for again before this time.
const UNASKED_MS: i64 = 10 * 60_000;

/// Requests of the instance's window that are left for others at our address.
pub const RESERVE: u64 = 50;

/// A post that may still change. Its text is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    id: String,
    published_ms: i64,
    /// As it was published last.
    version: i64,
    asked_ms: i64,
}

impl Watched {
    pub fn new(status: &Status, now_ms: i64) -> Self {
        Self { id: status.id.clone(), published_ms: status.published_ms(now_ms), version: status.version(now_ms), asked_ms: now_ms }
    }
}

/// Asks for some of them; publishes what was edited or is gone. `allowance`: requests left, when the instance says so.
pub(super) async fn ask_again(client: &Client<'_>, state: &mut State, polled: &mut Polled, allowance: Option<u64>) -> Result<(), Setback> {
    let now_ms = client.asking.now_ms;
    state.watched.retain(|watched| watched.published_ms + client.place.horizon_ms > now_ms);
    if state.watched.len() > MOST_WATCHED {
        let over = state.watched.len() - MOST_WATCHED;
        state.watched.sort_by_key(|watched| watched.published_ms);
        state.watched.drain(..over);
        polled.notes.push(Text::of(
            format!("More posts than can be followed: edits and deletions are looked for among the newest {MOST_WATCHED}."),
            format!("Hay más publicaciones de las que se pueden seguir: se buscan cambios y borrados entre las {MOST_WATCHED} más recientes."),
        ));
    }
    state.watched.sort_by_key(|watched| watched.asked_ms);
    let mut left = allowance;
    for place in 0..state.watched.len().min(MOST_ASKED) {
        if state.watched[place].asked_ms + UNASKED_MS > now_ms || left.is_some_and(|left| left <= RESERVE) {
            break;
        }
        let watched = &mut state.watched[place];
        let fetched = match client.get(client.place.api(&format!("/api/v1/statuses/{}", watched.id))).await {
            Ok(fetched) => fetched,
            // What was found before is published all the same; the rest is asked for next time.
            Err(setback) => {
                polled.notes.push(setback.failure.fault.message);
                break;
            }
        };
        left = answers::allowance(&fetched.headers).or(left);
        watched.asked_ms = now_ms;
        match fetched.status {
            StatusCode::OK => {
                let Ok(status) = serde_json::from_slice::<Status>(&fetched.body) else { continue };
                if status.is_private() {
                    gone(client, watched, polled)?;
                } else if status.version(now_ms) > watched.version {
                    watched.version = status.version(now_ms);
                    polled.records.push(client.record(&status)?);
                }
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => gone(client, watched, polled)?,
            // Neither there nor gone: the instance does not say.
            _ => break,
        }
    }
    // Those that are gone are watched no more.
    state.watched.retain(|watched| watched.version < i64::MAX);
    Ok(())
}

/// The time of the deletion is its version: later than any edit.
fn gone(client: &Client<'_>, watched: &mut Watched, polled: &mut Polled) -> Result<(), Fault> {
    let version = client.asking.now_ms.max(watched.version + 1);
    let post = Post { id: watched.id.clone(), published_ms: watched.published_ms, source_kind: "mastodon".into(), ..Post::default() };
    polled.records.push(client.written(&watched.id, version, true, &post)?);
    watched.version = i64::MAX;
    Ok(())
}

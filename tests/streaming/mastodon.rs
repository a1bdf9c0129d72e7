//! Mastodon's public timeline.
//!
//! No Mastodon server can be had here: the server of these tests is our own, and gives answers of the shape that
//! <https://docs.joinmastodon.org> documents (timelines, statuses, instance, rate limits). What a real instance does beside
//! its documentation is not shown by them.

use super::web::{Site, fetcher};
use axum::{
    Json, Router,
    extract::{Path, Query},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use server::{
    ingestion::{
        connectors::listener,
        fetch::Fetcher,
        listening::{Asking, Listening, Polled, Setback},
        source::Origin,
    },
    jobs::Class,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use streaming::parse::post::Post;

const NOW: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;

fn status(id: u64, content: &str) -> Value {
    status_at(id, content, NOW - 10_000_000 + id as i64 * 1_000)
}

/// A status of the documented shape; its content is invented.
pub fn status_at(id: u64, content: &str, created_ms: i64) -> Value {
    let created = chrono::DateTime::<chrono::Utc>::from_timestamp_millis(created_ms).unwrap().to_rfc3339();
    json!({
        "id": id.to_string(), "created_at": created, "edited_at": null, "in_reply_to_id": null, "in_reply_to_account_id": null, "sensitive": false,
        "spoiler_text": "", "visibility": "public", "language": "en", "uri": format!("https://social.example/users/lena/statuses/{id}"),
        "url": format!("https://social.example/@lena/{id}"), "replies_count": 0, "reblogs_count": 0, "favourites_count": 0, "content": content,
        "reblog": null, "application": { "name": "Web", "website": null }, "media_attachments": [], "mentions": [], "tags": [], "emojis": [], "card": null, "poll": null,
        "account": {
            "id": "1", "username": "lena", "acct": "lena", "display_name": "Lena", "locked": false, "bot": false, "discoverable": true, "noindex": false,
            "group": false, "created_at": "2026-01-01T00:00:00.000Z", "note": "<p>Bread.</p>", "url": "https://social.example/@lena",
            "followers_count": 3, "following_count": 3, "statuses_count": 3, "emojis": [], "fields": [],
        },
    })
}

/// One instance.
#[derive(Clone)]
pub struct Instance(Arc<Mutex<Inside>>);

pub struct Inside {
    pub statuses: BTreeMap<u64, Value>,
    /// Requests left in this window.
    remaining: i64,
    /// What the timeline answers without a token.
    closed: Option<StatusCode>,
    /// `live_feeds` of the instance's page.
    access: Option<Value>,
    asked: Vec<String>,
}

impl Instance {
    pub fn new(posts: u64) -> Self {
        let statuses = (1..=posts).map(|id| (id, status(id, &format!("<p>Post {id}</p>")))).collect();
        Self(Arc::new(Mutex::new(Inside { statuses, remaining: 300, closed: None, access: None, asked: Vec::new() })))
    }

    pub async fn start(&self) -> Site {
        let (timeline, one, page) = (self.clone(), self.clone(), self.clone());
        Site::serve(
            Router::new()
                .route("/api/v1/timelines/public", get(move |Query(query): Query<BTreeMap<String, String>>, headers: HeaderMap| async move { timeline.timeline(&query, &headers) }))
                .route("/api/v1/statuses/{id}", get(move |Path(id): Path<u64>| async move { one.one(id) }))
                .route("/api/v2/instance", get(move || async move { Json(json!({ "domain": "social.example", "configuration": { "timelines_access": { "live_feeds": page.change(|inside| inside.access.clone()) } } })) })),
        )
        .await
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut Inside) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    fn timeline(&self, query: &BTreeMap<String, String>, headers: &HeaderMap) -> Response {
        self.change(|inside| {
            inside.asked.push(format!("timeline {}", query.get("min_id").map_or("newest", String::as_str)));
            if let Some(status) = inside.closed.filter(|_| !headers.contains_key(header::AUTHORIZATION)) {
                let body = if status == StatusCode::OK { json!([]) } else { json!({ "error": "The access token is invalid" }) };
                return inside.limited((status, Json(body)).into_response());
            }
            let limit: usize = query["limit"].parse::<usize>().unwrap().min(40);
            let mut page: Vec<Value> = match query.get("min_id") {
                // Immediately newer than it.
                Some(min) => inside.statuses.range(min.parse::<u64>().unwrap() + 1..).take(limit).map(|(_, status)| status.clone()).collect(),
                None => inside.statuses.values().rev().take(limit).rev().cloned().collect(),
            };
            page.reverse();
            inside.limited(Json(page).into_response())
        })
    }

    fn one(&self, id: u64) -> Response {
        self.change(|inside| {
            inside.asked.push(format!("status {id}"));
            let answer = match inside.statuses.get(&id) {
                Some(status) => Json(status.clone()).into_response(),
                None => (StatusCode::NOT_FOUND, Json(json!({ "error": "Record not found" }))).into_response(),
            };
            inside.limited(answer)
        })
    }
}

impl Inside {
    fn limited(&mut self, mut response: Response) -> Response {
        self.remaining -= 1;
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", 300.into());
        headers.insert("x-ratelimit-remaining", self.remaining.max(0).into());
        headers.insert("x-ratelimit-reset", "2026-09-21T14:20:00.000000Z".parse().unwrap());
        response
    }
}

async fn poll(fetcher: &Fetcher, site: &Site, state: &Value, now_ms: i64, token: Option<&str>) -> Result<Polled, Setback> {
    let listening = Listening {
        name: "town".into(),
        title: app::text::Text::same("Town"),
        connector: "mastodon".into(),
        department: "marketing".into(),
        stream: "posts".into(),
        fields: BTreeMap::from([("instance".to_owned(), site.url("/").to_string())]),
        origin: Origin::Apply,
    };
    let secrets = token.map(|token| ("token".to_owned(), token.to_owned())).into_iter().collect();
    let asking = Asking { fetcher, listening: &listening, secrets, state: state.clone(), now_ms };
    listener("mastodon").unwrap().poll(&asking).await
}

fn post(polled: &Polled, place: usize) -> Post {
    serde_json::from_slice(&polled.records[place].value).unwrap()
}

#[tokio::test]
async fn it_begins_with_the_newest_page_and_pages_forward_without_leaving_one_out() {
    let instance = Instance::new(100);
    let site = instance.start().await;
    let fetcher = fetcher(&[site.address]);
    let first = poll(&fetcher, &site, &Value::Null, NOW, None).await.unwrap();
    let ids = |polled: &Polled| polled.records.iter().map(|record| record.id.rsplit(':').next().unwrap().parse::<u64>().unwrap()).collect::<Vec<_>>();
    assert_eq!(ids(&first), (61..=100).collect::<Vec<_>>());
    assert!(first.records[0].id.starts_with("mastodon:127.0.0.1:"));
    instance.change(|inside| inside.statuses.extend((101..=195).map(|id| (id, status(id, "<p>More</p>")))));
    let second = poll(&fetcher, &site, &first.state, NOW + MINUTE, None).await.unwrap();
    assert_eq!(ids(&second), (101..=195).collect::<Vec<_>>());
    assert_eq!(second.next_ms, NOW + 2 * MINUTE);
    let third = poll(&fetcher, &site, &second.state, NOW + 2 * MINUTE, None).await.unwrap();
    assert!(third.records.is_empty());
    // Asked again from the same place, as after a crash: the same ids.
    assert_eq!(ids(&poll(&fetcher, &site, &first.state, NOW + 3 * MINUTE, None).await.unwrap()), (101..=195).collect::<Vec<_>>());
}

#[tokio::test]
async fn edits_and_deletions_are_found_by_asking_again_and_carried_on() {
    let instance = Instance::new(5);
    let site = instance.start().await;
    let fetcher = fetcher(&[site.address]);
    let first = poll(&fetcher, &site, &Value::Null, NOW, None).await.unwrap();
    assert_eq!(first.records.len(), 5);
    instance.change(|inside| {
        inside.statuses.remove(&2);
        let edited = inside.statuses.get_mut(&4).unwrap();
        edited["content"] = json!("<p>Put right</p>");
        edited["edited_at"] = json!("2026-09-21T14:10:00.000Z");
        inside.statuses.get_mut(&5).unwrap()["visibility"] = json!("private");
    });
    // Not before their time.
    let early = poll(&fetcher, &site, &first.state, NOW + MINUTE, None).await.unwrap();
    assert!(early.records.is_empty());
    let now = NOW + 11 * MINUTE;
    let found = poll(&fetcher, &site, &early.state, now, None).await.unwrap();
    let said: Vec<_> = found.records.iter().map(|record| (record.id.rsplit(':').next().unwrap(), record.deleted, record.version)).collect();
    let edited_ms = "2026-09-21T14:10:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis();
    assert_eq!(said, [("2", true, now), ("4", false, edited_ms.min(now + 86_400_000)), ("5", true, now)]);
    let (gone, edited) = (post(&found, 0), post(&found, 1));
    assert_eq!((gone.text.as_str(), gone.url, gone.author), ("", None, None), "nothing is kept of what is gone");
    assert_eq!(gone.published_ms, post(&first, 1).published_ms, "the time tells the index in which it stands");
    assert_eq!((edited.text.as_str(), edited.edited_ms), ("Put right", Some(edited_ms)));
    // Said once.
    let after = poll(&fetcher, &site, &found.state, now + 11 * MINUTE, None).await.unwrap();
    assert!(after.records.is_empty());
    // Beyond the horizon nobody asks.
    instance.change(|inside| inside.asked.clear());
    poll(&fetcher, &site, &after.state, NOW + 25 * 60 * MINUTE, None).await.unwrap();
    assert!(instance.change(|inside| inside.asked.iter().all(|asked| asked.starts_with("timeline"))));
}

#[tokio::test]
async fn the_rate_limit_of_the_instance_is_kept() {
    let instance = Instance::new(40);
    let site = instance.start().await;
    let fetcher = fetcher(&[site.address]);
    let first = poll(&fetcher, &site, &Value::Null, NOW, None).await.unwrap();
    instance.change(|inside| (inside.remaining, inside.asked) = (54, Vec::new()));
    let second = poll(&fetcher, &site, &first.state, NOW + 11 * MINUTE, None).await.unwrap();
    let asked = instance.change(|inside| inside.asked.clone());
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("status")).count(), 3, "{asked:?}");
    instance.change(|inside| (inside.remaining, inside.asked) = (20, Vec::new()));
    let third = poll(&fetcher, &site, &second.state, NOW + 22 * MINUTE, None).await.unwrap();
    assert_eq!(instance.change(|inside| inside.asked.len()), 1);
    assert!(third.next_ms >= NOW + 23 * MINUTE);
}

#[tokio::test]
async fn limited_access_is_told_with_its_reason_and_a_token_opens_it() {
    let closed = async |status: StatusCode, access: Option<Value>| {
        let instance = Instance::new(3);
        instance.change(|inside| (inside.closed, inside.access) = (Some(status), access));
        let site = instance.start().await;
        let fetcher = fetcher(&[site.address]);
        let outcome = poll(&fetcher, &site, &Value::Null, NOW, None).await;
        let with_token = poll(&fetcher, &site, &Value::Null, NOW, Some("secret")).await.unwrap();
        assert_eq!(with_token.records.len(), 3);
        outcome
    };
    for (status, access, words) in [
        (StatusCode::UNAUTHORIZED, None, "only to those signed in"),
        (StatusCode::UNAUTHORIZED, Some(json!({ "local": "public", "remote": "authenticated" })), "only to those signed in"),
        (StatusCode::OK, Some(json!({ "local": "authenticated", "remote": "authenticated" })), "only to those signed in"),
        (StatusCode::OK, Some(json!({ "local": "disabled", "remote": "disabled" })), "switched this timeline off"),
    ] {
        let setback = closed(status, access).await.unwrap_err();
        assert_eq!(setback.failure.class, Class::Config);
        let told = setback.failure.fault.message;
        assert!(told.en.starts_with("Limited access") && told.en.contains(words), "{}", told.en);
    }
    // Empty because nobody has written anything.
    assert!(closed(StatusCode::OK, Some(json!({ "local": "public", "remote": "public" }))).await.unwrap().records.is_empty());
}

#[tokio::test]
async fn a17_posts_are_text_and_who_does_not_want_to_be_found_is_left_out() {
    let instance = Instance::new(0);
    instance.change(|inside| {
        let mut hidden = status(1, "<p>hidden</p>");
        hidden["account"]["noindex"] = json!(true);
        let mut shy = status(2, "<p>shy</p>");
        shy["account"]["discoverable"] = json!(false);
        let mut odd = status(3, "<p>odd</p>");
        odd["created_at"] = json!("yesterday");
        let hostile = status(4, "<p>Bread<script>alert(1)</script> <img src=x onerror=alert(1)>&amp; jam</p><p><a href=\"javascript:alert(1)\">more</a></p>");
        inside.statuses.extend([(1, hidden), (2, shy), (3, odd), (4, hostile)]);
    });
    let site = instance.start().await;
    let polled = poll(&fetcher(&[site.address]), &site, &Value::Null, NOW, None).await.unwrap();
    assert_eq!(polled.records.len(), 1);
    assert_eq!(post(&polled, 0).text, "Bread & jam\n\nmore");
    let notes: Vec<_> = polled.notes.iter().map(|note| note.en.as_str()).collect();
    assert!(notes.len() == 2 && notes[0].starts_with("2 posts of people") && notes[1].starts_with("1 posts could not"), "{notes:?}");
    // What the newest page could not read does not stop the cursor.
    assert!(poll(&fetcher(&[site.address]), &site, &polled.state, NOW + MINUTE, None).await.unwrap().records.is_empty());
}

#[tokio::test]
async fn an_address_that_is_no_instance_says_what_to_check() {
    let site = Site::serve(Router::new().route("/api/v1/timelines/public", get(|| async { "<!doctype html>" }))).await;
    let nothing = Site::serve(Router::new()).await;
    for site in [site, nothing] {
        let setback = poll(&fetcher(&[site.address]), &site, &Value::Null, NOW, None).await.unwrap_err();
        assert!(setback.failure.fault.message.en.contains("did not answer as Mastodon does"), "{}", setback.failure.fault.message.en);
    }
}

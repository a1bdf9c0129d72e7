//! The live view: new events of a reader's share as they are indexed, over Server-Sent Events, while the permit lasts.

mod follow;
mod place;
mod view;
mod watches;

pub use watches::Watches;

use super::{find, share};
use crate::{
    access::Permit,
    fault::Fault,
    portal::Portal,
    routing::{Answer, Renewal},
};
use app::search::asks::Live;
use axum::{
    extract::{Query, Request},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use http::HeaderValue;
use place::Place;
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use view::View;

/// A comment this often tells both ends that the other is there.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How soon a browser tries again.
const RETRY: Duration = Duration::from_secs(2);

/// What the address says: `?stream=web&query=status:404&most=50`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    stream: String,
    query: String,
    most: Option<usize>,
    last_event_id: Option<String>,
}

/// `GET /api/search/live`.
pub async fn live(portal: Portal, permit: Permit, renewal: Renewal, request: Request) -> Answer {
    let Query(asked) = Query::<Asked>::try_from_uri(request.uri())
        .map_err(|cause| Fault::invalid("The address is not right.", "La dirección no es correcta.").because(cause))?;
    permit.about(format!("stream {}", asked.stream), serde_json::json!({ "query": asked.query }));
    let seen = share::of(&portal, &permit, &asked.stream).await?;
    let query = match find::parse(&asked.query, &seen)? {
        Ok(query) => query,
        Err(wrong) => return Ok(answered(stream::iter([event(&Live::Wrong(wrong), None)]).boxed())),
    };
    let header = request.headers().get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let since = asked.last_event_id.or(header).as_deref().and_then(Place::read);
    let view = View::open(portal, permit, renewal, seen, query, &asked.query, asked.most).await?;
    let events = view.messages(since).await?.map(|(message, place)| event(&message, place));
    let hello = Event::default().comment("watching").retry(RETRY);
    Ok(answered(stream::iter([hello]).chain(events).boxed()))
}

/// What goes out: made for one view, or once for all who get the same.
enum Outgoing {
    Made(Live),
    /// `Live::Hits` as JSON already.
    Shared(std::sync::Arc<str>),
}

fn event(message: &impl Named, place: Option<Place>) -> Event {
    let event = Event::default().event(message.name()).data(message.json());
    match place {
        Some(place) => event.id(place.written()),
        None => event,
    }
}

/// A message with the name that pages listen for.
trait Named {
    fn name(&self) -> &'static str;
    fn json(&self) -> String;
}

impl Named for Live {
    fn name(&self) -> &'static str {
        match self {
            Self::Hits { .. } => "hits",
            Self::Wrong(_) => "wrong",
            Self::Ended => "ended",
        }
    }

    fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Named for Outgoing {
    fn name(&self) -> &'static str {
        match self {
            Self::Made(live) => live.name(),
            Self::Shared(_) => "hits",
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Made(live) => live.json(),
            Self::Shared(json) => json.to_string(),
        }
    }
}

fn answered(events: stream::BoxStream<'static, Event>) -> axum::response::Response {
    let mut response = Sse::new(events.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here")).into_response();
    // A proxy that gathers answers would make a live view late.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

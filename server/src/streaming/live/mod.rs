//! The live line of a page: everything that it watches, over one connection of Server-Sent Events. A browser keeps few connections to
//! one origin, so a page with many live tiles must not take them all.

mod courses;

pub use courses::Courses;

use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    routing::{Answer, Renewal},
    search::live::{self as events, News},
};
use app::{
    ask::FaultKind,
    search::asks::{Live, Watched},
};
use axum::{
    extract::{Query, Request},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{
    StreamExt,
    stream::{self, BoxStream, SelectAll},
};
use http::HeaderValue;
use std::{convert::Infallible, time::Duration};

/// Things that one page watches.
const MOST: usize = 64;
/// A comment this often tells both ends that the other is there.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How soon a browser tries again.
const RETRY: Duration = Duration::from_secs(2);
/// Between the places of what is watched, in the id of a message.
const BETWEEN: char = '~';

/// `GET /api/live?watch=…&watch=…`, each a `Watched` as JSON. What is not the reader's has ended as it begins; where that is all, the
/// whole is refused.
pub async fn live(portal: Portal, permit: Permit, renewal: Renewal, request: Request) -> Answer {
    let (watched, last_id) = asked(&request)?;
    let streams: Vec<&str> = watched.iter().map(Watched::stream).collect();
    permit.about(format!("stream {}", streams.join(", ")), serde_json::to_value(&watched)?);
    let mut places: Vec<String> = last_id.split(BETWEEN).map(str::to_owned).collect();
    places.resize(watched.len(), String::new());
    let mut lines = SelectAll::new();
    let mut refused = None;
    for (of, one) in watched.iter().enumerate() {
        let since = Some(places[of].as_str()).filter(|place| !place.is_empty());
        let news = match watch(&portal, &permit, renewal.clone(), one, since).await {
            Ok(news) => news,
            Err(fault) if matches!(fault.kind, FaultKind::NotFound | FaultKind::Forbidden) => {
                refused = Some(fault);
                stream::iter([News::made(&Live::Ended)]).boxed()
            }
            Err(fault) => return Err(fault),
        };
        // An end without a last message is told apart by what stands after it.
        lines.push(news.map(Some).chain(stream::iter([None])).map(move |news| (of, news)).boxed());
    }
    if let Some(fault) = refused.filter(|_| watched.len() == 1) {
        return Err(fault);
    }
    Ok(answered(joined(lines, places)))
}

fn asked(request: &Request) -> Result<(Vec<Watched>, String)> {
    let wrong = || Fault::invalid("The address is not right.", "La dirección no es correcta.");
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map_err(|cause| wrong().because(cause))?;
    let texts = pairs.iter().filter(|(name, _)| name == "watch").map(|(_, text)| text);
    let watched: Vec<Watched> = texts.map(|text| serde_json::from_str(text)).collect::<Result<_, _>>().map_err(|cause| wrong().because(cause))?;
    if watched.is_empty() || watched.len() > MOST {
        return Err(Fault::invalid(format!("A page watches 1 to {MOST} things."), format!("Una página sigue de 1 a {MOST} cosas.")).on("watch"));
    }
    let header = request.headers().get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    // A browser that opens the same address again says in the header what came since.
    let last_id = header.or_else(|| pairs.into_iter().find(|(name, _)| name == "last_event_id").map(|(_, text)| text)).unwrap_or_default();
    Ok((watched, last_id))
}

async fn watch(portal: &Portal, permit: &Permit, renewal: Renewal, watched: &Watched, since: Option<&str>) -> Result<BoxStream<'static, News>> {
    match watched {
        Watched::Events { stream, query, most } => events::watch(portal, permit, renewal, stream, query, *most, since).await,
        Watched::Window(ask) => courses::watch(portal, permit, renewal, ask).await,
    }
}

/// All news as events. It ends when everything has ended for good, or when one thing is to be opened again: the browser then opens all of
/// them, each where it stood.
fn joined(lines: SelectAll<BoxStream<'static, (usize, Option<News>)>>, places: Vec<String>) -> BoxStream<'static, Event> {
    let ended = vec![false; places.len()];
    let event = |(places, ended): &mut (Vec<String>, Vec<bool>), (of, news): (usize, Option<News>)| {
        let next = match news {
            Some(news) => {
                ended[of] |= news.is_last;
                let data = format!(r#"{{"of":{of},"told":{}}}"#, news.json);
                let mut event = Event::default().data(data);
                if let Some(place) = news.place {
                    places[of] = place;
                    event = event.id(places.join(&BETWEEN.to_string()));
                }
                Some(Some(event))
            }
            None if ended[of] => Some(None),
            None => None,
        };
        std::future::ready(next)
    };
    lines.scan((places, ended), event).filter_map(std::future::ready).boxed()
}

fn answered(events: BoxStream<'static, Event>) -> axum::response::Response {
    let hello = Event::default().comment("watching").retry(RETRY);
    let events = stream::iter([hello]).chain(events).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here")).into_response();
    // A proxy that gathers answers would make a live view late.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

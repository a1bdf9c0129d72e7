//! The real-time line: agents and listeners to the bus, processors to index, windows and lake. Owns the tables of `0009_streaming.sql`.
//!
//! What a stream is, readers ask the search domain; here is how its events come to be.

pub mod agents;
pub mod dead_letters;
pub mod keywords;
mod line;
pub mod live;
pub mod meters;
pub mod processor;
mod sinks;
pub mod stream;
pub mod topics;
pub mod windows;

pub use line::{Line, refused};
pub use meters::Meters;

use crate::{
    access::{Action::*, Kind::*, Need},
    fault::Result,
    jobs::Tick,
    portal::Portal,
    routing::Routes,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The domain's part of the API.
pub fn routes(routes: Routes) -> Routes {
    agents::routes(routes)
        .raw_lasting("GET", "/api/live", Need(Stream, View), live::live)
        .ask(Need(Stream, View), windows::course::read)
        .ask(Need(Stream, View), windows::course::list)
        .ask(Need(Stream, Administer), meters::answers::list)
        .ask(Need(Stream, Administer), meters::answers::open)
        .ask(Need(Stream, Administer), stream::try_on::answer)
        .ask(Need(Stream, Administer), stream::refill::answer)
        .ask(Need(Stream, Administer), dead_letters::answers::list)
        .ask(Need(Stream, Administer), dead_letters::answers::replay)
        .ask(Need(Stream, Administer), dead_letters::answers::discard)
        .ask(Need(Keyword, Administer), keywords::answers::list)
        .ask(Need(Keyword, Administer), keywords::answers::save)
        .ask(Need(Keyword, Administer), keywords::answers::switch)
        .ask(Need(Keyword, Administer), keywords::answers::delete)
        .ask(Need(Keyword, Administer), keywords::preview::preview)
}

/// What the domain does on the clock.
pub fn ticks() -> [Tick; 2] {
    [
        Tick { name: "streaming.retention", every: Duration::from_secs(3_600), run: |portal| Box::pin(async move { stream::keep::tidy(&portal).await }) },
        Tick { name: "streaming.compact", every: Duration::from_secs(3_600), run: |portal| Box::pin(async move { stream::keep::compact(&portal).await }) },
    ]
}

/// Processes the streams, shows metrics and keeps their history, until `stop`.
pub async fn run(portal: Portal, stop: CancellationToken) -> Result<()> {
    let metrics = meters::serve::serve(portal.clone(), stop.clone());
    let history = meters::history(portal.clone(), stop.clone());
    let (processed, (), ()) = tokio::join!(processor::run(portal, stop), metrics, history);
    processed
}

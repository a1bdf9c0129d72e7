//! Sources, jobs, runs, quarantine: how data comes into the lake, the warehouse and the marts.
//!
//! Owns the tables of `0005_ingestion.sql` and `listener` of `0009_streaming.sql`; moves the pins of `0006_warehouse.sql`, and nothing else does. Gives no value
//! taken from data to anybody without *rows* on its dataset: logs, findings and notices hold names, counts and reasons.

pub mod answers;
pub mod apply;
pub mod connectors;
mod failing;
pub mod fetch;
pub mod history;
pub mod job;
pub mod ledger;
pub mod listening;
pub mod quality;
pub mod quarantine;
pub mod rules;
pub mod run;
pub mod schedule;
pub mod source;
pub mod upload;
mod words;

use crate::access::{Action::*, Kind::*, Need};
use crate::{fault::Result, jobs::Tick, portal::Portal, routing::Routes};
use std::time::Duration;

/// The zone in which schedules made in the portal count.
async fn time_zone(portal: &Portal) -> Result<String> {
    Ok(portal.identity.organisation().await?.map_or_else(|| "UTC".into(), |organisation| organisation.time_zone))
}

/// The domain's part of the API.
pub fn routes(routes: Routes, upload_bytes: u64) -> Routes {
    routes
        .ask(Need(Job, Administer), answers::list_jobs)
        .ask(Need(Job, Administer), answers::list_runs)
        .ask(Need(Job, Administer), answers::open_run)
        .ask(Need(Job, Administer), answers::run_now)
        .ask(Need(Job, Administer), answers::cancel_run)
        .ask(Need(Job, Administer), answers::pause_job)
        .ask(Need(Job, Administer), answers::list_notices)
        .ask(Need(Job, Administer), answers::dismiss_notice)
        .ask(Need(Quarantine, View), quarantine::list)
        .ask(Need(Source, Administer), answers::list_connectors)
        .ask(Need(Source, Administer), answers::list_sources)
        .ask(Need(Source, Administer), answers::save_source)
        .ask(Need(Source, Administer), answers::list_listeners)
        .ask(Need(Source, Administer), answers::save_listener)
        .ask(Need(Source, Administer), answers::pause_listener)
        .raw_large("POST", "/api/ingestion/upload", Need(Source, Administer), upload_bytes, upload::post)
        .ask(Need(Policy, Administer), answers::save_mart)
        .ask(Need(Job, Administer), answers::list_datasets)
}

/// What the domain does on the clock.
pub fn ticks() -> [Tick; 3] {
    [
        Tick { name: "ingestion.listeners", every: Duration::from_secs(5), run: listening::poll::tick },
        Tick { name: "ingestion.schedules", every: Duration::from_secs(5), run: schedule::tick },
        Tick { name: "ingestion.tidy", every: Duration::from_secs(3_600), run: |portal| Box::pin(async move { run::tidy(&portal).await }) },
    ]
}

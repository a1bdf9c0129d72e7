//! A run: loads a job's tables and builds its models and marts beside the published versions, checks them, and publishes
//! all of them at once.

mod build;
mod clean;
mod load;
mod order;
mod publish;
mod record;
pub mod store;
mod work;

pub use clean::tidy;
pub use order::by_dependency as in_order;
pub use publish::ask_when_ready;
pub use work::Work;

use super::{failing, job::IngestionJob, ledger, words};
use crate::{
    database::{Changes, new_id},
    fault::Result,
    jobs::{self, Cancelled, Ending, Failure, Job, Lease},
    portal::Portal,
    warehouse::pins,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One run in the queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoadRun {
    run: String,
    /// The job's name and every dataset it writes: two runs that write the same dataset never run at once.
    holds: Vec<String>,
    attempts: u32,
}

/// Why a run is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What makes it the same wish as another one: a scheduled time, the runs it follows. `None`: a wish of its own.
    pub interval: Option<String>,
    /// `schedule`, `apply`, `after <jobs>`, or a person.
    pub by: String,
}

/// Enqueues a run in the caller's transaction. `None` when the same interval had its run already.
pub async fn ask_for(changes: &mut Changes, job: &IngestionJob, work: &Work, asked: &Asked) -> Result<Option<String>> {
    let run = new_id();
    let interval = asked.interval.clone().unwrap_or_else(|| format!("by hand {run}"));
    if !store::insert(changes, &run, job, &interval, &asked.by, work).await? {
        return Ok(None);
    }
    let mut holds = work.datasets();
    holds.push(format!("job {}", job.name));
    let queued = jobs::enqueue(changes, &LoadRun { run: run.clone(), holds, attempts: job.attempts }).await?;
    store::queued(changes, &run, &queued).await?;
    Ok(Some(run))
}

/// Cancels a run: at once when it waits, within about a second when it runs; false when it had ended.
pub async fn cancel(changes: &mut Changes, run: &str) -> Result<bool> {
    let Some(queued) = store::queue_id(changes, run).await? else { return Ok(false) };
    match jobs::cancel(changes, &queued).await? {
        Cancelled::AtOnce => {
            end(changes, run, "cancelled", None).await?;
            Ok(true)
        }
        Cancelled::Asked => Ok(true),
        Cancelled::TooLate => Ok(false),
    }
}

impl Job for LoadRun {
    const KIND: &'static str = "ingestion.run";

    fn holds(&self) -> Vec<String> {
        self.holds.clone()
    }

    fn attempts(&self) -> u32 {
        self.attempts
    }

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        let Some(started) = store::start(&portal.database, lease, &self.run).await? else {
            // Published by an earlier try that died before it could tidy up.
            return clean::after(portal, lease, &self.run).await;
        };
        let record = record::Record::new(portal, &self.run, lease.attempt);
        if lease.attempt > 1 {
            record.info(words::again(lease.attempt)).await?;
        }
        let outcome = attempt(portal, lease, &record, &started).await;
        match outcome {
            Ok(()) => clean::after(portal, lease, &self.run).await,
            Err(failure) => {
                let failure = failing::explained(failure);
                record.error(failure.fault.message.clone()).await?;
                Err(failure)
            }
        }
    }

    async fn ended(&self, changes: &mut Changes, ending: &Ending<'_>) -> Result<()> {
        match ending {
            Ending::Retry { at_ms, failure } => {
                store::log(changes, &self.run, "info", &words::next_try(*at_ms)).await?;
                store::waiting(changes, &self.run, Some(&failure.fault.message)).await
            }
            Ending::Released => store::waiting(changes, &self.run, None).await,
            Ending::Cancelled => {
                store::log(changes, &self.run, "warn", &words::cancelled()).await?;
                end(changes, &self.run, "cancelled", None).await
            }
            Ending::GivenUp { failure } => end(changes, &self.run, "failed", Some(failure)).await,
        }
    }
}

async fn attempt(portal: &Portal, lease: &Lease, record: &record::Record, started: &store::Started) -> Result<(), Failure> {
    let mut made = publish::Made::default();
    for source in &started.work.sources {
        for table in &source.tables {
            if let Some(loaded) = load::table(portal, lease, record, source, table, started.work.again).await? {
                made.loaded(loaded);
            }
        }
    }
    for definition in &started.work.definitions {
        made.built(build::definition(portal, record, definition, &made).await?);
    }
    publish::publish(portal, lease, record, started, made).await
}

/// The end of a run that published nothing: its files may be loaded again, its datasets are known to be behind.
async fn end(changes: &mut Changes, run: &str, state: &str, failure: Option<&Failure>) -> Result<()> {
    let message = failure.map(|failure| &failure.fault.message);
    let Some(ended) = store::finish(changes, run, state, message).await? else { return Ok(()) };
    ledger::release(changes, run).await?;
    if let Some(message) = message {
        pins::mark_stale(changes, &ended.work.datasets()).await?;
        store::notice(changes, run, &ended.department, &words::failed(&ended.job, message)).await?;
    }
    Ok(())
}

/// How often figures of a table that is being written are shown anew.
const PROGRESS: Duration = Duration::from_secs(1);

//! Background work: a job is a serialisable struct with `run`; the queue stands in the control plane and is worked under leases.
//!
//! Owns the tables of `0004_jobs.sql`. A job is enqueued in the transaction that made it necessary and may run more than
//! once (a process can die at any moment), so `run` is idempotent and checks its lease in the transaction that publishes.

mod clock;
mod failure;
mod kinds;
mod lease;
mod owner;
pub mod rules;
mod store;
pub mod times;
mod worker;

pub use clock::{Tick, tick};
pub use failure::{Class, Failure};
pub use kinds::Kinds;
pub use lease::Lease;
pub use store::Cancelled;
pub use worker::{Pace, work};

use crate::{
    database::{Changes, new_id, now_ms},
    fault::Result,
    portal::Portal,
};
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;

/// A piece of background work; its fields are the payload.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Names the struct in the queue: `<domain>.<what>`.
    const KIND: &'static str;
    const LANE: Lane = Lane::Batch;

    /// What this job must have for itself (e.g. dataset names): two jobs that hold the same name never run at once.
    fn holds(&self) -> Vec<String> {
        Vec::new()
    }

    /// Most tries, the first included. A process that dies does not use one up.
    fn attempts(&self) -> u32 {
        3
    }

    /// The work. Dropped at its next await when it is cancelled, when the lease is lost or when the process ends.
    fn run(&self, portal: &Portal, lease: &Lease) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Told, in the transaction that writes it into the queue, how a try that did not succeed goes on.
    fn ended(&self, _changes: &mut Changes, _ending: &Ending<'_>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// Who waits behind whom: each lane has slots of its own, so that a report never waits for the night's loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Loads and builds.
    Batch,
    /// Somebody is waiting for it.
    Interactive,
    /// Sources that are asked every so often: they wait for strangers, and nobody waits for them.
    Listening,
}

impl Lane {
    pub(crate) const ALL: [Self; 3] = [Self::Batch, Self::Interactive, Self::Listening];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Interactive => "interactive",
            Self::Listening => "listening",
        }
    }
}

/// How a try that did not succeed goes on.
#[derive(Debug)]
pub enum Ending<'a> {
    /// Runs again at this time (Unix milliseconds).
    Retry {
        at_ms: i64,
        failure: &'a Failure,
    },
    /// The process stops; another one runs it again at once, without counting this try.
    Released,
    Cancelled,
    /// Does not run again.
    GivenUp {
        failure: &'a Failure,
    },
}

/// Adds a job to the queue within the caller's transaction; gives its id.
pub async fn enqueue<J: Job>(changes: &mut Changes, job: &J) -> Result<String> {
    enqueue_at(changes, job, now_ms()).await
}

/// The same, to be run not before `run_at_ms`.
pub async fn enqueue_at<J: Job>(changes: &mut Changes, job: &J, run_at_ms: i64) -> Result<String> {
    let id = new_id();
    store::insert(
        changes,
        &store::New {
            id: &id,
            kind: J::KIND,
            lane: J::LANE.name(),
            payload: &serde_json::to_string(job)?,
            attempts: i64::from(job.attempts().max(1)),
            run_at_ms,
            holds: &job.holds(),
        },
    )
    .await?;
    Ok(id)
}

/// Asks for a job to stop. A waiting one is cancelled at once (its `ended` is not called: the caller knows, and writes
/// its own rows in the same transaction); a running one within about a second.
pub async fn cancel(changes: &mut Changes, id: &str) -> Result<Cancelled> {
    store::cancel(changes, id).await
}

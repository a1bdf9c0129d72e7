//! A worker's time-limited right to run one job, with the fencing token that is checked when it publishes.

use super::{Failure, store};
use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Held while a job runs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Of the job in the queue.
    pub job: String,
    /// Which try this is, from 1; tries cut short by a dying process count here.
    pub attempt: u32,
    pub(super) fence: i64,
    over: CancellationToken,
    why: Arc<Mutex<Option<Over>>>,
}

/// Why a lease ended before its job did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Cancelled,
    /// Somebody else has the job, or the control plane could not be reached for as long as a lease lasts.
    Lost,
    /// The process stops.
    Stopping,
}

impl Lease {
    pub(super) fn new(job: String, attempt: i64, fence: i64) -> Self {
        Self { job, attempt: u32::try_from(attempt).unwrap_or(u32::MAX), fence, over: CancellationToken::new(), why: Arc::default() }
    }

    /// Fails unless the job is still this worker's: call it in the transaction that publishes. The row stays locked until
    /// that transaction ends, so nobody can take the job over in between.
    pub async fn guard(&self, changes: &mut Changes) -> Result<(), Failure> {
        match store::guard(changes, &self.job, self.fence).await? {
            store::Held::Ours => Ok(()),
            store::Held::Cancel => Err(self.refused(Over::Cancelled)),
            store::Held::NotOurs => Err(self.refused(Over::Lost)),
        }
    }

    /// The same, and marks the job done: what is published and the end of the job are one transaction.
    pub async fn complete(&self, changes: &mut Changes) -> Result<(), Failure> {
        self.guard(changes).await?;
        store::finish(changes, &self.job, self.fence, "done", None).await?;
        Ok(())
    }

    /// Cancelled when the work should stop; for work that no drop can reach (a blocking thread).
    pub fn over(&self) -> &CancellationToken {
        &self.over
    }

    pub(super) fn end(&self, why: Over) {
        if let Ok(mut first) = self.why.lock() {
            first.get_or_insert(why);
        }
        self.over.cancel();
    }

    pub(super) fn why(&self) -> Option<Over> {
        self.why.lock().ok().and_then(|why| *why)
    }

    /// Renews the lease and looks for a wish to cancel, until the job ends. Never compares wall clocks: a lease that
    /// could not be renewed for `length` by this process's monotonic clock is given up.
    pub(super) async fn keep(&self, database: &Database, length: Duration) {
        let mut renewed = Instant::now();
        let mut look = tokio::time::interval((length / 30).max(Duration::from_millis(50)));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut wanted = Instant::now();
        loop {
            look.tick().await;
            let state = if wanted.elapsed() >= length / 4 {
                wanted = Instant::now();
                store::renew(database, &self.job, self.fence, length).await
            } else {
                store::wishes(database, &self.job, self.fence).await
            };
            match state {
                Ok(store::Held::Ours) => renewed = Instant::now(),
                Ok(store::Held::Cancel) => return self.end(Over::Cancelled),
                Ok(store::Held::NotOurs) => return self.end(Over::Lost),
                Err(cause) => {
                    tracing::warn!(job = self.job, ?cause, "the lease could not be renewed");
                    if renewed.elapsed() >= length {
                        return self.end(Over::Lost);
                    }
                }
            }
        }
    }

    fn refused(&self, why: Over) -> Failure {
        self.end(why);
        Failure::transient(Fault::operator("the job is no longer this process's", "el trabajo ya no es de este proceso"))
    }
}

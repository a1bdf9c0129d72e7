//! The worker: claims due jobs, runs each under a lease, writes how it ended, and frees the leases of the dead.

use super::{
    Ending, Failure, Kinds, Lane, Lease,
    lease::Over,
    owner::Owner,
    rules::{MOST_LOST, pause_ms},
    store::{self, Claimed},
};
use crate::{
    database::{DatabaseKind, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use futures::FutureExt;
use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How a worker goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Jobs at once, in each lane.
    pub slots: usize,
    /// A worker that has not renewed a lease for so long has lost it.
    pub lease: Duration,
    /// Between looks at the queue.
    pub poll: Duration,
    /// Ends when nothing waits or runs any more, instead of waiting for more.
    pub until_idle: bool,
}

impl Pace {
    pub fn with_slots(slots: usize) -> Self {
        Self { slots: slots.max(1), lease: Duration::from_secs(30), poll: Duration::from_millis(250), until_idle: false }
    }
}

/// Works the queue until `stop`, then lets go of what is running so that the next process takes it up at once.
pub async fn work(portal: Portal, kinds: Kinds, pace: Pace, stop: CancellationToken) -> Result<()> {
    let owner = Owner::claim(&portal.config.data)?;
    let mut watch = Watch::default();
    let mut running: [JoinSet<()>; Lane::ALL.len()] = Default::default();
    let mut looked: Option<Instant> = None;
    while !stop.is_cancelled() {
        if looked.is_none_or(|at| at.elapsed() >= pace.lease / 10) {
            looked = Some(Instant::now());
            if let Err(fault) = watch.recover(&portal, &kinds, &owner, pace.lease).await {
                tracing::error!(%fault, cause = ?fault.cause, "looking for abandoned jobs failed");
            }
        }
        let mut started = false;
        for (lane, running) in Lane::ALL.into_iter().zip(&mut running) {
            while running.try_join_next().is_some() {}
            if running.len() >= pace.slots {
                continue;
            }
            match store::claim(&portal.database, lane.name(), &owner.id, pace.lease).await {
                Ok(Some(claimed)) => {
                    running.spawn(one(portal.clone(), kinds.clone(), claimed, pace.lease, stop.clone()));
                    started = true;
                }
                Ok(None) => {}
                Err(fault) => tracing::error!(%fault, cause = ?fault.cause, "the queue of jobs cannot be read"),
            }
        }
        if !started {
            if pace.until_idle && running.iter().all(JoinSet::is_empty) && store::is_idle(&portal.database).await? {
                break;
            }
            stop.run_until_cancelled(tokio::time::sleep(pace.poll)).await;
        }
    }
    for running in &mut running {
        while running.join_next().await.is_some() {}
    }
    Ok(())
}

async fn one(portal: Portal, kinds: Kinds, claimed: Claimed, length: Duration, stop: CancellationToken) {
    let lease = Lease::new(claimed.id.clone(), claimed.attempt, claimed.fence);
    let work = async {
        match kinds.get(&claimed.kind) {
            Some(kind) => AssertUnwindSafe(kind.run(&claimed.payload, &portal, &lease)).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(&*panic))),
            None => Err(Failure::config(Fault::operator(
                format!("this portal knows no job of kind {}: start the version that enqueued it", claimed.kind),
                format!("este portal no conoce trabajos de tipo {}: arranque la versión que lo encoló", claimed.kind),
            ))),
        }
    };
    let outcome = tokio::select! {
        outcome = work => Some(outcome),
        () = lease.keep(&portal.database, length) => None,
        () = stop.cancelled() => { lease.end(Over::Stopping); None }
    };
    // Tells blocking threads of a dropped future.
    lease.over().cancel();
    let written = match (outcome, lease.why()) {
        (_, Some(Over::Lost)) => {
            tracing::warn!(job = claimed.id, kind = claimed.kind, "the lease was lost: another process goes on");
            return;
        }
        (Some(Ok(())), _) => succeeded(&portal, &claimed).await,
        (_, Some(Over::Cancelled)) => end(&portal, &kinds, &claimed, &Ending::Cancelled).await,
        (_, Some(Over::Stopping)) | (None, None) => end(&portal, &kinds, &claimed, &Ending::Released).await,
        (Some(Err(failure)), None) => failed(&portal, &kinds, &claimed, &failure).await,
    };
    if let Err(fault) = written {
        // The lease runs out and the job runs again, which is safe.
        tracing::error!(job = claimed.id, %fault, cause = ?fault.cause, "how a job ended could not be written");
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Failure::bug(Fault::internal(format!("a job panicked: {text}")))
}

async fn succeeded(portal: &Portal, claimed: &Claimed) -> Result<()> {
    let mut changes = portal.database.begin().await?;
    // Without effect when the job completed itself in the transaction that published.
    store::finish(&mut changes, &claimed.id, claimed.fence, "done", None).await?;
    Ok(changes.commit().await?)
}

async fn failed(portal: &Portal, kinds: &Kinds, claimed: &Claimed, failure: &Failure) -> Result<()> {
    tracing::warn!(job = claimed.id, kind = claimed.kind, attempt = claimed.attempt, class = ?failure.class, %failure, cause = ?failure.fault.cause, "a job failed");
    match pause_ms(claimed.attempt - claimed.lost, claimed.attempts, failure, rand::random()) {
        Some(pause) => {
            let at_ms = now_ms() + i64::try_from(pause).unwrap_or(i64::MAX / 2);
            end(portal, kinds, claimed, &Ending::Retry { at_ms, failure }).await
        }
        None => end(portal, kinds, claimed, &Ending::GivenUp { failure }).await,
    }
}

/// Writes the ending into the queue and tells the job, in one transaction.
async fn end(portal: &Portal, kinds: &Kinds, claimed: &Claimed, ending: &Ending<'_>) -> Result<()> {
    let mut changes = portal.database.begin().await?;
    let (id, fence) = (claimed.id.as_str(), claimed.fence);
    let ours = match ending {
        Ending::Retry { at_ms, failure } => store::again(&mut changes, id, fence, *at_ms, Some(&failure.fault.message.en)).await?,
        Ending::Released => store::release(&mut changes, id, fence).await?,
        Ending::Cancelled => store::finish(&mut changes, id, fence, "cancelled", None).await?,
        Ending::GivenUp { failure } => store::finish(&mut changes, id, fence, "failed", Some(&failure.fault.message.en)).await?,
    };
    if ours && let Some(kind) = kinds.get(&claimed.kind) {
        kind.ended(&claimed.payload, &mut changes, ending).await?;
    }
    Ok(changes.commit().await?)
}

/// What this process has seen of leases, its own among them: one whose end could not be written is silent, too.
#[derive(Default)]
struct Watch(HashMap<String, (i64, i64, Instant)>);

impl Watch {
    /// Frees the leases of owners that died: at once on this machine (their file lock is gone), elsewhere when a lease
    /// has not changed for its whole length by *our* monotonic clock.
    async fn recover(&mut self, portal: &Portal, kinds: &Kinds, owner: &Owner, length: Duration) -> Result<()> {
        let one_machine = portal.database.kind() == DatabaseKind::Sqlite;
        let dead = owner.dead();
        let held = store::held(&portal.database).await?;
        self.0.retain(|job, _| held.iter().any(|lease| lease.job == *job));
        for lease in held {
            let seen = self.0.entry(lease.job.clone()).or_insert((lease.fence, lease.until_ms, Instant::now()));
            if (seen.0, seen.1) != (lease.fence, lease.until_ms) {
                *seen = (lease.fence, lease.until_ms, Instant::now());
            }
            let silent = seen.2.elapsed() >= length;
            let died = lease.owner != owner.id && (dead.contains(&lease.owner) || one_machine && !owner.lives(&lease.owner));
            if silent || died {
                free(portal, kinds, &lease.job, lease.fence).await?;
            }
        }
        for id in dead {
            owner.forget(&id);
        }
        Ok(())
    }
}

async fn free(portal: &Portal, kinds: &Kinds, job: &str, fence: i64) -> Result<()> {
    let mut changes = portal.database.begin().await?;
    if let Some(claimed) = store::abandon(&mut changes, job, fence).await? {
        tracing::warn!(job, kind = claimed.kind, lost = claimed.lost, "the process that ran a job died");
        if claimed.lost >= MOST_LOST {
            let failure = Failure::bug(Fault::operator(
                format!("the process died {} times while running this job", claimed.lost),
                format!("el proceso ha muerto {} veces mientras ejecutaba este trabajo", claimed.lost),
            ));
            store::give_up(&mut changes, job, &failure.fault.message.en).await?;
            if let Some(kind) = kinds.get(&claimed.kind) {
                kind.ended(&claimed.payload, &mut changes, &Ending::GivenUp { failure: &failure }).await?;
            }
        }
    }
    Ok(changes.commit().await?)
}

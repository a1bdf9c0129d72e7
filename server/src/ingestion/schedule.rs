//! Schedules: each scheduled time of a job has its run once, whatever the clock does; what was missed is caught up once.

use super::{
    job::{self, IngestionJob},
    run::{self, Asked, Work},
};
pub use crate::jobs::times::{check, due, next};
use crate::{database::now_ms, fault::Result, portal::Portal};
use futures::future::BoxFuture;

/// For the clock: asks for the runs that are due.
pub fn tick(portal: Portal) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { tick_at(&portal, now_ms()).await.map(drop) })
}

/// Asks for a run of each job whose schedule came due, at this time; gives their ids. Any number of processes may call it.
pub async fn tick_at(portal: &Portal, now_ms: i64) -> Result<Vec<String>> {
    let mut runs = Vec::new();
    for standing in job::store::all(portal.database.read()).await? {
        let Some(schedule) = standing.job.schedule.as_deref().filter(|_| !standing.paused) else { continue };
        let asked = match due(schedule, &standing.job.time_zone, standing.scheduled_to_ms, now_ms) {
            Ok(Some(at_ms)) => ask(portal, &standing.job, standing.scheduled_to_ms, at_ms).await,
            Ok(None) => Ok(None),
            Err(fault) => Err(fault),
        };
        match asked {
            Ok(run) => runs.extend(run),
            // One job's mistake must not keep the others from their hour.
            Err(fault) => tracing::error!(job = standing.job.name, %fault, cause = ?fault.cause, "a scheduled run could not be asked for"),
        }
    }
    Ok(runs)
}

async fn ask(portal: &Portal, job: &IngestionJob, from_ms: i64, at_ms: i64) -> Result<Option<String>> {
    let mut changes = portal.database.begin().await?;
    if !job::store::scheduled(&mut changes, &job.name, from_ms, at_ms).await? {
        return Ok(None);
    }
    // A run that has not started yet will do what this one would: a slow job does not pile up runs.
    let run = if run::store::has_waiting(&mut changes, &job.name).await? {
        None
    } else {
        let work = Work::of(&mut changes, job).await?;
        run::ask_for(&mut changes, job, &work, &Asked { interval: Some(format!("scheduled {at_ms}")), by: "schedule".into() }).await?
    };
    changes.commit().await?;
    Ok(run)
}

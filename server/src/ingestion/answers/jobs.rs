//! Answers about jobs: the list, run now, pause, and the notices of failed runs.

use super::{own_job, store};
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    ingestion::{
        job,
        run::{self, Asked, Work},
        schedule,
    },
    portal::Portal,
};
use app::ingestion::asks::{DismissNotice, JobCard, ListJobs, ListNotices, Notice, PauseJob, RunNow};

/// Jobs of the asker's department, each with its last run.
pub async fn list_jobs(portal: Portal, permit: Permit, _ask: ListJobs) -> Result<Vec<JobCard>> {
    let mut cards = Vec::new();
    for standing in job::store::all(portal.database.read()).await? {
        let job = standing.job;
        if job.department != permit.principal().department {
            continue;
        }
        let from = now_ms().max(standing.scheduled_to_ms);
        let next = job.schedule.as_deref().filter(|_| !standing.paused).map(|schedule| schedule::next(schedule, &job.time_zone, from)).transpose();
        cards.push(JobCard {
            last: store::runs(&portal.database, &job.department, Some(&job.name), 1).await?.pop(),
            // A schedule that cannot be read any more must not hide the list.
            next_run_ms: next.ok().flatten().flatten(),
            name: job.name,
            title: job.title,
            department: job.department,
            schedule: job.schedule,
            time_zone: job.time_zone,
            paused: standing.paused,
        });
    }
    Ok(cards)
}

/// Asks for a run that loads everything again, changed or not.
pub async fn run_now(portal: Portal, permit: Permit, ask: RunNow) -> Result<String> {
    permit.about(format!("job {}", ask.job), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    let job = own_job(&mut changes, &permit, &ask.job).await?.job;
    let work = Work { again: true, ..Work::of(&mut changes, &job).await? };
    let asked = Asked { interval: None, by: permit.principal().audit_name() };
    let run = run::ask_for(&mut changes, &job, &work, &asked).await?.ok_or_else(Fault::conflict)?;
    changes.commit().await?;
    Ok(run)
}

pub async fn pause_job(portal: Portal, permit: Permit, ask: PauseJob) -> Result<()> {
    permit.about(format!("job {}", ask.job), serde_json::json!({ "paused": ask.paused }));
    let mut changes = portal.database.begin().await?;
    let standing = own_job(&mut changes, &permit, &ask.job).await?;
    if standing.paused != ask.paused {
        job::store::pause(&mut changes, &ask.job, ask.paused).await?;
    }
    Ok(changes.commit().await?)
}

/// Failed runs that nobody of the department has dismissed, newest first.
pub async fn list_notices(portal: Portal, permit: Permit, _ask: ListNotices) -> Result<Vec<Notice>> {
    store::notices(&portal.database, &permit.principal().department).await
}

pub async fn dismiss_notice(portal: Portal, permit: Permit, ask: DismissNotice) -> Result<()> {
    permit.about(format!("notice {}", ask.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    let principal = permit.principal();
    if !store::dismiss(&mut changes, &ask.id, &principal.department, &principal.audit_name()).await? {
        return Err(Fault::not_found());
    }
    Ok(changes.commit().await?)
}

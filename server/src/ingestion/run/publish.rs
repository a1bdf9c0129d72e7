//! Publishing: one control-plane transaction checks the fence and moves the pins of all the run's tables, with the file
//! ledger, the run's state, and the runs that wait for it.

use super::{
    Asked, Work, ask_for,
    build::Built,
    load::Loaded,
    record::Record,
    store::{self, Started},
};
use crate::{
    database::{Changes, now_ms},
    fault::Result,
    ingestion::{
        job::{self, IngestionJob},
        ledger, words,
    },
    jobs::{Failure, Lease},
    portal::Portal,
    warehouse::pins::{self, Pin},
};
use app::ask::FaultKind;
use warehouse::lake::Written;

/// The new versions of a run, none of them published yet.
#[derive(Debug, Default)]
pub(super) struct Made {
    loaded: Vec<Loaded>,
    built: Vec<Built>,
}

impl Made {
    pub fn loaded(&mut self, loaded: Loaded) {
        self.loaded.push(loaded);
    }

    pub fn built(&mut self, built: Built) {
        self.built.push(built);
    }

    /// Each with the department that owns it.
    pub fn written(&self) -> impl Iterator<Item = (&str, &Written)> {
        let loaded = self.loaded.iter().map(|loaded| (loaded.department.as_str(), &loaded.written));
        loaded.chain(self.built.iter().map(|built| (built.department.as_str(), &built.written)))
    }

    /// Rows in quarantine, or findings.
    fn is_partial(&self) -> bool {
        self.loaded.iter().any(|loaded| loaded.quarantined > 0) || self.built.iter().any(|built| built.warned > 0)
    }

    fn pins(&self, run: &str) -> Vec<Pin> {
        let published_ms = now_ms();
        let loaded = self.loaded.iter().map(|loaded| (&loaded.written, &loaded.department, None));
        let built = self.built.iter().map(|built| (&built.written, &built.department, Some(built.definition.clone())));
        loaded
            .chain(built)
            .map(|(written, department, definition)| Pin {
                dataset: written.dataset.clone(),
                department: department.clone(),
                version: written.version,
                rows: written.rows,
                bytes: written.bytes,
                columns: written.columns.clone(),
                definition,
                run: run.to_owned(),
                published_ms,
                stale: false,
            })
            .collect()
    }
}

pub(super) async fn publish(portal: &Portal, lease: &Lease, record: &Record, started: &Started, made: Made) -> Result<(), Failure> {
    let pins = made.pins(&started.run);
    let state = if made.is_partial() { "partial" } else { "succeeded" };
    record.info(words::publishing(pins.len())).await?;
    let mut changes = portal.database.begin().await?;
    // First: publishes queue here, so that each sees what the one before published.
    let generation = pins::lock(&mut changes).await?;
    lease.guard(&mut changes).await?;
    pins::move_pins(&mut changes, &pins).await?;
    for loaded in &made.loaded {
        ledger::store::loaded(&mut changes, &started.run, &loaded.files).await?;
    }
    store::published(&mut changes, &started.run, state, generation).await?;
    follow(&mut changes, &started.job).await?;
    changes.commit().await?;
    Ok(())
}

/// Asks for runs of the jobs that wait for `published` and have now seen all they wait for publish since their last start.
async fn follow(changes: &mut Changes, published: &str) -> Result<()> {
    for standing in job::store::all(&mut **changes).await? {
        if standing.job.after.iter().any(|name| name == published) && !standing.paused {
            match ask_when_ready(changes, &standing.job, &format!("after {published}")).await {
                // What is wrong with the job that follows must not undo what this one publishes.
                Err(fault) if fault.kind != FaultKind::Internal => tracing::error!(job = standing.job.name, %fault, "a job that follows cannot run"),
                asked => drop(asked?),
            }
        }
    }
    Ok(())
}

/// Asks for a run when everything the job waits for has published since its own last start. Gives the run's id.
pub async fn ask_when_ready(changes: &mut Changes, job: &IngestionJob, by: &str) -> Result<Option<String>> {
    let seen = job::store::started_generation(changes, &job.name).await?;
    let mut newest = Vec::new();
    for name in &job.after {
        match store::last_generation(changes, name).await? {
            Some(generation) if generation > seen => newest.push(format!("{name} {generation}")),
            _ => return Ok(None),
        }
    }
    if store::has_waiting(changes, &job.name).await? {
        return Ok(None);
    }
    let work = Work::of(changes, job).await?;
    let interval = format!("after {}", newest.join(", "));
    ask_for(changes, job, &work, &Asked { interval: Some(interval), by: by.to_owned() }).await
}

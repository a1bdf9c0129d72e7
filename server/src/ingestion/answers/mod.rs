//! The questions of `app::ingestion`, answered: jobs and runs of the asker's own department, figures only.

mod jobs;
mod listeners;
mod marts;
mod runs;
mod sources;
pub mod store;

pub use jobs::{dismiss_notice, list_jobs, list_notices, pause_job, run_now};
pub use listeners::{list_listeners, pause_listener, save_listener};
pub use marts::{list_datasets, save_mart};
pub use runs::{cancel_run, list_runs, open_run};
pub use sources::{list_connectors, list_sources, save_source};

use super::job::{self, Standing};
use crate::{
    access::Permit,
    database::Changes,
    fault::{Fault, Result},
};

/// A job of the asker's department; every other one is not found.
async fn own_job(changes: &mut Changes, permit: &Permit, name: &str) -> Result<Standing> {
    let standing = job::store::one(&mut **changes, name).await?;
    standing.filter(|standing| standing.job.department == permit.principal().department).ok_or_else(Fault::not_found)
}

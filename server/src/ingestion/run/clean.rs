//! After a run: deletes files that no reader can need, and what killed runs left.

use super::store;
use crate::{
    database::now_ms,
    fault::Result,
    ingestion::connectors,
    jobs::{Failure, Lease},
    portal::Portal,
    warehouse::pins,
};

/// A retired version stays this long for who is still reading it (a long export).
const KEPT_MS: i64 = 3_600_000;
/// Days that runs stay in the history.
const RUN_DAYS: i64 = 400;

/// Cleans the run's datasets while it still holds them. A failure here does not fail the run: the next one cleans too.
pub(super) async fn after(portal: &Portal, lease: &Lease, run: &str) -> Result<(), Failure> {
    let Some(work) = store::work_of(&portal.database, run).await? else { return Ok(()) };
    for dataset in work.datasets() {
        let mut changes = portal.database.begin().await?;
        lease.guard(&mut changes).await?;
        drop(changes);
        if let Err(fault) = dataset_files(portal, run, &dataset).await {
            tracing::warn!(dataset, %fault, cause = ?fault.cause, "old versions could not be cleaned");
        }
    }
    Ok(())
}

async fn dataset_files(portal: &Portal, run: &str, dataset: &str) -> Result<()> {
    let kept = pins::kept(&portal.database, dataset, now_ms() - KEPT_MS).await?;
    if kept.is_empty() {
        return Ok(());
    }
    let live = store::live(&portal.database, run).await?;
    portal.warehouse.clean(dataset, &kept, &live).await?;
    pins::forget_past(&portal.database, dataset, &kept).await
}

/// Now and then: forgets old runs, and deletes uploaded files that no source names.
pub async fn tidy(portal: &Portal) -> Result<()> {
    store::forget(&portal.database, now_ms() - RUN_DAYS * 86_400_000).await?;
    connectors::upload::tidy(portal).await
}

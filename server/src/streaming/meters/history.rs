//! The history of figures: every process that works streams writes its own, the page adds them up.

use super::store;
use crate::{database::now_ms, fault::Result, portal::Portal};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Days that samples stay.
const KEPT_MS: i64 = 2 * 86_400_000;

/// Between samples.
const EVERY: Duration = Duration::from_secs(10);

/// Writes samples until `stop`.
pub async fn history(portal: Portal, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        if let Err(fault) = keep(&portal).await {
            tracing::warn!(%fault, cause = ?fault.cause, "no sample of the streams was kept");
        }
    }
}

/// Writes what this process counts now; a process that works no stream writes nothing.
async fn keep(portal: &Portal) -> Result<()> {
    let figures = portal.meters.figures();
    if figures.is_empty() {
        return Ok(());
    }
    store::keep(&portal.database, &portal.meters.process, now_ms(), &figures).await
}

/// Forgets what is older than the page shows.
pub async fn tidy(portal: &Portal) -> Result<()> {
    store::forget(&portal.database, now_ms() - KEPT_MS).await
}

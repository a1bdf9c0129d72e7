//! How long reports are kept: for the stated days, and the newest within the stated bytes.

use super::{
    make::path,
    store::{self, Kept},
};
use crate::{database::now_ms, fault::Result, jobs::Tick, portal::Portal};
use object_store::ObjectStoreExt;
use std::time::Duration;

/// Deletes what is past its days, then the oldest while all together are too many bytes.
async fn expire(portal: &Portal) -> Result<()> {
    let ready = store::ready(&portal.database).await?;
    let mut bytes: u64 = ready.iter().map(|kept| kept.bytes).sum();
    let now = now_ms();
    for kept in ready {
        if kept.expires_ms <= now || bytes > portal.config.report_bytes {
            bytes -= kept.bytes;
            remove(portal, &kept).await?;
        }
    }
    Ok(())
}

/// Retention, every hour.
pub fn tick() -> Tick {
    Tick { name: "reports.expire", every: Duration::from_secs(3_600), run: |portal| Box::pin(async move { expire(&portal).await }) }
}

/// Deletes the file, then its row: a file that is already gone is no failure.
pub(super) async fn remove(portal: &Portal, kept: &Kept) -> Result<()> {
    match portal.report_store.delete(&path(kept)?).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
        Err(cause) => tracing::warn!(%cause, report = kept.id, "a report's file could not be deleted"),
    }
    let mut changes = portal.database.begin().await?;
    store::remove(&mut changes, &kept.id).await?;
    Ok(changes.commit().await?)
}

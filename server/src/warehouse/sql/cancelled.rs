//! A statement whose reader went away before it was answered: it ends without an answer, and still stands in the audit log.

use super::ACTION;
use crate::{
    access::{
        Permit,
        audit::{AuditWriter, Record},
    },
    portal::Portal,
};

/// Stands beside a statement while it runs. Dropped before it `ended`, it writes the record that the route no longer can.
pub struct Watched {
    under_way: Option<(AuditWriter, Permit)>,
}

impl Watched {
    pub fn new(portal: &Portal, permit: &Permit) -> Self {
        Self { under_way: Some((portal.audit.clone(), permit.clone())) }
    }

    /// It was answered, or refused: the route writes its record.
    pub fn ended(mut self) {
        self.under_way = None;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some((audit, permit)) = self.under_way.take() else { return };
        let trail = permit.trail();
        let mut details = trail.details;
        if let Some(details) = details.as_object_mut() {
            details.insert("cancelled".into(), true.into());
        }
        let record = Record::of(&permit, ACTION, trail.object, "failed").with(details);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(fault) = audit.record(record).await {
                    tracing::error!(cause = ?fault.cause, "a cancelled statement could not be recorded: {fault}");
                }
            });
        }
    }
}

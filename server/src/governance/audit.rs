//! The administrators' page of the audit log, and its verification.

use crate::{
    access::{
        Permit,
        audit::{Verified, lines, verify},
    },
    fault::Result,
    portal::Portal,
};
use app::governance::asks::{AuditCard, AuditPage, ListAudit};

/// Records on one page.
const PAGE: i64 = 100;

pub async fn list(portal: Portal, _permit: Permit, ask: ListAudit) -> Result<AuditPage> {
    let search: String = ask.search.chars().take(100).collect();
    let mut lines = lines(&portal.database, ask.before, &search, PAGE + 1).await?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let verified = verify(&portal.database, &portal.chain, Verified::default()).await?;
    let records = lines.into_iter().map(|line| AuditCard {
        sequence: line.sequence,
        at_ms: line.record.at_ms,
        actor: line.record.actor,
        action: line.record.action,
        object: line.record.object,
        outcome: line.record.outcome,
    });
    Ok(AuditPage { records: records.collect(), more, verified_to: verified.to, broken_at: verified.broken_at })
}

//! Answers about runs: the history, one run with its tables, log and findings, and cancelling.

use super::{own_job, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    ingestion::run,
    portal::Portal,
};
use app::ingestion::asks::{CancelRun, ListRuns, OpenRun, RunCard, RunState, RunView};

/// Most runs of one answer.
const SHOWN: i64 = 200;

/// Runs of the asker's department, newest first.
pub async fn list_runs(portal: Portal, permit: Permit, ask: ListRuns) -> Result<Vec<RunCard>> {
    store::runs(&portal.database, &permit.principal().department, ask.job.as_deref(), SHOWN).await
}

pub async fn open_run(portal: Portal, permit: Permit, ask: OpenRun) -> Result<RunView> {
    permit.about(format!("run {}", ask.id), serde_json::Value::Null);
    let card = own_run(&portal, &permit, &ask.id).await?;
    let mut changes = portal.database.begin().await?;
    let may_run = own_job(&mut changes, &permit, &card.job).await.is_ok();
    drop(changes);
    Ok(RunView {
        tables: store::tables(&portal.database, &ask.id).await?,
        log: store::log(&portal.database, &ask.id).await?,
        findings: store::findings(&portal.database, &ask.id).await?,
        may_cancel: matches!(card.state, RunState::Waiting | RunState::Running),
        may_run,
        card,
    })
}

pub async fn cancel_run(portal: Portal, permit: Permit, ask: CancelRun) -> Result<()> {
    permit.about(format!("run {}", ask.id), serde_json::Value::Null);
    own_run(&portal, &permit, &ask.id).await?;
    let mut changes = portal.database.begin().await?;
    if !run::cancel(&mut changes, &ask.id).await? {
        return Err(Fault::invalid("The run has ended already.", "La ejecución ya ha terminado."));
    }
    Ok(changes.commit().await?)
}

async fn own_run(portal: &Portal, permit: &Permit, id: &str) -> Result<RunCard> {
    store::run(&portal.database, &permit.principal().department, id).await?.ok_or_else(Fault::not_found)
}

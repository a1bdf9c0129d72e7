//! Ordering a report and making it in the background, into the report store.

use super::{
    formats::{self, Document},
    order::Order,
    store::{self, Done, Kept},
};
use crate::{
    access::{Action, Caller, Kind, Need, Permit, audit::Record, principal::Via},
    database::{Changes, new_id, now_ms},
    fault::{Fault, Result},
    jobs::{self, Ending, Failure, Job, Lane, Lease},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    reports::asks::{Limits, ReportCard, ReportLimits, RunAgain},
    text::Text,
};
use object_store::{ObjectStoreExt, buffered::BufWriter, path::Path};
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::time::Duration;

/// Most reports of one person that wait or are being made.
const QUEUED: i64 = 50;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Records the order and starts making it.
pub async fn make(portal: &Portal, permit: &Permit, order: Order) -> Result<ReportCard> {
    check(portal, permit, &order).await?;
    let kept = ordered(portal, permit, order)?;
    permit.about(format!("report {}", kept.id), kept.order.details(permit)?);
    let mut changes = portal.database.begin().await?;
    start(&mut changes, &kept).await?;
    changes.commit().await?;
    Ok(super::open::card(permit, &kept))
}

/// A report as it begins: nothing is written yet.
pub(super) fn ordered(portal: &Portal, permit: &Permit, order: Order) -> Result<Kept> {
    let principal = permit.principal();
    Ok(Kept {
        id: new_id(),
        owner: principal.person.clone(),
        department: principal.department.clone(),
        state: "waiting".into(),
        rows: 0,
        bytes: 0,
        pages: None,
        made_ms: now_ms(),
        expires_ms: now_ms() + i64::from(portal.config.report_days) * DAY_MS,
        fingerprints: order.fingerprints(permit)?,
        left_out: None,
        fault: None,
        order,
    })
}

/// Writes it down and has it made, in the caller's transaction; `too many` when its owner has as many under way as one person may.
pub(super) async fn start(changes: &mut Changes, kept: &Kept) -> Result<()> {
    if store::under_way(changes, &kept.owner).await? >= QUEUED {
        let text = Text::of(
            format!("{QUEUED} of your reports wait to be made, as many as one person may have. Order this one when some of them are there."),
            format!("Tiene {QUEUED} informes por crear, los que una persona puede tener. Pida este cuando alguno esté listo."),
        );
        return Err(Fault::new(FaultKind::TooMany, text));
    }
    store::insert(changes, kept).await?;
    jobs::enqueue(changes, &MakeReport { report: kept.id.clone() }).await?;
    Ok(())
}

/// Refuses what cannot be made before anything is recorded.
pub(super) async fn check(portal: &Portal, permit: &Permit, order: &Order) -> Result<()> {
    let format = formats::allowed(permit, order.format)?;
    if order.parts.is_empty() {
        return Err(Fault::invalid("There is nothing to download.", "No hay nada que descargar."));
    }
    if order.parts.len() > 1 && !format.holds_sections() {
        return Err(Fault::invalid(
            "This format holds one table. Choose PDF or JSON for a whole dashboard, or download one tile.",
            "Este formato guarda una sola tabla. Elija PDF o JSON para un tablero entero, o descargue un panel.",
        )
        .on("format"));
    }
    for part in &order.parts {
        part.content.check(portal, permit).await?;
    }
    Ok(())
}

/// Makes the same again, under the policy of now.
pub async fn again(portal: Portal, permit: Permit, ask: RunAgain) -> Result<ReportCard> {
    let kept = super::open::own(&portal, &permit, &ask.id).await?;
    make(&portal, &permit, kept.order).await
}

pub async fn limits(portal: Portal, _permit: Permit, _ask: ReportLimits) -> Result<Limits> {
    Ok(Limits { pdf_rows: portal.config.pdf_rows, kept_days: portal.config.report_days, kept_bytes: portal.config.report_bytes })
}

/// The background work: asks as the report's maker, under their permit of now.
#[derive(Serialize, Deserialize)]
pub struct MakeReport {
    pub report: String,
}

impl Job for MakeReport {
    const KIND: &'static str = "reports.make";
    const LANE: Lane = Lane::Interactive;

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        let Some(kept) = store::one(&portal.database, &self.report).await? else {
            return Ok(());
        };
        let permit = portal.governance.permit(&Caller::new(&kept.owner, Some(kept.department.clone()), Via::Job), Need(Kind::Report, Action::Export)).await?;
        let done = match written(portal, &permit, &kept).await {
            Ok(done) => done,
            Err(fault) => {
                if fault.kind == FaultKind::Forbidden {
                    portal.audit.note_at_once(Record::of(&permit, "reports.made", format!("report {}", kept.id), "refused"));
                }
                return Err(fault.into());
            }
        };
        let mut changes = portal.database.begin().await?;
        store::finish(&mut changes, &kept.id, &done).await?;
        lease.complete(&mut changes).await?;
        changes.commit().await.map_err(Fault::from)?;
        let made = Record::of(&permit, "reports.made", format!("report {}", kept.id), "allowed");
        portal.audit.note_at_once(made.gave(Some(done.rows), Some(done.bytes)));
        Ok(())
    }

    async fn ended(&self, changes: &mut Changes, ending: &Ending<'_>) -> Result<()> {
        match ending {
            Ending::Retry { .. } | Ending::Released => store::fail(changes, &self.report, "waiting", None).await,
            Ending::Cancelled => store::fail(changes, &self.report, "failed", Some(&Text::of("Cancelled.", "Cancelado."))).await,
            Ending::GivenUp { failure } => store::fail(changes, &self.report, "failed", Some(&failure.fault.message)).await,
        }
    }
}

async fn written(portal: &Portal, permit: &Permit, kept: &Kept) -> Result<Done> {
    let order = &kept.order;
    // Allowed when it was ordered, and perhaps no more.
    let format = formats::allowed(permit, order.format)?;
    let rows = Arc::new(AtomicU64::new(0));
    let progress = {
        let rows = rows.clone();
        move |written: u64| rows.store(written, Ordering::Relaxed)
    };
    let document = Document {
        title: order.title.clone(),
        cover: order.cover(portal, permit).await?,
        options: &order.options,
        sections: order.sections(portal, permit),
        progress: &progress,
        pdf_rows: portal.config.pdf_rows,
        chart_script: portal.chart_script(),
    };
    let mut out = BufWriter::new(portal.report_store.clone(), path(kept)?);
    let written = {
        let writing = format.write(document, &mut out);
        tokio::pin!(writing);
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                written = &mut writing => break written?,
                _ = every.tick() => store::progress(&portal.database, &kept.id, rows.load(Ordering::Relaxed)).await?,
            }
        }
    };
    tokio::io::AsyncWriteExt::shutdown(&mut out).await?;
    let bytes = portal.report_store.head(&path(kept)?).await.map_err(Fault::internal)?.size;
    Ok(Done { rows: written.rows, bytes, pages: written.pages, left_out: written.left_out, fingerprints: order.fingerprints(permit)? })
}

/// Where a report's file stands in the store.
pub(super) fn path(kept: &Kept) -> Result<Path> {
    let (extension, _) = formats::described(kept.order.format)?;
    Ok(Path::from(format!("{}.{extension}", kept.id)))
}

//! Builds one model or mart beside its published version, with the rights of its own department, and checks it.

use super::{PROGRESS, publish::Made, record::Record};
use crate::{
    access::BuildScope,
    fault::Fault,
    ingestion::{failing, words},
    jobs::Failure,
    portal::{Portal, Staged},
    warehouse::pins::{self, Definition},
};
use app::text::Text;
use std::collections::BTreeMap;
use warehouse::{MartDefinition, Warehouse, lake::Written};

/// A model or mart that was built and waits for the publish.
#[derive(Debug)]
pub(super) struct Built {
    pub written: Written,
    pub department: String,
    pub definition: String,
    /// Rows that checks of level warn found wrong.
    pub warned: u64,
}

pub(super) async fn definition(portal: &Portal, record: &Record, definition: &Definition, made: &Made) -> Result<Built, Failure> {
    let dataset = definition.dataset();
    let parsed = MartDefinition::parse(&definition.name, &definition.text)?;
    let reads = Warehouse::reads(&parsed.sql)?;
    let scope = scope(portal, &definition.department, made).await?;
    for read in &reads {
        if scope.version_of(read).is_none() {
            return Err(Failure::config(Fault::invalid_text(words::may_not_read(&dataset, &definition.department, read))));
        }
    }
    let mut shown = record.begin(&dataset).await?;
    let rows = rows(portal, made).await?;
    shown.figures.rows_in = reads.iter().filter_map(|read| rows.get(read)).sum();
    let outcome = {
        let mut building = std::pin::pin!(portal.warehouse.build(&scope, &dataset, &record.run, &parsed.sql));
        let mut progress = tokio::time::interval(PROGRESS);
        loop {
            tokio::select! {
                outcome = &mut building => break outcome,
                _ = progress.tick() => record.show(&shown).await?,
            }
        }
    };
    let outcome = outcome.and_then(|written| parsed.fits(&written.columns).map(|()| written));
    let written = match outcome {
        Ok(written) => written,
        Err(fault) => {
            shown.state = "failed";
            record.show(&shown).await?;
            return Err(failing::engine(&dataset, fault));
        }
    };
    shown.figures.rows_out = written.rows;
    shown.figures.bytes = written.bytes;
    let warned = match checks(portal, record, &parsed, &scope.with(&dataset, written.version), &dataset).await {
        Ok(warned) => warned,
        Err(failure) => {
            shown.state = "failed";
            record.show(&shown).await?;
            return Err(failure);
        }
    };
    shown.state = if warned == 0 { "succeeded" } else { "partial" };
    record.show(&shown).await?;
    record.info(words::built(&dataset, written.rows)).await?;
    Ok(Built { written, department: definition.department.clone(), definition: definition.text.clone(), warned })
}

/// Counts the wrong rows of each check. All checks run, so that the page shows every finding; then an error stops the run.
async fn checks(portal: &Portal, record: &Record, parsed: &MartDefinition, scope: &BuildScope, dataset: &str) -> Result<u64, Failure> {
    let (mut warned, mut wrong) = (0, None);
    for (position, check) in parsed.checks.iter().enumerate() {
        let rows = portal.warehouse.check(scope, dataset, &check.sql).await.map_err(|fault| failing::engine(dataset, fault))?;
        let text = Text::of(&check.text.en, &check.text.es);
        record.finding(dataset, position, &text, rows, &check.severity).await?;
        if rows == 0 {
            continue;
        }
        if check.severity == "error" {
            wrong.get_or_insert((text, rows));
        } else {
            record.warn(words::found(dataset, &text, rows)).await?;
            warned += rows;
        }
    }
    match wrong {
        Some((text, rows)) => Err(Failure::data(Fault::invalid_text(words::check_failed(dataset, &text, rows)))),
        None => Ok(warned),
    }
}

/// Rows of every dataset as this run sees it: as it wrote it itself, else as it is published.
async fn rows(portal: &Portal, made: &Made) -> Result<BTreeMap<String, u64>, Failure> {
    let mut rows: BTreeMap<String, u64> = pins::all(&portal.database).await?.into_iter().map(|pin| (pin.dataset, pin.rows)).collect();
    rows.extend(made.written().map(|(_, written)| (written.dataset.clone(), written.rows)));
    Ok(rows)
}

/// Only what the department owns or was granted, whoever owns the job (A42).
async fn scope(portal: &Portal, department: &str, made: &Made) -> Result<BuildScope, Failure> {
    let staged: Vec<Staged> =
        made.written().map(|(owner, written)| Staged { dataset: written.dataset.clone(), department: owner.to_owned(), version: written.version }).collect();
    Ok(portal.governance.build_scope(department, &staged).await?)
}

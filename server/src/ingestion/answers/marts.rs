//! Making a mart in the portal, and the datasets that it may be made from, with figures only.

use crate::{
    access::Permit,
    database::Changes,
    fault::{Fault, Result},
    ingestion::{
        job::{self, IngestionJob},
        run::{self, Asked, Work},
        source::Origin,
        time_zone, upload,
    },
    portal::Portal,
    warehouse::pins::{self, Definition, Layer},
};
use app::{
    text::Text,
    warehouse::asks::{ColumnKind, DatasetCard, ListDatasets, SaveMart},
};
use std::collections::BTreeSet;
use warehouse::{ColumnType, MartDefinition, Warehouse};

/// Every published dataset whose figures the asker may see.
pub async fn list_datasets(portal: Portal, permit: Permit, _ask: ListDatasets) -> Result<Vec<DatasetCard>> {
    let pins = pins::all(&portal.database).await?;
    Ok(pins
        .into_iter()
        .filter(|pin| permit.figures_on(&pin.dataset))
        .map(|pin| DatasetCard {
            name: pin.dataset,
            columns: pin.columns.into_iter().map(|column| (column.name, kind(column.kind))).collect(),
            rows: pin.rows,
            bytes: pin.bytes,
            published_ms: pin.published_ms,
        })
        .collect())
}

/// Stores a mart's text with its first grant and asks for a run that builds it.
pub async fn save_mart(portal: Portal, permit: Permit, ask: SaveMart) -> Result<String> {
    let name = ask.name.trim();
    permit.about(format!("mart {name}"), serde_json::json!({ "department": ask.department }));
    let parsed = MartDefinition::parse(name, &ask.text).map_err(|fault| Fault::from(fault).on("text"))?;
    upload::known_department(&portal, &ask.department).await?;
    upload::known_department(&portal, &parsed.department).await.map_err(|fault| fault.on("text"))?;
    let definition = Definition {
        layer: Layer::Mart,
        name: name.to_owned(),
        department: parsed.department.clone(),
        text: ask.text.clone(),
        origin: Origin::Portal.name().into(),
    };
    readable(&portal, &definition, &parsed).await?;
    let zone = time_zone(&portal).await?;
    let mut changes = portal.database.begin().await?;
    if pins::definition(&mut *changes, Layer::Mart, name).await?.is_some_and(|before| before.origin == Origin::Apply.name()) {
        return Err(Fault::invalid(
            "This mart comes from a folder that is applied as code: change it there.",
            "Este data mart viene de una carpeta que se aplica como código: cámbielo allí.",
        )
        .on("name"));
    }
    pins::save_definition(&mut changes, &definition).await?;
    let job = job_for(&mut changes, &permit, &definition, &parsed, zone).await?;
    job::store::save(&mut changes, &job).await?;
    let work = Work { definitions: vec![definition], ..Work::default() };
    run::ask_for(&mut changes, &job, &work, &Asked { interval: None, by: permit.principal().audit_name() }).await?.ok_or_else(Fault::conflict)?;
    portal.governance.grant_first(&mut changes, &permit, name, &ask.department).await?;
    changes.commit().await?;
    Ok(name.to_owned())
}

/// Refuses a text that reads what its department may not (A42). The run asks again.
async fn readable(portal: &Portal, definition: &Definition, parsed: &MartDefinition) -> Result<()> {
    let scope = portal.governance.build_scope(&definition.department, &[]).await?;
    let reads = Warehouse::reads(&parsed.sql).map_err(|fault| Fault::from(fault).on("text"))?;
    match reads.iter().find(|read| scope.version_of(read).is_none()) {
        Some(read) => Err(Fault::invalid_text(crate::ingestion::words::may_not_read(&definition.dataset(), &definition.department, read)).on("text")),
        None => Ok(()),
    }
}

/// The job that builds the mart: the one that does already, or its own, which runs after the jobs that feed it.
async fn job_for(changes: &mut Changes, permit: &Permit, definition: &Definition, parsed: &MartDefinition, time_zone: String) -> Result<IngestionJob> {
    let jobs = job::store::all(&mut **changes).await?;
    if let Some(standing) = jobs.iter().find(|standing| standing.job.marts.contains(&definition.name)) {
        return Ok(standing.job.clone());
    }
    let name = format!("mart_{}", definition.name);
    if jobs.iter().any(|standing| standing.job.name == name) {
        return Err(Fault::invalid(
            format!("There is a job named {name} already: choose another name."),
            format!("Ya hay un trabajo llamado {name}: elija otro nombre."),
        )
        .on("name"));
    }
    let mut feeding = BTreeSet::new();
    for read in Warehouse::reads(&parsed.sql)? {
        for standing in &jobs {
            if Work::of(changes, &standing.job).await.is_ok_and(|work| work.datasets().contains(&read)) {
                feeding.insert(standing.job.name.clone());
            }
        }
    }
    Ok(IngestionJob {
        name,
        title: Text::of(&parsed.title.en, &parsed.title.es),
        department: permit.principal().department.clone(),
        schedule: None,
        time_zone,
        after: feeding.into_iter().collect(),
        sources: Vec::new(),
        models: Vec::new(),
        marts: vec![definition.name.clone()],
        attempts: job::ATTEMPTS,
        origin: Origin::Portal,
    })
}

fn kind(kind: ColumnType) -> ColumnKind {
    match kind {
        ColumnType::Text => ColumnKind::Text,
        ColumnType::Integer => ColumnKind::Integer,
        ColumnType::Number => ColumnKind::Number,
        ColumnType::Bool => ColumnKind::Bool,
        ColumnType::Date => ColumnKind::Date,
        ColumnType::Timestamp => ColumnKind::Timestamp,
    }
}

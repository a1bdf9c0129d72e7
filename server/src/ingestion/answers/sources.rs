//! Answers about sources: the connectors with their forms, the sources there are, and adding one.

use crate::{
    access::Permit,
    fault::{Fault, Result},
    ingestion::{
        connectors,
        job::{self, IngestionJob},
        rules,
        run::{self, Asked, Work},
        schedule,
        source::{self, Origin, Source, Table},
        time_zone, upload,
    },
    portal::Portal,
};
use app::{
    ingestion::asks::{ConnectorCard, FieldKind, ListConnectors, ListSources, SaveSource, SourceCard},
    text::Text,
};
use std::collections::BTreeMap;

pub async fn list_connectors(_portal: Portal, _permit: Permit, _ask: ListConnectors) -> Result<Vec<ConnectorCard>> {
    Ok(connectors::all().iter().map(|connector| connector.describe()).collect())
}

/// The sources with a table whose figures the asker may see.
pub async fn list_sources(portal: Portal, permit: Permit, _ask: ListSources) -> Result<Vec<SourceCard>> {
    let jobs = job::store::all(portal.database.read()).await?;
    let sources = source::store::all(&portal.database).await?;
    let seen = sources.into_iter().filter(|source| source.tables.iter().any(|table| permit.figures_on(&table.dataset())));
    Ok(seen
        .map(|source| SourceCard {
            job: jobs.iter().find(|standing| standing.job.sources.contains(&source.name)).map(|standing| standing.job.name.clone()).unwrap_or_default(),
            tables: source.tables.iter().map(Table::dataset).collect(),
            name: source.name,
            connector: source.connector,
            department: source.department,
        })
        .collect())
}

/// Adds a source with its job, tries it, and asks for a first run.
pub async fn save_source(portal: Portal, permit: Permit, ask: SaveSource) -> Result<String> {
    permit.about(format!("source {}", ask.name), serde_json::json!({ "connector": ask.connector, "department": ask.department }));
    rules::name(&ask.name, "name")?;
    upload::known_department(&portal, &ask.department).await?;
    let zone = time_zone(&portal).await?;
    let schedule = ask.schedule.filter(|schedule| !schedule.trim().is_empty());
    if let Some(schedule) = &schedule {
        schedule::check(schedule, &zone)?;
    }
    let connector = connectors::named(&ask.connector)?;
    let (fields, secrets) = split(&connector.describe(), ask.fields)?;
    let source = Source {
        name: ask.name.clone(),
        title: Text::same(&ask.name),
        connector: ask.connector,
        department: ask.department,
        tables: connector.tables(&fields)?,
        fields: BTreeMap::new(),
        origin: Origin::Portal,
    };
    for table in &source.tables {
        rules::name(&table.name, "table")?;
        connector.refuse(&portal, &source, table)?;
    }
    let mut changes = portal.database.begin().await?;
    let taken = source::store::one(&mut *changes, &ask.name).await?.is_some() || job::store::one(&mut *changes, &ask.name).await?.is_some();
    if taken {
        return Err(Fault::invalid(
            format!("There is a source or job named {} already.", ask.name),
            format!("Ya hay una fuente o un trabajo llamado {}.", ask.name),
        )
        .on("name"));
    }
    source::store::save(&mut changes, &source).await?;
    for (field, value) in &secrets {
        portal.secrets.write(&mut changes, &source.secret(field), value).await?;
    }
    let job = IngestionJob::loading(&source, &permit.principal().department, schedule, zone);
    job::store::save(&mut changes, &job).await?;
    let work = Work::of(&mut changes, &job).await?;
    run::ask_for(&mut changes, &job, &work, &Asked { interval: None, by: permit.principal().audit_name() }).await?;
    changes.commit().await?;
    Ok(job.name)
}

pub(super) type Fields = BTreeMap<String, String>;

/// What the form sent, secrets apart. A field that the connector does not know is refused.
pub(super) fn split(card: &ConnectorCard, sent: Vec<(String, String)>) -> Result<(Fields, Fields)> {
    let (mut fields, mut secrets) = (Fields::new(), Fields::new());
    for (name, value) in sent {
        let known = card
            .fields
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| Fault::invalid(format!("The connector has no field {name}."), format!("El conector no tiene ningún campo {name}.")).on(&name))?;
        match known.kind {
            FieldKind::Secret if value.is_empty() => None,
            FieldKind::Secret => secrets.insert(name, value),
            _ => fields.insert(name, value),
        };
    }
    match card.fields.iter().find(|field| field.required && fields.get(&field.name).is_none_or(|value| value.trim().is_empty())) {
        Some(missing) => Err(Fault::invalid("Fill this in.", "Rellene este campo.").on(&missing.name)),
        None => Ok((fields, secrets)),
    }
}

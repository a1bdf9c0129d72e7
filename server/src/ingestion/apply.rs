//! Sources, jobs, models and marts as code: `sources/*.toml`, `jobs/*.toml`, `models/*.sql`, `marts/*.sql`.

use super::{
    connectors,
    job::{self, IngestionJob},
    rules,
    run::{self, Asked, Work},
    schedule,
    source::{self, Origin, Source, Table},
    time_zone,
};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::Changes,
    fault::{Fault, Result},
    portal::{Portal, Staged},
    warehouse::pins::{self, Definition, Layer},
};
use app::{ingestion::asks::FieldKind, text::Text};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use warehouse::{MartDefinition, Warehouse};

#[derive(Debug, Deserialize)]
struct SourceFile {
    name: String,
    title: Text,
    connector: String,
    department: String,
    #[serde(default)]
    tables: Vec<TableFile>,
    /// Fields of the connector's form; others are refused.
    #[serde(flatten)]
    fields: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
struct TableFile {
    name: String,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(flatten)]
    fields: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JobFile {
    name: String,
    title: Text,
    department: String,
    schedule: Option<String>,
    /// The organisation's, when it is not given.
    time_zone: Option<String>,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default)]
    models: Vec<String>,
    #[serde(default)]
    marts: Vec<String>,
    #[serde(default = "attempts")]
    attempts: u32,
}

fn attempts() -> u32 {
    job::ATTEMPTS
}

/// Everything that the files of a folder want.
#[derive(Default)]
struct Wanted {
    sources: Vec<Source>,
    /// By name in the secret store.
    secrets: BTreeMap<String, String>,
    jobs: Vec<IngestionJob>,
    definitions: Vec<Definition>,
}

/// Adds, alters, and removes what an earlier application brought and the files name no more. Jobs that never ran, and
/// those whose parts were altered, get a run in the same transaction.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let wanted = read(portal, folder, &time_zone(portal).await?)?;
    check(&wanted)?;
    if commit {
        // Departments and grants of the same folder stand by now.
        check_rights(portal, folder, &wanted).await?;
    }
    let mut applied = Applied::default();
    let mut changes = portal.database.begin().await?;
    let altered = write(portal, &wanted, &mut changes, &mut applied).await?;
    if !commit || applied.changes.is_empty() {
        changes.rollback().await?;
        return Ok(applied);
    }
    for job in &wanted.jobs {
        if let Some(run) = first_run(&mut changes, job, altered.contains(&job.name)).await? {
            applied.notes.push(format!("run {run} of job {} is waiting", job.name));
        }
    }
    changes.commit().await?;
    Ok(applied)
}

fn read(portal: &Portal, folder: &Folder, zone: &str) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    for (file, text) in folder.all::<SourceFile>("sources")? {
        let source = source_of(folder, text, &mut wanted.secrets).map_err(|fault| at(&file, &fault))?;
        for table in &source.tables {
            connectors::named(&source.connector)?.refuse(portal, &source, table).map_err(|fault| at(&file, &fault))?;
        }
        wanted.sources.push(source);
    }
    for (file, text) in folder.all::<JobFile>("jobs")? {
        wanted.jobs.push(job_of(text, zone).map_err(|fault| at(&file, &fault))?);
    }
    for (place, layer) in [("models", Layer::Model), ("marts", Layer::Mart)] {
        for file in folder.files(place, "sql")? {
            wanted.definitions.push(definition_of(&file, layer).map_err(|fault| at(&file, &fault))?);
        }
    }
    Ok(wanted)
}

fn source_of(folder: &Folder, text: SourceFile, secrets: &mut BTreeMap<String, String>) -> Result<Source> {
    rules::name(&text.name, "name")?;
    let card = connectors::named(&text.connector)?.describe();
    let mut source = Source {
        name: text.name,
        title: text.title,
        connector: text.connector,
        department: text.department,
        fields: BTreeMap::new(),
        tables: Vec::new(),
        origin: Origin::Apply,
    };
    let known = |name: &str| {
        card.fields.iter().find(|field| field.name == name && name != "table").ok_or_else(|| {
            let names: Vec<&str> = card.fields.iter().map(|field| field.name.as_str()).filter(|name| *name != "table").collect();
            Fault::invalid(
                format!("unknown field {name}, expected one of {}", names.join(", ")),
                format!("campo desconocido {name}, se espera uno de {}", names.join(", ")),
            )
        })
    };
    let value = |name: &str, value: &toml::Value| match value {
        toml::Value::String(text) => folder.expand(text),
        _ => Err(Fault::invalid(format!("{name} must be a text"), format!("{name} debe ser un texto"))),
    };
    for (name, sent) in &text.fields {
        match known(name)?.kind {
            FieldKind::Secret => secrets.insert(source.secret(name), value(name, sent)?),
            _ => source.fields.insert(name.clone(), value(name, sent)?),
        };
    }
    for table in text.tables {
        rules::name(&table.name, "name")?;
        for word in table.columns.values() {
            rules::column_type(word)?;
        }
        let mut fields = BTreeMap::new();
        for (name, sent) in &table.fields {
            if known(name)?.kind == FieldKind::Secret {
                return Err(Fault::invalid(format!("{name} stands with the source, not with a table"), format!("{name} va con la fuente, no con una tabla")));
            }
            fields.insert(name.clone(), value(name, sent)?);
        }
        source.tables.push(Table { name: table.name, fields, columns: table.columns.into_iter().collect() });
    }
    Ok(source)
}

fn job_of(text: JobFile, zone: &str) -> Result<IngestionJob> {
    let time_zone = text.time_zone.unwrap_or_else(|| zone.to_owned());
    rules::name(&text.name, "name")?;
    schedule::check(text.schedule.as_deref().unwrap_or("0 0 * * *"), &time_zone)?;
    Ok(IngestionJob {
        name: text.name,
        title: text.title,
        department: text.department,
        schedule: text.schedule,
        time_zone,
        after: text.after,
        sources: text.sources,
        models: text.models,
        marts: text.marts,
        attempts: text.attempts.clamp(1, 20),
        origin: Origin::Apply,
    })
}

fn definition_of(file: &Path, layer: Layer) -> Result<Definition> {
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(file)?;
    let parsed = MartDefinition::parse(&name, &text)?;
    Ok(Definition { layer, name, department: parsed.department, text, origin: Origin::Apply.name().into() })
}

/// Names that are given twice, and names of parts that are not there.
fn check(wanted: &Wanted) -> Result<()> {
    let refuse = |text: String| Err(Fault::operator(text.clone(), text));
    let tables = wanted.sources.iter().flat_map(|source| &source.tables).map(|table| format!("table {}", table.name));
    let named =
        tables.chain(wanted.sources.iter().map(|source| format!("source {}", source.name))).chain(wanted.jobs.iter().map(|job| format!("job {}", job.name)));
    let mut seen = BTreeSet::new();
    for what in named {
        if !seen.insert(what.clone()) {
            return refuse(format!("{what} is given twice"));
        }
    }
    for job in &wanted.jobs {
        let named =
            [("job", &job.after), ("source", &job.sources)].into_iter().flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind} {name}")));
        if let Some(missing) = named.into_iter().find(|what| !seen.contains(what)) {
            return refuse(format!("jobs: {} names {missing}, which is not there", job.name));
        }
        for (layer, names) in [(Layer::Model, &job.models), (Layer::Mart, &job.marts)] {
            let there = |name: &&String| wanted.definitions.iter().any(|definition| definition.layer == layer && definition.name == **name);
            if let Some(missing) = names.iter().find(|name| !there(name)) {
                return refuse(format!("jobs: {} names {} {missing}, which is not there", job.name, layer.name()));
            }
        }
    }
    // Also refuses a circle.
    run::in_order(wanted.definitions.clone()).map(drop)
}

/// Refuses departments that are not there, and texts that read what theirs may not (A42); each run asks again.
async fn check_rights(portal: &Portal, folder: &Folder, wanted: &Wanted) -> Result<()> {
    let departments = portal.governance.departments().await?;
    let owners = wanted.sources.iter().map(|source| (&source.name, &source.department));
    let owners = owners.chain(wanted.jobs.iter().map(|job| (&job.name, &job.department)));
    let owners = owners.chain(wanted.definitions.iter().map(|definition| (&definition.name, &definition.department)));
    for (name, department) in owners {
        if !departments.contains(department) {
            return Err(wrong(folder.root(), &format!("{name}: there is no department {department}")));
        }
    }
    let staged = |dataset: String, department: &str| Staged { dataset, department: department.to_owned(), version: 0 };
    let tables = wanted.sources.iter().flat_map(|source| source.tables.iter().map(|table| staged(table.dataset(), &source.department)));
    let all: Vec<Staged> = tables.chain(wanted.definitions.iter().map(|definition| staged(definition.dataset(), &definition.department))).collect();
    for definition in &wanted.definitions {
        let scope = portal.governance.build_scope(&definition.department, &all).await?;
        let parsed = MartDefinition::parse(&definition.name, &definition.text)?;
        for read in Warehouse::reads(&parsed.sql)? {
            if scope.version_of(&read).is_none() {
                let department = &definition.department;
                let reason = format!("{}: {department} neither owns nor was granted {read} (policies: [[builds]])", definition.dataset());
                return Err(wrong(folder.root(), &reason));
            }
        }
    }
    Ok(())
}

/// Writes what differs; gives the jobs of which a part was altered.
async fn write(portal: &Portal, wanted: &Wanted, changes: &mut Changes, applied: &mut Applied) -> Result<BTreeSet<String>> {
    let mut altered: BTreeSet<String> = BTreeSet::new();
    let mut parts: BTreeSet<String> = BTreeSet::new();
    let known = source::store::all(&portal.database).await?;
    for gone in known.iter().filter(|known| known.origin == Origin::Apply && !wanted.sources.iter().any(|source| source.name == known.name)) {
        applied.changes.push(Change::remove(format!("source {}", gone.name)));
        source::store::delete(changes, &gone.name).await?;
    }
    for source in &wanted.sources {
        let before = known.iter().find(|known| known.name == source.name);
        if differs(before, source, format!("source {}", source.name), applied) {
            source::store::save(changes, source).await?;
            parts.insert(format!("source {}", source.name));
        }
    }
    for (name, value) in &wanted.secrets {
        if portal.secrets.reveal(name).await?.as_ref() != Some(value) {
            applied.changes.push(Change::alter(format!("secret of {name}")));
            portal.secrets.write(changes, name, value).await?;
        }
    }
    let known = pins::definitions(&portal.database).await?;
    let same = |left: &Definition, right: &Definition| left.layer == right.layer && left.name == right.name;
    for gone in known.iter().filter(|known| known.origin == Origin::Apply.name() && !wanted.definitions.iter().any(|definition| same(definition, known))) {
        applied.changes.push(Change::remove(format!("{} {}", gone.layer.name(), gone.name)));
        pins::remove_definition(changes, gone).await?;
    }
    for definition in &wanted.definitions {
        let what = format!("{} {}", definition.layer.name(), definition.name);
        if differs(known.iter().find(|known| same(known, definition)), definition, what.clone(), applied) {
            pins::save_definition(changes, definition).await?;
            parts.insert(what);
        }
    }
    let known: Vec<IngestionJob> = job::store::all(portal.database.read()).await?.into_iter().map(|standing| standing.job).collect();
    for gone in known.iter().filter(|known| known.origin == Origin::Apply && !wanted.jobs.iter().any(|job| job.name == known.name)) {
        applied.changes.push(Change::remove(format!("job {}", gone.name)));
        job::store::delete(changes, &gone.name).await?;
    }
    for job in &wanted.jobs {
        let before = known.iter().find(|known| known.name == job.name);
        let named = job.sources.iter().map(|name| format!("source {name}"));
        let mut named = named.chain(job.models.iter().map(|name| format!("model {name}"))).chain(job.marts.iter().map(|name| format!("mart {name}")));
        if named.any(|part| parts.contains(&part)) || before.is_some_and(|before| before.parts() != job.parts()) {
            altered.insert(job.name.clone());
        }
        if differs(before, job, format!("job {}", job.name), applied) {
            job::store::save(changes, job).await?;
        }
    }
    Ok(altered)
}

fn differs<T: PartialEq>(before: Option<&T>, wanted: &T, what: String, applied: &mut Applied) -> bool {
    match before {
        Some(before) if before == wanted => return false,
        Some(_) => applied.changes.push(Change::alter(what)),
        None => applied.changes.push(Change::add(what)),
    }
    true
}

async fn first_run(changes: &mut Changes, job: &IngestionJob, altered: bool) -> Result<Option<String>> {
    let never = !run::store::has_any(changes, &job.name).await?;
    if !never && !altered || run::store::has_waiting(changes, &job.name).await? {
        return Ok(None);
    }
    if never && !job.after.is_empty() {
        return run::ask_when_ready(changes, job, "apply").await;
    }
    let work = Work::of(changes, job).await?;
    run::ask_for(changes, job, &work, &Asked { interval: None, by: "apply".into() }).await
}

fn at(file: &Path, fault: &Fault) -> Fault {
    wrong(file, &fault.message.en)
}

//! Listeners as code: `listeners/*.toml`, one file each.

use super::{
    Listening,
    store::{self, Standing},
};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::Changes,
    fault::{Fault, Result},
    ingestion::{connectors, rules, source::Origin},
    portal::Portal,
    streaming::topics,
};
use app::{ingestion::asks::FieldKind, text::Text};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

#[derive(Debug, Deserialize)]
struct ListenerFile {
    name: String,
    title: Text,
    connector: String,
    department: String,
    stream: String,
    /// Fields of the kind's form; others are refused.
    #[serde(flatten)]
    fields: BTreeMap<String, toml::Value>,
}

/// Everything that the files of a folder want.
#[derive(Default)]
struct Wanted {
    listenings: Vec<Listening>,
    /// By name in the secret store.
    secrets: BTreeMap<String, String>,
}

/// Adds, alters, and removes what an earlier application brought and the files name no more. Comes after streams.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let wanted = read(folder)?;
    if commit {
        for listening in &wanted.listenings {
            if topics::topic_for(portal, &listening.stream, &listening.department).await?.is_none() {
                let reason = format!("listener {}: the department {} has no stream {}", listening.name, listening.department, listening.stream);
                return Err(wrong(folder.root(), &reason));
            }
        }
    }
    let known = store::all(&portal.database).await?;
    let mut applied = Applied::default();
    let mut changes = portal.database.begin().await?;
    write(portal, &wanted, &known, &mut changes, &mut applied).await?;
    if commit && !applied.changes.is_empty() {
        changes.commit().await?;
    } else {
        changes.rollback().await?;
    }
    Ok(applied)
}

fn read(folder: &Folder) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut seen = BTreeSet::new();
    for (file, text) in folder.all::<ListenerFile>("listeners")? {
        let listening = listening(folder, text, &mut wanted.secrets).map_err(|fault| at(&file, &fault))?;
        if !seen.insert(listening.name.clone()) {
            return Err(wrong(&file, &format!("listener {} is given twice", listening.name)));
        }
        wanted.listenings.push(listening);
    }
    Ok(wanted)
}

fn listening(folder: &Folder, text: ListenerFile, secrets: &mut BTreeMap<String, String>) -> Result<Listening> {
    rules::name(&text.name, "name")?;
    let listener = connectors::listener(&text.connector)?;
    let form = listener.describe().fields;
    let mut listening = Listening {
        name: text.name,
        title: text.title,
        connector: text.connector,
        department: text.department,
        stream: text.stream,
        fields: BTreeMap::new(),
        origin: Origin::Apply,
    };
    for (name, value) in &text.fields {
        let known = form.iter().find(|field| field.name == *name).ok_or_else(|| {
            let names = form.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
            Fault::invalid(format!("unknown field {name}, expected one of {names}"), format!("campo desconocido {name}, se espera uno de {names}"))
        })?;
        let value = match value {
            toml::Value::String(text) => folder.expand(text)?,
            toml::Value::Integer(number) => number.to_string(),
            _ => return Err(Fault::invalid(format!("{name} must be a text or a number"), format!("{name} debe ser un texto o un número"))),
        };
        match known.kind {
            FieldKind::Secret => secrets.insert(listening.secret(name), value),
            _ => listening.fields.insert(name.clone(), value),
        };
    }
    listener.check(&listening.fields)?;
    Ok(listening)
}

async fn write(portal: &Portal, wanted: &Wanted, known: &[Standing], changes: &mut Changes, applied: &mut Applied) -> Result<()> {
    let named = |name: &str| wanted.listenings.iter().any(|listening| listening.name == name);
    for gone in known.iter().map(|standing| &standing.listening).filter(|known| known.origin == Origin::Apply && !named(&known.name)) {
        applied.changes.push(Change::remove(format!("listener {}", gone.name)));
        store::delete(changes, &gone.name).await?;
    }
    for listening in &wanted.listenings {
        let before = known.iter().map(|standing| &standing.listening).find(|known| known.name == listening.name);
        let what = format!("listener {}", listening.name);
        match before {
            Some(before) if before == listening => continue,
            Some(_) => applied.changes.push(Change::alter(what)),
            None => applied.changes.push(Change::add(what)),
        }
        let place = |listening: &Listening| connectors::listener(&listening.connector).map(|listener| listener.place(&listening.fields));
        let same_place = before.is_some_and(|before| before.connector == listening.connector && place(before).ok() == place(listening).ok());
        store::save(changes, listening, !same_place).await?;
    }
    for (name, value) in &wanted.secrets {
        if portal.secrets.reveal(name).await?.as_ref() != Some(value) {
            applied.changes.push(Change::alter(format!("secret of {name}")));
            portal.secrets.write(changes, name, value).await?;
        }
    }
    Ok(())
}

fn at(file: &Path, fault: &Fault) -> Fault {
    wrong(file, &fault.message.en)
}

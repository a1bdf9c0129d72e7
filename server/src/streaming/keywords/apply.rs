//! Keyword lists as code: `keywords/*.toml`, one file each.

use super::{KeywordList, rules, store};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::{new_id, now_ms},
    fault::Result,
    portal::Portal,
    search::stream,
};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeywordFile {
    name: String,
    department: String,
    terms: Vec<String>,
    streams: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    language: Option<String>,
    #[serde(default = "on")]
    on: bool,
}

fn on() -> bool {
    true
}

/// Adds, alters, and removes what an earlier application brought and the files name no more. Comes after departments and streams.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let known = store::all(&portal.database).await?;
    let (mut wanted, mut seen) = (Vec::new(), BTreeSet::new());
    for (file, text) in folder.all::<KeywordFile>("keywords")? {
        let list = list(text, &known);
        rules::check(&list).map_err(|fault| wrong(&file, &format!("{}: {}", fault.field.unwrap_or_default(), fault.message.en)))?;
        if !seen.insert((list.department.clone(), list.name.clone())) {
            return Err(wrong(&file, &format!("the list {} of {} is given twice", list.name, list.department)));
        }
        wanted.push((file, list));
    }
    if commit {
        let (departments, streams) = (portal.governance.departments().await?, stream::store::all(&portal.database).await?);
        for (file, list) in &wanted {
            if !departments.contains(&list.department) {
                return Err(wrong(file, &format!("there is no department {}", list.department)));
            }
            if let Some(missing) = list.streams.iter().find(|name| !streams.iter().any(|stream| stream.name == **name)) {
                return Err(wrong(file, &format!("there is no stream {missing}")));
            }
        }
    }
    let mut applied = Applied::default();
    let mut changes = portal.database.begin().await?;
    for gone in known.iter().filter(|known| known.origin == "apply" && !wanted.iter().any(|(_, list)| list.id == known.id)) {
        applied.changes.push(Change::remove(format!("keywords {}", gone.name)));
        store::delete(&mut changes, &gone.id).await?;
    }
    for (_, list) in &wanted {
        let before = known.iter().find(|known| known.id == list.id);
        let what = format!("keywords {}", list.name);
        match before {
            Some(before) if KeywordList { changed_ms: list.changed_ms, ..before.clone() } == *list => continue,
            Some(_) => applied.changes.push(Change::alter(what)),
            None => applied.changes.push(Change::add(what)),
        }
        store::save(&mut changes, list).await?;
    }
    if commit && !applied.changes.is_empty() {
        changes.commit().await?;
    } else {
        changes.rollback().await?;
    }
    Ok(applied)
}

fn list(text: KeywordFile, known: &[KeywordList]) -> KeywordList {
    let before = known.iter().find(|known| known.department == text.department && known.name == text.name);
    KeywordList {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        department: text.department,
        name: text.name,
        terms: text.terms,
        streams: text.streams,
        sources: text.sources,
        language: text.language,
        on: text.on,
        origin: "apply".into(),
        changed_ms: now_ms(),
    }
}

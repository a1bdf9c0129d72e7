//! The questions about keyword lists, answered: an administrator sees and changes the lists of their own department alone.

use super::{KeywordList, live, rules, store};
use crate::{
    access::Permit,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
    search::stream,
};
use app::streaming::keywords::asks::{DeleteKeywords, KeywordCard, KeywordRoom, ListKeywords, SaveKeywords, StreamName, SwitchKeywords};

pub async fn list(portal: Portal, permit: Permit, _ask: ListKeywords) -> Result<KeywordRoom> {
    let department = &permit.principal().department;
    let lists = store::all(&portal.database).await?.into_iter().filter(|list| list.department == *department);
    let streams = stream::store::all(&portal.database).await?.into_iter().filter(|stream| permit.figures_on(&stream.dataset()));
    Ok(KeywordRoom {
        lists: lists.map(card).collect(),
        streams: streams.map(|stream| StreamName { name: stream.name, title: stream.described.title }).collect(),
    })
}

fn card(list: KeywordList) -> KeywordCard {
    KeywordCard {
        id: list.id,
        name: list.name,
        terms: list.terms,
        streams: list.streams,
        sources: list.sources,
        language: list.language,
        on: list.on,
        changed_ms: list.changed_ms,
    }
}

/// Adds a list (no id) or changes one; a change that was made on an older state is refused.
pub async fn save(portal: Portal, permit: Permit, ask: SaveKeywords) -> Result<String> {
    let sent = ask.list;
    permit.about(format!("keywords {}", sent.name), serde_json::json!({ "terms": sent.terms.len(), "streams": sent.streams, "on": sent.on }));
    let department = permit.principal().department.clone();
    let mut list = KeywordList {
        id: sent.id,
        department: department.clone(),
        name: sent.name.trim().to_owned(),
        terms: sent.terms.into_iter().map(|term| term.trim().to_owned()).collect(),
        streams: sent.streams,
        sources: sent.sources,
        language: sent.language.map(|language| language.trim().to_lowercase()).filter(|language| !language.is_empty()),
        on: sent.on,
        origin: "portal".into(),
        changed_ms: now_ms(),
    };
    rules::check(&list)?;
    known_streams(&portal, &permit, &list.streams).await?;
    live::try_change(&portal.database, &list).await?;
    let mut changes = portal.database.begin().await?;
    if list.id.is_empty() {
        list.id = new_id();
    } else {
        let before = store::one(&mut changes, &list.id, &department).await?.ok_or_else(Fault::not_found)?;
        if before.changed_ms != sent.changed_ms {
            return Err(Fault::conflict());
        }
        // Two changes within a millisecond are still two.
        list.changed_ms = list.changed_ms.max(before.changed_ms + 1);
    }
    store::save(&mut changes, &list).await?;
    changes.commit().await?;
    Ok(list.id)
}

/// A stream whose figures the asker may not see is as if it were not there.
async fn known_streams(portal: &Portal, permit: &Permit, names: &[String]) -> Result<()> {
    let known = stream::store::all(&portal.database).await?;
    let missing = names.iter().find(|name| !known.iter().any(|stream| stream.name == **name && permit.figures_on(&stream.dataset())));
    match missing {
        Some(name) => Err(Fault::invalid(format!("There is no stream {name}."), format!("No hay ningún flujo {name}.")).on("streams")),
        None => Ok(()),
    }
}

pub async fn switch(portal: Portal, permit: Permit, ask: SwitchKeywords) -> Result<()> {
    permit.about(format!("keywords {}", ask.id), serde_json::json!({ "on": ask.on }));
    let mut changes = portal.database.begin().await?;
    let list = store::one(&mut changes, &ask.id, &permit.principal().department).await?.ok_or_else(Fault::not_found)?;
    if list.on != ask.on {
        let changed_ms = now_ms().max(list.changed_ms + 1);
        store::save(&mut changes, &KeywordList { on: ask.on, changed_ms, ..list }).await?;
    }
    Ok(changes.commit().await?)
}

/// Gives the list that is gone, so that it can be brought back.
pub async fn delete(portal: Portal, permit: Permit, ask: DeleteKeywords) -> Result<KeywordCard> {
    permit.about(format!("keywords {}", ask.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    let list = store::one(&mut changes, &ask.id, &permit.principal().department).await?.ok_or_else(Fault::not_found)?;
    store::delete(&mut changes, &list.id).await?;
    changes.commit().await?;
    Ok(card(list))
}

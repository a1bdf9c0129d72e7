//! Searches that somebody keeps: their own alone, and only while they see the stream.

mod store;

pub use store::hand_over;

use super::share;
use crate::{
    access::Permit,
    database::new_id,
    fault::{Fault, Result},
    portal::Portal,
};
use app::search::asks::{DeleteSearch, ListSearches, SaveSearch, SavedSearch};

/// Longest title, in characters; longest query, in bytes; most searches of one person.
const TITLE: usize = 120;
const QUERY_BYTES: usize = 8_192;
const MOST: usize = 200;

/// One's own, by title. One over a stream that is no longer this person's is not shown, as the stream itself is not.
pub async fn list(portal: Portal, permit: Permit, _ask: ListSearches) -> Result<Vec<SavedSearch>> {
    let streams = share::all(&portal, &permit).await?;
    let mut listed = Vec::new();
    for mut search in store::of(&portal.database, &permit.principal().person).await? {
        let Some(seen) = streams.iter().find(|seen| seen.stream.name == search.stream) else { continue };
        if permit.viewer().is_some() {
            // To who looks as them only titles are shown: a query holds values that its author chose (A40).
            search.query.clear();
        }
        search.columns.retain(|name| seen.share.fields().iter().any(|field| field.name == *name));
        listed.push(search);
    }
    Ok(listed)
}

/// Keeps a search under a title; the same id again changes it. Gives its id.
pub async fn save(portal: Portal, permit: Permit, ask: SaveSearch) -> Result<String> {
    let mut search = ask.search;
    search.title = search.title.trim().to_owned();
    if search.title.is_empty() || search.title.chars().count() > TITLE || search.title.chars().any(char::is_control) {
        return Err(Fault::invalid(format!("Give it a title of at most {TITLE} characters."), format!("Póngale un título de {TITLE} caracteres como mucho."))
            .on("title"));
    }
    let seen = share::of(&portal, &permit, &search.stream).await?;
    if search.query.len() > QUERY_BYTES {
        return Err(Fault::invalid("The query is too long. Shorten it.", "La consulta es demasiado larga. Acórtela.").on("query"));
    }
    if let Some(unknown) = search.columns.iter().find(|name| !seen.share.fields().iter().any(|field| field.name == **name)) {
        return Err(Fault::invalid(format!("There is no field {unknown}."), format!("No existe el campo {unknown}.")).on("columns"));
    }
    let person = &permit.principal().person;
    let own = store::of(&portal.database, person).await?;
    if search.id.is_empty() {
        if own.len() >= MOST {
            return Err(Fault::invalid(
                format!("You keep {MOST} searches already. Delete one first."),
                format!("Ya guarda {MOST} búsquedas. Elimine antes alguna."),
            ));
        }
        search.id = new_id();
    } else if !own.iter().any(|known| known.id == search.id) {
        return Err(Fault::not_found());
    }
    permit.about(format!("search {}", search.id), serde_json::json!({ "stream": search.stream, "query": search.query }));
    let mut changes = portal.database.begin().await?;
    store::put(&mut changes, person, &search).await?;
    changes.commit().await?;
    Ok(search.id)
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteSearch) -> Result<()> {
    permit.about(format!("search {}", ask.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    let removed = store::remove(&mut changes, &permit.principal().person, &ask.id).await?;
    changes.commit().await?;
    if removed { Ok(()) } else { Err(Fault::not_found()) }
}

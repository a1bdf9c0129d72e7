//! The palette (Ctrl+K): everything this reader may open, by name.

use super::store;
use crate::{access::Permit, fault::Result, portal::Portal, warehouse};
use app::{
    dashboards::asks::{FindAnything, Found},
    text::Text,
};

/// Most results.
const FOUND: usize = 20;

pub async fn find(portal: Portal, permit: Permit, ask: FindAnything) -> Result<Vec<Found>> {
    let principal = permit.principal();
    let wanted = folded(&ask.text);
    let matches = |title: &Text| wanted.split_whitespace().all(|word| folded(&title.en).contains(word) || folded(&title.es).contains(word));
    let mut found = Vec::new();
    for kept in store::of(&portal.database, &principal.department, &principal.person).await? {
        found.push(Found { href: format!("/dashboards/{}", kept.id), title: kept.title, kind: "dashboard".into() });
    }
    for mart in permit.scope().marts() {
        let definition = mart.definition();
        found.push(Found { href: format!("/data/{}", mart.name()), title: warehouse::text(&definition.title), kind: "mart".into() });
    }
    for saved in store::questions(&portal.database, &principal.person).await? {
        if permit.scope().mart(&saved.question.mart).is_some() {
            found.push(Found { href: format!("/questions?open={}", saved.id), title: saved.title, kind: "question".into() });
        }
    }
    found.retain(|found| matches(&found.title));
    found.truncate(FOUND);
    Ok(found)
}

/// Lower case without accents, so that "categoria" finds "Categoría".
fn folded(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect()
}

//! Statements that somebody keeps: their own alone, in the department in which they wrote them.

use super::store;
use crate::{
    access::Permit,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use app::warehouse::sql::asks::{DeleteStatement, ListStatements, SaveStatement, SavedStatement};

/// Longest title, in characters; longest statement, in bytes (the gate's own bound); most statements of one person.
const TITLE: usize = 120;
const STATEMENT_BYTES: usize = 32 << 10;
const MOST: usize = 200;

/// One's own, by title.
pub async fn list(portal: Portal, permit: Permit, _ask: ListStatements) -> Result<Vec<SavedStatement>> {
    let principal = permit.principal();
    store::of(&portal.database, &principal.person, &principal.department).await
}

/// Keeps a statement under a title, whether or not it can be run yet; the same id again changes it. Gives it as it is kept.
pub async fn save(portal: Portal, permit: Permit, ask: SaveStatement) -> Result<SavedStatement> {
    let title = ask.title.trim().to_owned();
    if title.is_empty() || title.chars().count() > TITLE || title.chars().any(char::is_control) {
        return Err(Fault::invalid(format!("Give it a title of at most {TITLE} characters."), format!("Póngale un título de {TITLE} caracteres como mucho."))
            .on("title"));
    }
    if ask.statement.trim().is_empty() {
        return Err(Fault::invalid("There is nothing to keep: write a statement.", "No hay nada que guardar: escriba una sentencia.").on("statement"));
    }
    if ask.statement.len() > STATEMENT_BYTES || ask.statement.contains('\0') {
        return Err(Fault::invalid("The statement is too long. Shorten it.", "La sentencia es demasiado larga. Acórtela.").on("statement"));
    }
    let principal = permit.principal();
    let own = store::of(&portal.database, &principal.person, &principal.department).await?;
    let id = if ask.id.is_empty() {
        if own.len() >= MOST {
            return Err(Fault::invalid(
                format!("You keep {MOST} statements already. Delete one first."),
                format!("Ya guarda {MOST} sentencias. Elimine antes alguna."),
            ));
        }
        new_id()
    } else if own.iter().any(|known| known.id == ask.id) {
        ask.id
    } else {
        return Err(Fault::not_found());
    };
    let saved = SavedStatement { id, title, statement: ask.statement, changed_ms: now_ms() };
    permit.about(format!("statement {}", saved.id), serde_json::json!({ "title": saved.title, "statement": saved.statement }));
    let mut changes = portal.database.begin().await?;
    store::put(&mut changes, &principal.person, &principal.department, &saved).await?;
    changes.commit().await?;
    Ok(saved)
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteStatement) -> Result<()> {
    permit.about(format!("statement {}", ask.id), serde_json::Value::Null);
    let principal = permit.principal();
    let mut changes = portal.database.begin().await?;
    let removed = store::remove(&mut changes, &principal.person, &principal.department, &ask.id).await?;
    changes.commit().await?;
    if removed { Ok(()) } else { Err(Fault::not_found()) }
}

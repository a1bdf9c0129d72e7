//! Roles of one's own beside those that are built in.

use super::{rules, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    governance::{departments::checked_word, store::bump},
    identity::checked_name,
    portal::Portal,
};
use app::{
    governance::matrix::asks::{AddRole, CellState, DeleteRole, Place},
    text::Text,
};
use serde_json::{Value, json};

/// Adds a role that may what another one may, everywhere and in single departments; or, like none, one's own account alone.
pub async fn add(portal: Portal, permit: Permit, ask: AddRole) -> Result<i64> {
    permit.about(format!("role {}", ask.name), json!({ "role": ask.like }));
    let name = checked_word(&ask.name)?;
    let title = Text::of(checked_name(&ask.title.en, "title_en")?, checked_name(&ask.title.es, "title_es")?);
    let mut changes = portal.database.begin().await?;
    let version = bump(&mut changes).await?;
    if store::role_origin(&mut changes, &name).await?.is_some() {
        return Err(Fault::invalid("There is a role of this name.", "Ya existe un perfil con ese nombre.").on("name"));
    }
    if !ask.like.is_empty() && store::role_origin(&mut changes, &ask.like).await?.is_none() {
        return Err(Fault::invalid("There is no such role.", "No existe ese perfil.").on("like"));
    }
    store::add_role(&mut changes, &name, &title).await?;
    for need in rules::ALWAYS {
        let place = Place { role: name.clone(), department: String::new(), permission: rules::permission(*need) };
        store::set_cell(&mut changes, &place, CellState::Allow).await?;
    }
    // Rules of before that nothing asks for are not handed on.
    let known = store::cells(&mut changes).await?;
    for (place, state) in known.into_iter().filter(|(place, _)| place.role == ask.like && rules::is_known(&place.permission)) {
        store::set_cell(&mut changes, &Place { role: name.clone(), ..place }, state).await?;
    }
    changes.commit().await?;
    Ok(version)
}

/// Nobody holds it, so nobody loses anything.
pub async fn delete(portal: Portal, permit: Permit, ask: DeleteRole) -> Result<i64> {
    permit.about(format!("role {}", ask.name), Value::Null);
    let mut changes = portal.database.begin().await?;
    let version = bump(&mut changes).await?;
    let origin = store::role_origin(&mut changes, &ask.name).await?.ok_or_else(Fault::not_found)?;
    if origin == "built_in" {
        return Err(Fault::invalid("This role is built in and stays.", "Este perfil viene de serie y se queda."));
    }
    if store::is_held(&mut changes, &ask.name).await? {
        return Err(Fault::invalid("Somebody holds this role: give them another one first.", "Alguien tiene este perfil: asígnele antes otro."));
    }
    if store::is_named(&mut changes, &ask.name).await? {
        return Err(Fault::invalid("A policy names this role: change it first.", "Una política nombra este perfil: cámbiela antes."));
    }
    store::delete_role(&mut changes, &ask.name).await?;
    changes.commit().await?;
    Ok(version)
}

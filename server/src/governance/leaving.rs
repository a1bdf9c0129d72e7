//! Deleting a person: what they own goes to somebody else, or with them.

use super::{cases, people::finish, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    identity,
    portal::Portal,
};
use app::identity::memberships::asks::{DeletePerson, HandedOver};
use serde_json::json;

/// Ends everything by which they could come in, at once. What they did stays in the audit log. Policy tests about them go with them.
pub async fn delete(portal: Portal, permit: Permit, ask: DeletePerson) -> Result<HandedOver> {
    let person = portal.identity.person(&ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), serde_json::Value::Null);
    if person.id == permit.principal().person {
        return Err(Fault::invalid("Nobody can delete themselves: ask another administrator.", "Nadie puede borrarse: pídalo a otro administrador."));
    }
    let heir = match &ask.heir {
        None => None,
        Some(heir) => {
            let known = portal.identity.person(heir).await?.filter(|heir| !heir.disabled && heir.id != person.id);
            Some(known.ok_or_else(|| Fault::invalid("Choose somebody who is there.", "Elija a alguien que esté.").on("heir"))?)
        }
    };
    let mut changes = portal.database.begin().await?;
    let gone = portal.hand_over(&mut changes, &person.id, heir.as_ref().map(|heir| heir.id.as_str())).await?;
    store::forget_person(&mut changes, &person.id).await?;
    let tests = cases::forget(&mut changes, &person.id).await?;
    identity::factors::forget(&portal, &mut changes, &person.id).await?;
    identity::store::delete_person(&mut changes, &person.id).await?;
    finish(changes).await?;
    permit.about(format!("person {}", person.email), json!({ "heir": heir.map(|heir| heir.email), "handed_over": gone, "tests": tests }));
    Ok(gone)
}

//! An own dashboard given to others: shown to colleagues, or published to the department and taken back.

use super::{
    edit::{from_file, put_changed},
    store::{self, Kept},
    view,
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    dashboards::sharing::asks::{Colleague, ListShares, PublishDashboard, ShareDashboard, Shares, TakeBackDashboard, UnshareDashboard},
    text::Text,
};
use serde_json::json;

/// From now on it is the department's, and everybody there finds it.
pub async fn publish(portal: Portal, permit: Permit, ask: PublishDashboard) -> Result<()> {
    let mut kept = own(&portal, &permit, &ask.id).await?;
    kept.goes_to(None, Some(permit.principal().person.clone()));
    given(&portal, &permit, kept).await
}

/// A published one becomes the own one of who asks: nobody else finds it any more.
pub async fn take_back(portal: Portal, permit: Permit, ask: TakeBackDashboard) -> Result<()> {
    let mut kept = view::found(&portal, &permit, &ask.id).await?;
    match (&kept.owner, &kept.author) {
        (Some(_), _) => return Err(Fault::invalid("This dashboard is not the department's.", "Este tablero no es del departamento.")),
        (None, None) => return Err(from_file()),
        (None, Some(_)) => {}
    }
    kept.goes_to(Some(permit.principal().person.clone()), None);
    given(&portal, &permit, kept).await
}

/// Keeps whose it is now. With whom it was shared counts no longer.
async fn given(portal: &Portal, permit: &Permit, mut kept: Kept) -> Result<()> {
    permit.about(format!("dashboard {}", kept.id), json!({ "department": kept.department }));
    let mut changes = portal.database.begin().await?;
    put_changed(&mut changes, &mut kept).await?;
    store::end_shares(&mut changes, &kept.id).await?;
    Ok(changes.commit().await?)
}

/// With whom an own dashboard is shared, and with whom it could be.
pub async fn shares(portal: Portal, permit: Permit, ask: ListShares) -> Result<Shares> {
    let kept = own(&portal, &permit, &ask.id).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let shared = store::shares(&portal.database, &kept.id).await?;
    let (with, others) = colleagues(&portal, &permit).await?.into_iter().partition(|colleague| shared.contains(&colleague.id));
    Ok(Shares { with, others })
}

/// Shows an own dashboard to a colleague.
pub async fn share(portal: Portal, permit: Permit, ask: ShareDashboard) -> Result<()> {
    let kept = own(&portal, &permit, &ask.id).await?;
    let colleague = colleagues(&portal, &permit).await?.into_iter().find(|colleague| colleague.id == ask.person);
    let colleague = colleague.ok_or_else(|| Fault::invalid("Choose somebody of your department.", "Elija a alguien de su departamento.").on("person"))?;
    permit.about(format!("dashboard {}", kept.id), json!({ "people": [colleague.name] }));
    let mut changes = portal.database.begin().await?;
    store::add_share(&mut changes, &kept.id, &colleague.id).await?;
    Ok(changes.commit().await?)
}

/// Shows it to somebody no longer; whoever has left the department meanwhile too.
pub async fn unshare(portal: Portal, permit: Permit, ask: UnshareDashboard) -> Result<()> {
    let kept = own(&portal, &permit, &ask.id).await?;
    let name = portal.identity.person(&ask.person).await?.map(|person| person.name);
    permit.about(format!("dashboard {}", kept.id), json!({ "people": name.into_iter().collect::<Vec<_>>() }));
    let mut changes = portal.database.begin().await?;
    store::remove_share(&mut changes, &kept.id, &ask.person).await?;
    Ok(changes.commit().await?)
}

/// An own dashboard, in the department in which it was made: there it is given to others.
async fn own(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let kept = view::found(portal, permit, id).await?;
    let principal = permit.principal();
    if kept.owner.as_deref() != Some(&principal.person) {
        let text = Text::of("Only whose dashboard it is shares or publishes it.", "Solo lo comparte o publica la persona de quien es el tablero.");
        return Err(Fault::new(FaultKind::Forbidden, text));
    }
    if kept.department != principal.department {
        return Err(Fault::invalid(
            "You made this dashboard in another department: go on there, and share or publish it then.",
            "Creó este tablero en otro departamento: pase a él y compártalo o publíquelo entonces.",
        ));
    }
    Ok(kept)
}

/// Everybody else who may act in the department in which one acts.
async fn colleagues(portal: &Portal, permit: &Permit) -> Result<Vec<Colleague>> {
    let principal = permit.principal();
    let known = portal.governance.colleagues(&principal.department).await?;
    Ok(known.into_iter().filter(|(id, _)| *id != principal.person).map(|(id, name)| Colleague { id, name }).collect())
}

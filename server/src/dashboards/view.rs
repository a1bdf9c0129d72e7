//! Which dashboards a reader finds, and one dashboard's plan.

use super::{
    store::{self, Kept},
    veil::veil,
};
use crate::{
    access::{Action, Kind, Need, Permit, looking::kept_private},
    fault::{Fault, Result},
    portal::Portal,
    warehouse,
};
use app::{
    dashboards::asks::{Dashboard, DashboardCard, ListDashboards, OpenDashboard, Tile},
    text::Text,
};

/// Those of the reader's department, and their own.
pub async fn list(portal: Portal, permit: Permit, _ask: ListDashboards) -> Result<Vec<DashboardCard>> {
    let principal = permit.principal();
    let mut kept = store::of(&portal.database, &principal.department, &principal.person).await?;
    for kept in &mut kept {
        // A card counts what its reader would find.
        kept.tiles.retain(|tile| is_seen(&permit, tile));
    }
    let department = portal.governance.department_title(&principal.department).await?;
    Ok(kept.iter().map(|kept| card(&permit, kept, department.clone())).collect())
}

/// A dashboard's plan as this reader sees it: tiles and filters over marts that are not theirs are not there.
pub async fn open(portal: Portal, permit: Permit, ask: OpenDashboard) -> Result<Dashboard> {
    let kept = visible(&portal, &permit, &ask.id).await?;
    let main = main_mart(&permit, &kept);
    let (freshness, access) = match main.and_then(|name| permit.scope().mart(name)) {
        Some(mart) => (warehouse::freshness(&portal, &permit, mart).await?, permit.access(mart.name())),
        None => Default::default(),
    };
    Ok(Dashboard {
        card: card(&permit, &kept, portal.governance.department_title(&kept.department).await?),
        filters: kept.filters,
        tiles: kept.tiles,
        freshness,
        access,
        may_download: permit.allows(Need(Kind::Dashboard, Action::Export)),
        may_edit: kept.owner.as_deref() == Some(&permit.principal().person) && permit.allows(Need(Kind::Dashboard, Action::Edit)),
    })
}

/// A dashboard that this reader may open, without what is not theirs; else "not found".
pub async fn visible(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let principal = permit.principal();
    let mut kept = store::one(&portal.database, id).await?.ok_or_else(Fault::not_found)?;
    let theirs = match &kept.owner {
        Some(owner) => owner == &principal.person,
        None => kept.department == principal.department,
    };
    if !theirs {
        return Err(Fault::not_found());
    }
    if kept.owner.is_some() && permit.viewer().is_some() {
        return Err(kept_private());
    }
    let seen = |mart: &str| permit.scope().mart(mart).is_some();
    kept.tiles.retain(|tile| is_seen(permit, tile));
    for filter in &mut kept.filters {
        filter.columns.retain(|(mart, _)| seen(mart));
        filter.values_from = filter.values_from.take().filter(|(mart, _)| seen(mart));
    }
    kept.filters.retain(|filter| !filter.columns.is_empty());
    veil(permit, &mut kept);
    Ok(kept)
}

/// Whether what a tile shows is this reader's.
pub(super) fn is_seen(permit: &Permit, tile: &Tile) -> bool {
    let stream = tile.stream.as_ref().map(|tile| &tile.stream).or(tile.window.as_ref().map(|tile| &tile.stream));
    match stream {
        Some(stream) => permit.scope().stream(stream).is_some(),
        None => permit.scope().mart(&tile.question.mart).is_some(),
    }
}

/// The mart that most tiles use: its freshness and access stand under the title.
fn main_mart<'a>(permit: &Permit, kept: &'a Kept) -> Option<&'a str> {
    let uses = |mart: &str| kept.tiles.iter().filter(|tile| tile.question.mart == mart).count();
    let marts = kept.tiles.iter().map(|tile| tile.question.mart.as_str()).filter(|mart| permit.scope().mart(mart).is_some());
    marts.max_by_key(|mart| uses(mart))
}

fn card(permit: &Permit, kept: &Kept, department: Text) -> DashboardCard {
    DashboardCard {
        id: kept.id.clone(),
        title: kept.title.clone(),
        description: kept.description.clone(),
        department,
        own: kept.owner.as_deref() == Some(&permit.principal().person),
        tiles: u32::try_from(kept.tiles.len()).unwrap_or(u32::MAX),
        updated_ms: kept.updated_ms,
    }
}

//! Which dashboards a reader finds, and one dashboard's plan.

use super::{
    literals,
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

/// A dashboard without what is not its reader's.
pub struct Seen {
    pub kept: Kept,
    /// Tiles over data of the reader's that hold values outside of their share (A53).
    pub withheld: u32,
}

/// Those of the reader's department, their own, and those that are shared with them.
pub async fn list(portal: Portal, permit: Permit, _ask: ListDashboards) -> Result<Vec<DashboardCard>> {
    let principal = permit.principal();
    let mut kept = store::of(&portal.database, &principal.department, &principal.person).await?;
    for kept in &mut kept {
        // A card counts what its reader would find.
        kept.tiles.retain(|tile| is_seen(&permit, tile));
    }
    let department = portal.governance.department_title(&principal.department).await?;
    let mut cards = Vec::with_capacity(kept.len());
    for kept in &kept {
        cards.push(card(&portal, &permit, kept, department.clone()).await?);
    }
    Ok(cards)
}

/// A dashboard's plan as this reader sees it: tiles and filters over marts that are not theirs are not there.
pub async fn open(portal: Portal, permit: Permit, ask: OpenDashboard) -> Result<Dashboard> {
    let Seen { kept, withheld } = visible(&portal, &permit, &ask.id).await?;
    let main = main_mart(&permit, &kept);
    let (freshness, access) = match main.and_then(|name| permit.scope().mart(name)) {
        Some(mart) => (warehouse::freshness(&portal, &permit, mart).await?, permit.access(mart.name())),
        None => Default::default(),
    };
    let principal = permit.principal();
    let may = |action| permit.allows(Need(Kind::Dashboard, action));
    let own = kept.owner.as_deref() == Some(&principal.person);
    let published = kept.owner.is_none() && kept.author.is_some();
    let given_here = own && kept.department == principal.department;
    Ok(Dashboard {
        card: card(&portal, &permit, &kept, portal.governance.department_title(&kept.department).await?).await?,
        filters: kept.filters,
        tiles: kept.tiles,
        freshness,
        access,
        withheld,
        may_download: may(Action::Export),
        may_edit: (own || published && may(Action::Publish)) && may(Action::Edit),
        may_share: given_here && may(Action::Share),
        may_publish: given_here && may(Action::Publish),
        may_take_back: published && may(Action::Publish),
    })
}

/// A dashboard that this reader may open, whole: not to be shown as it is; else "not found".
pub(super) async fn found(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let principal = permit.principal();
    let kept = store::one(&portal.database, id).await?.ok_or_else(Fault::not_found)?;
    let here = kept.department == principal.department;
    let theirs = match &kept.owner {
        Some(owner) if owner == &principal.person => true,
        // A share ends with the membership, and sleeps while its reader acts elsewhere.
        Some(_) => here && store::is_shared(&portal.database, id, &principal.person).await?,
        None => here,
    };
    if !theirs {
        return Err(Fault::not_found());
    }
    if kept.owner.is_some() && permit.viewer().is_some() {
        return Err(kept_private());
    }
    Ok(kept)
}

/// A dashboard that this reader may open, without what is not theirs; else "not found".
pub async fn visible(portal: &Portal, permit: &Permit, id: &str) -> Result<Seen> {
    let mut kept = found(portal, permit, id).await?;
    let seen = |mart: &str| permit.scope().mart(mart).is_some();
    kept.tiles.retain(|tile| is_seen(permit, tile));
    for filter in &mut kept.filters {
        filter.columns.retain(|(mart, _)| seen(mart));
        filter.values_from = filter.values_from.take().filter(|(mart, _)| seen(mart));
    }
    kept.filters.retain(|filter| !filter.columns.is_empty());
    veil(permit, &mut kept);
    let withheld = literals::withhold(portal, permit, &mut kept).await?;
    Ok(Seen { kept, withheld })
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

async fn card(portal: &Portal, permit: &Permit, kept: &Kept, department: Text) -> Result<DashboardCard> {
    let own = kept.owner.as_deref() == Some(&permit.principal().person);
    let (shared_by, published_by) = match (&kept.owner, &kept.author) {
        (Some(_), _) if own => (None, None),
        (Some(owner), _) => (Some(name(portal, owner).await?.unwrap_or_default()), None),
        (None, Some(author)) => (None, name(portal, author).await?),
        (None, None) => (None, None),
    };
    Ok(DashboardCard {
        id: kept.id.clone(),
        title: kept.title.clone(),
        description: kept.description.clone(),
        department,
        own,
        shared_by,
        published_by,
        tiles: u32::try_from(kept.tiles.len()).unwrap_or(u32::MAX),
        updated_ms: kept.updated_ms,
    })
}

/// `None`: of somebody who is gone.
async fn name(portal: &Portal, person: &str) -> Result<Option<String>> {
    Ok(portal.identity.person(person).await?.map(|person| person.name))
}

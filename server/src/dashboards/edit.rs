//! A person's own dashboards: created, changed, deleted, given a search as a tile.

use super::store::{self, Kept};
use crate::{
    access::Permit,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
    search,
    streaming::windows,
};
use app::{
    dashboards::asks::{CreateDashboard, DeleteDashboard, PinSearch, PinWindow, SaveDashboard, Shows, Tile},
    text::Text,
    warehouse::asks::ChartKind,
};

/// Longest title, in characters; most tiles of one dashboard.
const TITLE: usize = 120;
const TILES: usize = 40;

pub async fn create(portal: Portal, permit: Permit, ask: CreateDashboard) -> Result<String> {
    let kept = empty(&permit, &ask.title)?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    store::put(&mut changes, &kept).await?;
    changes.commit().await?;
    Ok(kept.id)
}

pub async fn save(portal: Portal, permit: Permit, ask: SaveDashboard) -> Result<i64> {
    let mut kept = own(&portal, &permit, &ask.id).await?;
    kept.title = Text::same(title(&ask.title)?);
    kept.tiles = checked(&permit, ask.tiles)?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    if store::updated(&mut changes, &kept.id).await? != Some(ask.updated_ms) {
        return Err(Fault::conflict());
    }
    kept.updated_ms = now_ms().max(ask.updated_ms + 1);
    store::put(&mut changes, &kept).await?;
    changes.commit().await?;
    Ok(kept.updated_ms)
}

/// Puts a search that can be made now on an own dashboard.
pub async fn pin_search(portal: Portal, permit: Permit, ask: PinSearch) -> Result<String> {
    let wanted = title(&ask.title)?;
    search::check_tile(&portal, &permit, &ask.tile).await?;
    let kept = given(&portal, &permit, &ask.dashboard, &ask.new_dashboard).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::json!({ "stream": ask.tile.stream, "query": ask.tile.query }));
    let (width, height) = match ask.tile.shows {
        Shows::Count => (3, 2),
        Shows::Histogram => (6, 4),
        Shows::Rows => (12, 4),
    };
    pin(&portal, &permit, kept, Tile { title: Text::same(wanted), stream: Some(ask.tile), width, height, ..new_tile() }).await
}

/// Puts a window that this reader may see on an own dashboard.
pub async fn pin_window(portal: Portal, permit: Permit, ask: PinWindow) -> Result<String> {
    let wanted = title(&ask.title)?;
    windows::course::check(&portal, &permit, &ask.tile).await?;
    let kept = given(&portal, &permit, &ask.dashboard, &ask.new_dashboard).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::to_value(&ask.tile)?);
    let (width, height) = if ask.chart == ChartKind::Number { (3, 2) } else { (6, 4) };
    let tile = Tile { title: Text::same(wanted), chart: ask.chart, window: Some(ask.tile), width, height, ..new_tile() };
    pin(&portal, &permit, kept, tile).await
}

/// The dashboard that something is put on: an own one, or a new one.
async fn given(portal: &Portal, permit: &Permit, dashboard: &str, new_dashboard: &str) -> Result<Kept> {
    if dashboard.is_empty() { empty(permit, new_dashboard) } else { own(portal, permit, dashboard).await }
}

fn new_tile() -> Tile {
    Tile {
        id: new_id(),
        title: Text::default(),
        note: Text::default(),
        chart: ChartKind::default(),
        question: Default::default(),
        stream: None,
        window: None,
        width: 12,
        height: 4,
    }
}

async fn pin(portal: &Portal, permit: &Permit, mut kept: Kept, tile: Tile) -> Result<String> {
    kept.tiles.push(tile);
    kept.tiles = checked(permit, kept.tiles)?;
    kept.updated_ms = now_ms().max(kept.updated_ms + 1);
    let mut changes = portal.database.begin().await?;
    store::put(&mut changes, &kept).await?;
    changes.commit().await?;
    Ok(kept.id)
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteDashboard) -> Result<()> {
    let kept = own(&portal, &permit, &ask.id).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    store::remove(&mut changes, &kept.id).await?;
    Ok(changes.commit().await?)
}

/// An own dashboard; a department's is visible and may not be changed here, anything else is not found.
pub(super) async fn own(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let kept = super::visible(portal, permit, id).await?;
    if kept.owner.as_deref() == Some(&permit.principal().person) { Ok(kept) } else { Err(Fault::forbidden()) }
}

/// A new, empty dashboard of this person.
pub(super) fn empty(permit: &Permit, wanted: &str) -> Result<Kept> {
    let principal = permit.principal();
    Ok(Kept {
        id: new_id(),
        title: Text::same(title(wanted)?),
        description: Text::default(),
        department: principal.department.clone(),
        owner: Some(principal.person.clone()),
        filters: Vec::new(),
        tiles: Vec::new(),
        updated_ms: now_ms(),
    })
}

pub(super) fn title(text: &str) -> Result<String> {
    let title = text.trim();
    if title.is_empty() || title.chars().count() > TITLE {
        return Err(Fault::invalid(format!("Give it a title of at most {TITLE} characters."), format!("Póngale un título de {TITLE} caracteres como mucho."))
            .on("title"));
    }
    Ok(title.to_owned())
}

/// Tiles within bounds, over marts that this person sees.
pub(super) fn checked(permit: &Permit, tiles: Vec<Tile>) -> Result<Vec<Tile>> {
    if tiles.len() > TILES {
        return Err(Fault::invalid(format!("A dashboard holds at most {TILES} tiles."), format!("Un tablero tiene {TILES} piezas como mucho.")).on("tiles"));
    }
    for tile in &tiles {
        if !super::view::is_seen(permit, tile) {
            return Err(Fault::not_found());
        }
        if ![3, 4, 5, 6, 7, 8, 9, 12].contains(&tile.width) || ![2, 4].contains(&tile.height) {
            return Err(Fault::invalid(
                "A tile is 3 to 12 columns wide and 2 or 4 rows high.",
                "Una pieza mide de 3 a 12 columnas de ancho y 2 o 4 filas de alto.",
            )
            .on("tiles"));
        }
    }
    Ok(tiles)
}

//! A person's own dashboards, and those that their department was given: created, changed, deleted, given a search as a tile.

use super::{
    literals,
    store::{self, Kept},
    view,
};
use crate::{
    access::{Action, Kind, Need, Permit},
    database::{Changes, new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
    search,
    streaming::windows,
};
use app::{
    ask::FaultKind,
    dashboards::asks::{CreateDashboard, DeleteDashboard, PinSearch, PinWindow, SaveDashboard, Shows, Tile},
    text::Text,
    warehouse::asks::ChartKind,
};

/// Longest title, in characters; most tiles of one dashboard.
const TITLE: usize = 120;
const TILES: usize = 40;

pub async fn create(portal: Portal, permit: Permit, ask: CreateDashboard) -> Result<String> {
    let mut kept = empty(&permit, &ask.title)?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    put_changed(&mut changes, &mut kept).await?;
    changes.commit().await?;
    Ok(kept.id)
}

pub async fn save(portal: Portal, permit: Permit, ask: SaveDashboard) -> Result<i64> {
    let mut kept = changeable(&portal, &permit, &ask.id).await?;
    kept.title = Text::same(title(&ask.title)?);
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut kept = with_tiles(&portal, &permit, kept, ask.tiles).await?;
    kept.updated_ms = ask.updated_ms;
    let mut changes = portal.database.begin().await?;
    put_changed(&mut changes, &mut kept).await?;
    changes.commit().await?;
    Ok(kept.updated_ms)
}

/// Keeps it; a conflict when it was changed or deleted since it was read. What was never kept is of 0 milliseconds.
pub(super) async fn put_changed(changes: &mut Changes, kept: &mut Kept) -> Result<()> {
    if store::updated(changes, &kept.id).await?.unwrap_or_default() != kept.updated_ms {
        return Err(Fault::conflict());
    }
    kept.updated_ms = now_ms().max(kept.updated_ms + 1);
    store::put(changes, kept).await
}

/// The same dashboard with these tiles in place of those that this person is shown. The others stay where they are: who does not see a
/// tile takes it away from nobody.
async fn with_tiles(portal: &Portal, permit: &Permit, mut kept: Kept, mut tiles: Vec<Tile>) -> Result<Kept> {
    let mut unseen = Vec::new();
    for (place, tile) in kept.tiles.iter().enumerate() {
        if !(view::is_seen(permit, tile) && literals::are_told(portal, permit, &kept, tile).await?) {
            unseen.push((place, tile.clone()));
        }
    }
    checked(permit, &tiles, unseen.len())?;
    for tile in &mut tiles {
        if unseen.iter().any(|(_, unseen)| unseen.id == tile.id) {
            tile.id = new_id();
        }
        let asks_the_same = |known: &Tile| (&known.question, &known.stream, &known.window) == (&tile.question, &tile.stream, &tile.window);
        if !kept.tiles.iter().any(|known| known.id == tile.id && asks_the_same(known)) {
            kept.is_written_by(&tile.id, &permit.principal().person);
        }
    }
    for (place, tile) in unseen {
        tiles.insert(place.min(tiles.len()), tile);
    }
    kept.written.retain(|id, _| tiles.iter().any(|tile| tile.id == *id));
    kept.tiles = tiles;
    Ok(kept)
}

/// The same dashboard with one more tile of this person's.
pub(super) fn with_one_more(permit: &Permit, mut kept: Kept, tile: Tile) -> Result<Kept> {
    checked(permit, std::slice::from_ref(&tile), kept.tiles.len())?;
    kept.is_written_by(&tile.id, &permit.principal().person);
    kept.tiles.push(tile);
    Ok(kept)
}

/// Puts a search that can be made now on a dashboard.
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

/// Puts a window that this reader may see on a dashboard.
pub async fn pin_window(portal: Portal, permit: Permit, ask: PinWindow) -> Result<String> {
    let wanted = title(&ask.title)?;
    windows::course::check(&portal, &permit, &ask.tile).await?;
    let kept = given(&portal, &permit, &ask.dashboard, &ask.new_dashboard).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::to_value(&ask.tile)?);
    let (width, height) = if ask.chart == ChartKind::Number { (3, 2) } else { (6, 4) };
    let tile = Tile { title: Text::same(wanted), chart: ask.chart, window: Some(ask.tile), width, height, ..new_tile() };
    pin(&portal, &permit, kept, tile).await
}

/// The dashboard that something is put on: one that is there, or a new one.
async fn given(portal: &Portal, permit: &Permit, dashboard: &str, new_dashboard: &str) -> Result<Kept> {
    if dashboard.is_empty() { empty(permit, new_dashboard) } else { changeable(portal, permit, dashboard).await }
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

async fn pin(portal: &Portal, permit: &Permit, kept: Kept, tile: Tile) -> Result<String> {
    let mut kept = with_one_more(permit, kept, tile)?;
    let mut changes = portal.database.begin().await?;
    put_changed(&mut changes, &mut kept).await?;
    changes.commit().await?;
    Ok(kept.id)
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteDashboard) -> Result<()> {
    let kept = changeable(&portal, &permit, &ask.id).await?;
    permit.about(format!("dashboard {}", kept.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    store::remove(&mut changes, &kept.id).await?;
    Ok(changes.commit().await?)
}

/// A dashboard that this person may change, whole: an own one, or one that was published, for who may publish. What else is visible
/// may not be changed here, anything else is not found.
pub(super) async fn changeable(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let kept = view::found(portal, permit, id).await?;
    match (&kept.owner, &kept.author) {
        (Some(owner), _) if *owner == permit.principal().person => Ok(kept),
        (None, Some(_)) if permit.allows(Need(Kind::Dashboard, Action::Publish)) => Ok(kept),
        (None, None) => Err(from_file()),
        _ => Err(Fault::forbidden()),
    }
}

/// Why a dashboard that was applied as code stays as it is.
pub(super) fn from_file() -> Fault {
    let text = Text::of(
        "This dashboard comes from a file: change it there, and have it applied again.",
        "Este tablero viene de un archivo: cámbielo allí y haga que se aplique de nuevo.",
    );
    Fault::new(FaultKind::Forbidden, text)
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
        author: None,
        written: Default::default(),
        filters: Vec::new(),
        tiles: Vec::new(),
        updated_ms: 0,
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

/// Tiles within bounds, over marts that this person sees; `others` there are beside them.
fn checked(permit: &Permit, tiles: &[Tile], others: usize) -> Result<()> {
    if tiles.len() + others > TILES {
        return Err(Fault::invalid(format!("A dashboard holds at most {TILES} tiles."), format!("Un tablero tiene {TILES} paneles como mucho.")).on("tiles"));
    }
    for tile in tiles {
        if !view::is_seen(permit, tile) {
            return Err(Fault::not_found());
        }
        if ![3, 4, 5, 6, 7, 8, 9, 12].contains(&tile.width) || ![2, 4].contains(&tile.height) {
            return Err(Fault::invalid(
                "A tile is 3 to 12 columns wide and 2 or 4 rows high.",
                "Un panel mide de 3 a 12 columnas de ancho y 2 o 4 filas de alto.",
            )
            .on("tiles"));
        }
    }
    Ok(())
}

//! Dashboards as code: `dashboards/*.toml` of an organisation's folder.

use super::store::{self, Kept};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::now_ms,
    fault::Result,
    portal::Portal,
};
use app::{
    dashboards::asks::{DashboardFilter, Tile},
    text::Text,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    department: String,
    title: Text,
    #[serde(default)]
    description: Text,
    #[serde(default)]
    filters: Vec<DashboardFilter>,
    tiles: Vec<Tile>,
}

/// Puts the dashboards that are new or other than what is kept; without `doing` it only says which.
pub async fn apply(portal: &Portal, folder: &Folder, doing: bool) -> Result<Applied> {
    let mut applied = Applied::default();
    let mut put = Vec::new();
    for (file, written) in folder.all::<Written>("dashboards")? {
        if written.tiles.is_empty() {
            return Err(wrong(&file, "a dashboard needs at least one tile"));
        }
        let before = store::one(&portal.database, &written.name).await?;
        let mut kept = Kept {
            id: written.name,
            title: written.title,
            description: written.description,
            department: written.department,
            owner: None,
            author: None,
            written: BTreeMap::new(),
            filters: written.filters,
            tiles: written.tiles,
            updated_ms: before.as_ref().map_or(0, |kept| kept.updated_ms),
        };
        let what = format!("dashboard {}", kept.id);
        match before {
            Some(before) if before == kept => continue,
            Some(_) => applied.changes.push(Change::alter(what)),
            None => applied.changes.push(Change::add(what)),
        }
        kept.updated_ms = now_ms();
        put.push(kept);
    }
    if doing && !put.is_empty() {
        let mut changes = portal.database.begin().await?;
        for kept in &put {
            store::put(&mut changes, kept).await?;
        }
        changes.commit().await?;
    }
    Ok(applied)
}

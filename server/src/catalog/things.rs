//! Everything that is published, with all that the portal knows of it. Nothing of this may leave but through `Sight`.

use crate::{
    fault::Result,
    ingestion::quality::{self, Quality},
    portal::Portal,
    warehouse::{
        described::{self, Described},
        pins::{self, Pin},
    },
};
use ::warehouse::{MartDefinition, PinnedColumn, Warehouse};
use app::catalog::asks::EntryKind;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One dataset.
pub(super) struct Thing {
    /// `mart.baskets`, `stream.web`, `warehouse.sales_line`, `lake.transactions`.
    pub name: String,
    pub kind: EntryKind,
    pub department: String,
    /// What its text says of it; none in the lake.
    pub definition: Option<Arc<MartDefinition>>,
    pub columns: Vec<PinnedColumn>,
    /// The selects that it is made by: the one it was built from, and the one that was saved since.
    pub selects: Vec<String>,
    /// `None` for a stream.
    pub pin: Option<Pin>,
    pub described: Described,
    pub quality: Quality,
}

impl Thing {
    /// The name without its layer.
    pub fn short(&self) -> &str {
        self.name.split_once('.').map_or(self.name.as_str(), |(_, short)| short)
    }

    /// Datasets that its selects read.
    pub fn reads(&self) -> BTreeSet<String> {
        self.selects.iter().filter_map(|select| Warehouse::reads(select).ok()).flatten().collect()
    }
}

/// All datasets, by name.
pub(super) async fn all(portal: &Portal) -> Result<BTreeMap<String, Thing>> {
    let database = &portal.database;
    let published = portal.governance.published().await?;
    let mut pins: BTreeMap<String, Pin> = pins::all(database).await?.into_iter().map(|pin| (pin.dataset.clone(), pin)).collect();
    let saved: BTreeMap<String, String> = pins::definitions(database).await?.into_iter().map(|saved| (saved.dataset(), saved.text)).collect();
    let mut described = described::store::all(database).await?;
    let mut quality = quality::of_published(portal).await?;
    let mut things = BTreeMap::new();
    for dataset in published.datasets() {
        let name = dataset.name.clone();
        let pin = pins.remove(&name);
        let parsed = |text: &String| MartDefinition::parse(name.split_once('.').map_or("", |(_, short)| short), text).ok();
        let built = pin.as_ref().and_then(|pin| pin.definition.as_ref()).and_then(parsed);
        let mut selects: Vec<String> = [&built, &saved.get(&name).and_then(parsed)].into_iter().flatten().map(|text| text.sql.clone()).collect();
        selects.dedup();
        let thing = Thing {
            kind: kind(&name),
            department: dataset.department.clone(),
            definition: dataset.mart.clone().or_else(|| dataset.stream.clone()).or_else(|| built.map(Arc::new)),
            columns: dataset.columns.clone(),
            selects,
            pin,
            described: described.remove(&name).unwrap_or_default(),
            quality: quality.remove(&name).unwrap_or_default(),
            name: name.clone(),
        };
        things.insert(name, thing);
    }
    Ok(things)
}

fn kind(dataset: &str) -> EntryKind {
    match dataset.split_once('.') {
        Some(("mart", _)) => EntryKind::Mart,
        Some(("stream", _)) => EntryKind::Stream,
        Some(("warehouse", _)) => EntryKind::Model,
        _ => EntryKind::Table,
    }
}

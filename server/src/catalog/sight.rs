//! What one reader may know of: the one place where the catalog decides it.

use super::things::Thing;
use crate::{
    access::{Action, Kind, Need, Permit, mask_words},
    fault::Result,
    portal::Portal,
    search::share,
    warehouse,
};
use ::warehouse::{ColumnType, GovernedMart, Mask, PinnedColumn};
use app::{text::Text, warehouse::asks::ColumnKind};
use std::collections::{BTreeMap, BTreeSet};

/// A reader's sight.
pub(super) struct Sight<'a> {
    pub permit: &'a Permit,
    /// Knows of datasets that are not theirs to read, as far as the permit's figures go.
    pub administers: bool,
    marts: bool,
    /// Fields that the reader's share shows of each stream: one whose rule cannot be laid on it is closed, and not here.
    streams: BTreeMap<String, BTreeSet<String>>,
}

/// A column as the reader may know it.
pub(super) struct SeenColumn {
    pub name: String,
    pub kind: ColumnKind,
    pub mask: Option<Text>,
}

impl<'a> Sight<'a> {
    pub async fn of(portal: &Portal, permit: &'a Permit) -> Result<Self> {
        let may = |kind, action| permit.allows(Need(kind, action));
        let streams = if may(Kind::Stream, Action::View) { share::all(portal, permit).await? } else { Vec::new() };
        let fields = |seen: share::Seen| (seen.stream.name.clone(), seen.share.fields().iter().map(|field| field.name.clone()).collect::<BTreeSet<_>>());
        Ok(Self {
            permit,
            administers: may(Kind::Job, Action::Administer),
            marts: may(Kind::Mart, Action::View),
            streams: streams.into_iter().map(fields).collect(),
        })
    }

    /// The reader's own share of a mart or stream.
    pub fn share(&self, dataset: &str) -> Option<&'a GovernedMart> {
        match dataset.split_once('.')? {
            ("mart", name) if self.marts => self.permit.scope().mart(name),
            ("stream", name) if self.streams.contains_key(name) => self.permit.scope().stream(name),
            _ => None,
        }
    }

    /// Whether names, counts and sizes of the whole dataset may be shown (A41).
    pub fn figures(&self, dataset: &str) -> bool {
        self.administers && self.permit.figures_on(dataset)
    }

    /// Whether the reader may know that it is there.
    pub fn sees(&self, dataset: &str) -> bool {
        self.share(dataset).is_some() || self.figures(dataset)
    }

    /// The columns that the reader may know of, in the dataset's order. Who holds figures knows them all, and of a share of their own what it does to each.
    pub fn columns(&self, thing: &Thing) -> Vec<SeenColumn> {
        let share = self.share(&thing.name);
        if !self.figures(&thing.name) {
            let fields = thing.name.strip_prefix("stream.").and_then(|name| self.streams.get(name));
            let shown = share.into_iter().flat_map(|share| share.columns());
            let shown = shown.filter(|(column, _)| fields.is_none_or(|fields| fields.contains(&column.name)));
            return shown.map(|(column, mask)| seen(&column.name, column.kind, mask)).collect();
        }
        let known = |column: &PinnedColumn| {
            let Some(share) = share else { return seen(&column.name, column.kind, None) };
            match share.columns().find(|(shown, _)| shown.name == column.name) {
                Some((shown, mask)) => seen(&shown.name, shown.kind, mask),
                None => seen(&column.name, column.kind, Some(Mask::Hide)),
            }
        };
        thing.columns.iter().map(known).collect()
    }
}

fn seen(name: &str, kind: ColumnType, mask: Option<Mask>) -> SeenColumn {
    SeenColumn { name: name.to_owned(), kind: warehouse::shown_kind(kind, mask), mask: mask.map(mask_words) }
}

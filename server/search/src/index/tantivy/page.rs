//! The first documents of an order after a place, and how many there are in all.

use super::{layout::Layout, texts::texts};
use crate::{
    FieldKind, Value,
    index::{Search, cursor::After},
};
use std::{collections::HashMap, ops::Bound};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, MonotonicallyMappableToU64, StrColumn},
};

/// What a page is ordered by.
#[derive(Clone)]
pub(super) struct Order {
    /// A column, whose documents without a value come last.
    column: String,
    kind: FieldKind,
    descending: bool,
}

impl Order {
    /// By time if the index has not got the field: then each document comes last, by id.
    pub(super) fn of(search: &Search, layout: &Layout) -> Self {
        match &search.order {
            None => Self { column: "@time".into(), kind: FieldKind::Timestamp, descending: true },
            Some((field, descending)) => {
                let kind = layout.fields.get(field).map_or(FieldKind::Text, |(_, kind)| *kind);
                Self { column: field.clone(), kind, descending: *descending }
            }
        }
    }
}

/// Gathers at most `limit` documents a segment.
pub(super) struct Page {
    pub(super) order: Order,
    pub(super) after: Option<After>,
    pub(super) limit: usize,
}

/// One document of a page, with all that it is ordered by.
pub(super) struct Place {
    pub(super) at: DocAddress,
    pub(super) missing: bool,
    pub(super) key: Key,
    pub(super) id: String,
}

/// Comparable over segments and indices; in a descending order a number's bits are turned round already.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Bits(u64),
    Text(String),
}

#[derive(Default)]
pub(super) struct Gathered {
    pub(super) total: u64,
    pub(super) places: Vec<Place>,
}

/// In the order of pages.
pub(super) fn sort(places: &mut [(usize, Place)], descending: bool) {
    places.sort_by(|(_, one), (_, other)| {
        let keys = match (&one.key, &other.key) {
            (Key::Text(one), Key::Text(other)) if descending => other.cmp(one),
            (one, other) => one.cmp(other),
        };
        one.missing.cmp(&other.missing).then(keys).then_with(|| one.id.cmp(&other.id))
    });
}

impl Collector for Page {
    type Fruit = Result<Gathered, String>;
    type Child = Segment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = reader.fast_fields();
        let sorted = match self.order.kind {
            FieldKind::Text => Sorted::Nothing,
            FieldKind::Keyword => columns.str(&self.order.column)?.map_or(Sorted::Nothing, Sorted::Texts),
            FieldKind::Number => columns.column_opt::<f64>(&self.order.column)?.map_or(Sorted::Nothing, |column| Sorted::Bits(column.to_u64_monotonic())),
            _ => columns.column_opt::<i64>(&self.order.column)?.map_or(Sorted::Nothing, |column| Sorted::Bits(column.to_u64_monotonic())),
        };
        let ids = columns.str("@id")?;
        let after = match &self.after {
            Some(after) => Some(Rank::after(after, &sorted, ids.as_ref(), self.order.descending)?),
            None => None,
        };
        Ok(Segment { segment, sorted, ids, descending: self.order.descending, after, limit: self.limit, worst: None, total: 0, kept: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.into_iter().try_fold(Gathered::default(), |mut all, one| {
            let mut one = one?;
            all.total += one.total;
            all.places.append(&mut one.places);
            Ok(all)
        }))
    }
}

/// A segment's column, as sortable bits.
enum Sorted {
    Bits(Column<u64>),
    Texts(StrColumn),
    Nothing,
}

/// Within one segment. Texts and ids by their place in the segment's list, twice and one more: a text that is not in it stands between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    missing: bool,
    key: u64,
    id: u64,
}

impl Rank {
    fn after(after: &After, sorted: &Sorted, ids: Option<&StrColumn>, descending: bool) -> tantivy::Result<Self> {
        let turned = |key: u64| if descending { !key } else { key };
        let key = match (&after.value, sorted) {
            (Some(Value::Text(text)), Sorted::Texts(column)) => Some(between(column, text)?),
            (Some(Value::Integer(value) | Value::Timestamp(value)), _) => Some(value.to_u64()),
            (Some(Value::Number(value)), _) => Some(value.to_u64()),
            (Some(Value::Bool(value)), _) => Some(i64::from(*value).to_u64()),
            (Some(_), _) => Some(0),
            (None, _) => None,
        };
        let id = ids.map_or(Ok(0), |ids| between(ids, &after.id))?;
        Ok(Self { missing: key.is_none(), key: key.map_or(0, turned), id })
    }
}

fn between(column: &StrColumn, text: &str) -> tantivy::Result<u64> {
    let list = column.dictionary();
    if let Some(place) = list.term_ord(text)? {
        return Ok(place * 2 + 1);
    }
    let (next, _) = list.term_bounds_to_ord(Bound::Included(text), Bound::Unbounded)?;
    let last = column.num_terms() as u64;
    Ok(match next {
        Bound::Included(place) | Bound::Excluded(place) => place.min(last) * 2,
        Bound::Unbounded => 0,
    })
}

pub(super) struct Segment {
    segment: SegmentOrdinal,
    sorted: Sorted,
    ids: Option<StrColumn>,
    descending: bool,
    after: Option<Rank>,
    limit: usize,
    /// No document behind this one can be among the first.
    worst: Option<Rank>,
    total: u64,
    kept: Vec<(Rank, DocId)>,
}

impl SegmentCollector for Segment {
    type Fruit = Result<Gathered, String>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.total += 1;
        let key = match &self.sorted {
            Sorted::Bits(column) => column.first(document),
            // Sorted within a document: a text's greatest stands for it in a descending order.
            Sorted::Texts(column) if self.descending => column.term_ords(document).last().map(|place| place * 2 + 1),
            Sorted::Texts(column) => column.term_ords(document).next().map(|place| place * 2 + 1),
            Sorted::Nothing => None,
        };
        let mut rank = Rank { missing: key.is_none(), key: key.map_or(0, |key| if self.descending { !key } else { key }), id: 0 };
        if self.worst.is_some_and(|worst| (rank.missing, rank.key) > (worst.missing, worst.key)) {
            return;
        }
        rank.id = self.ids.as_ref().and_then(|ids| ids.term_ords(document).next()).map_or(0, |place| place * 2 + 1);
        if self.limit == 0 || self.after.is_some_and(|after| rank <= after) || self.worst.is_some_and(|worst| rank >= worst) {
            return;
        }
        self.kept.push((rank, document));
        if self.kept.len() >= self.limit * 2 + 64 {
            self.shrink();
        }
    }

    fn harvest(mut self) -> Self::Fruit {
        if self.kept.len() > self.limit {
            self.shrink();
        }
        let kept = std::mem::take(&mut self.kept);
        let turned = |key: u64| if self.descending { !key } else { key };
        let keys = match &self.sorted {
            Sorted::Texts(column) => texts(column, kept.iter().filter(|(rank, _)| !rank.missing).map(|(rank, _)| turned(rank.key) / 2))?,
            _ => HashMap::new(),
        };
        let ids = self.ids.as_ref().map_or(Ok(HashMap::new()), |ids| texts(ids, kept.iter().map(|(rank, _)| rank.id / 2)))?;
        let mut gathered = Gathered { total: self.total, places: Vec::with_capacity(kept.len()) };
        for (rank, document) in kept {
            let key = match &self.sorted {
                Sorted::Texts(_) if !rank.missing => Key::Text(keys.get(&(turned(rank.key) / 2)).cloned().unwrap_or_default()),
                _ => Key::Bits(rank.key),
            };
            let id = ids.get(&(rank.id / 2)).cloned().unwrap_or_default();
            gathered.places.push(Place { at: DocAddress::new(self.segment, document), missing: rank.missing, key, id });
        }
        Ok(gathered)
    }
}

impl Segment {
    fn shrink(&mut self) {
        self.kept.select_nth_unstable(self.limit - 1);
        self.kept.truncate(self.limit);
        self.worst = self.kept.iter().map(|(rank, _)| *rank).max();
    }
}

//! Counts over columns: by time, and by value. Exact: nothing is estimated.

use super::texts::texts;
use crate::{FieldKind, Value};
use std::collections::HashMap;
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// Documents by the multiple of the width that their time is in.
pub(super) struct Bars {
    pub(super) width_ms: i64,
}

pub(super) struct SegmentBars {
    times: Column<i64>,
    width_ms: i64,
    bars: HashMap<i64, u64>,
    /// Events come in the order of time, mostly: the bar of the document before.
    last: (i64, u64),
}

impl Collector for Bars {
    type Fruit = HashMap<i64, u64>;
    type Child = SegmentBars;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentBars> {
        Ok(SegmentBars { times: reader.fast_fields().i64("@time")?, width_ms: self.width_ms, bars: HashMap::new(), last: (i64::MIN, 0) })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(added(fruits))
    }
}

impl SegmentCollector for SegmentBars {
    type Fruit = HashMap<i64, u64>;

    fn collect(&mut self, document: DocId, _: Score) {
        let Some(at_ms) = self.times.first(document) else { return };
        let bar = at_ms.div_euclid(self.width_ms) * self.width_ms;
        if bar != self.last.0 {
            self.keep();
            self.last = (bar, 0);
        }
        self.last.1 += 1;
    }

    fn harvest(mut self) -> Self::Fruit {
        self.keep();
        self.bars
    }
}

impl SegmentBars {
    fn keep(&mut self) {
        if self.last.1 > 0 {
            *self.bars.entry(self.last.0).or_default() += self.last.1;
        }
    }
}

/// The time of the oldest document.
pub(super) struct Oldest;

pub(super) struct SegmentOldest {
    times: Column<i64>,
    oldest: Option<i64>,
}

impl Collector for Oldest {
    type Fruit = Option<i64>;
    type Child = SegmentOldest;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentOldest> {
        Ok(SegmentOldest { times: reader.fast_fields().i64("@time")?, oldest: None })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.into_iter().flatten().min())
    }
}

impl SegmentCollector for SegmentOldest {
    type Fruit = Option<i64>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.oldest = self.oldest.into_iter().chain(self.times.first(document)).min();
    }

    fn harvest(self) -> Self::Fruit {
        self.oldest
    }
}

/// A value as it is counted; numbers by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    Text(String),
    Integer(i64),
    Bits(u64),
}

impl Counted {
    pub(super) fn value(self, kind: FieldKind) -> Value {
        match (self, kind) {
            (Self::Text(text), _) => Value::Text(text),
            (Self::Bits(bits), _) => Value::Number(f64::from_bits(bits)),
            (Self::Integer(value), FieldKind::Bool) => Value::Bool(value == 1),
            (Self::Integer(at_ms), FieldKind::Timestamp) => Value::Timestamp(at_ms),
            (Self::Integer(value), _) => Value::Integer(value),
        }
    }
}

/// Documents by value of one column.
pub(super) struct Values {
    pub(super) field: String,
    pub(super) kind: FieldKind,
}

pub(super) enum SegmentValues {
    Texts { column: StrColumn, counts: HashMap<u64, u64> },
    Integers { column: Column<i64>, counts: HashMap<i64, u64> },
    Numbers { column: Column<f64>, counts: HashMap<u64, u64> },
    Nothing,
}

impl Collector for Values {
    type Fruit = Result<HashMap<Counted, u64>, String>;
    type Child = SegmentValues;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentValues> {
        let columns = reader.fast_fields();
        Ok(match self.kind {
            FieldKind::Keyword => columns.str(&self.field)?.map(|column| SegmentValues::Texts { column, counts: HashMap::new() }),
            FieldKind::Number => columns.column_opt(&self.field)?.map(|column| SegmentValues::Numbers { column, counts: HashMap::new() }),
            FieldKind::Text => None,
            _ => columns.column_opt(&self.field)?.map(|column| SegmentValues::Integers { column, counts: HashMap::new() }),
        }
        .unwrap_or(SegmentValues::Nothing))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.into_iter().collect::<Result<Vec<_>, _>>().map(added))
    }
}

impl SegmentCollector for SegmentValues {
    type Fruit = Result<HashMap<Counted, u64>, String>;

    fn collect(&mut self, document: DocId, _: Score) {
        match self {
            Self::Texts { column, counts } => column.term_ords(document).for_each(|place| *counts.entry(place).or_default() += 1),
            Self::Integers { column, counts } => column.values_for_doc(document).for_each(|value| *counts.entry(value).or_default() += 1),
            Self::Numbers { column, counts } => column.values_for_doc(document).for_each(|value| *counts.entry(value.to_bits()).or_default() += 1),
            Self::Nothing => {}
        }
    }

    fn harvest(self) -> Self::Fruit {
        Ok(match self {
            Self::Texts { column, counts } => {
                let mut texts = texts(&column, counts.keys().copied())?;
                counts.into_iter().filter_map(|(place, count)| Some((Counted::Text(texts.remove(&place)?), count))).collect()
            }
            Self::Integers { counts, .. } => counts.into_iter().map(|(value, count)| (Counted::Integer(value), count)).collect(),
            Self::Numbers { counts, .. } => counts.into_iter().map(|(bits, count)| (Counted::Bits(bits), count)).collect(),
            Self::Nothing => HashMap::new(),
        })
    }
}

pub(super) fn added<K: std::hash::Hash + Eq>(parts: Vec<HashMap<K, u64>>) -> HashMap<K, u64> {
    parts.into_iter().fold(HashMap::new(), |mut all, part| {
        for (key, count) in part {
            *all.entry(key).or_default() += count;
        }
        all
    })
}

//! What is published, as governance needs to know it: told by whoever holds the pins, asked anew when a publish happened.

use crate::fault::Result;
use futures::future::BoxFuture;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};
use warehouse::{MartDefinition, PinnedColumn};

/// One published dataset: in the lake, a model, a mart, or a stream.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// `lake.transactions`, `warehouse.sales_line`, `mart.baskets`, `stream.web`.
    pub name: String,
    /// The department that owns it.
    pub department: String,
    /// Of a mart alone: what it means to its readers.
    pub mart: Option<Arc<MartDefinition>>,
    /// Of a stream alone: the same, without a select.
    pub stream: Option<Arc<MartDefinition>>,
    /// Delta version that readers are pinned to; 0 of a stream.
    pub version: u64,
    pub columns: Vec<PinnedColumn>,
    /// Columns that are found word by word and never compared as a whole: no row rule can be over them.
    pub worded: BTreeSet<String>,
    /// Of a stream: the column that says when. Hits, histograms and live views tell it of every event, so that it can be neither masked
    /// nor hidden.
    pub time: Option<String>,
    pub published_ms: i64,
}

impl Dataset {
    /// As policies name it: a mart by its bare name, a stream as `stream.web`; nothing else is granted to readers.
    pub fn granted_as(&self) -> Option<&str> {
        match (&self.mart, &self.stream) {
            (Some(mart), _) => Some(&mart.name),
            (None, Some(_)) => Some(&self.name),
            (None, None) => None,
        }
    }
}

/// All that one generation of pins publishes.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Grows with each publish, as the pins count it.
    pub generation: i64,
    /// By dataset name.
    datasets: BTreeMap<String, Dataset>,
    /// Counts what this process was told, so that decisions of an older state are not used.
    pub(super) sequence: u64,
}

impl Catalogue {
    pub fn new(generation: i64, datasets: Vec<Dataset>) -> Self {
        Self { generation, datasets: datasets.into_iter().map(|dataset| (dataset.name.clone(), dataset)).collect(), sequence: 0 }
    }

    pub fn datasets(&self) -> impl Iterator<Item = &Dataset> {
        self.datasets.values()
    }

    pub fn marts(&self) -> impl Iterator<Item = (&Dataset, &Arc<MartDefinition>)> {
        self.datasets.values().filter_map(|dataset| dataset.mart.as_ref().map(|mart| (dataset, mart)))
    }

    /// Everything that can be granted to readers, with its name in policies: marts and streams.
    pub fn all_governed(&self) -> impl Iterator<Item = (&str, &Dataset)> {
        self.datasets.values().filter_map(|dataset| Some((dataset.granted_as()?, dataset)))
    }

    /// A mart or a stream as policies name it. A mart's name holds no dot, so that the two never meet.
    pub fn governed(&self, name: &str) -> Option<&Dataset> {
        if name.starts_with("stream.") {
            self.datasets.get(name).filter(|dataset| dataset.stream.is_some())
        } else {
            self.datasets.get(&format!("mart.{name}"))
        }
    }
}

/// Gives what is published when the generation is not the known one any more. Asked before each decision: cheap when nothing changed.
pub type Source = Box<dyn Fn(i64) -> BoxFuture<'static, Result<Option<Catalogue>>> + Send + Sync>;

/// The catalogue in use, and where it comes from.
#[derive(Default)]
pub(super) struct Current {
    now: RwLock<Arc<Catalogue>>,
    source: OnceLock<Source>,
}

impl Current {
    pub(super) fn follow(&self, source: Source) {
        // A second source would be a mistake of the program's start, not of a request.
        let _ = self.source.set(source);
    }

    pub(super) fn set(&self, catalogue: Catalogue) -> Arc<Catalogue> {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if catalogue.generation >= now.generation {
            *now = Arc::new(Catalogue { sequence: now.sequence + 1, ..catalogue });
        }
        now.clone()
    }

    pub(super) async fn get(&self) -> Result<Arc<Catalogue>> {
        let known = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(source) = self.source.get() else { return Ok(known) };
        let asked = if known.sequence == 0 { -1 } else { known.generation };
        Ok(match source(asked).await? {
            Some(newer) => self.set(newer),
            None => known,
        })
    }
}

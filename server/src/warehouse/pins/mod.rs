//! Which version of each dataset readers see. Readers open pins; only a publish moves them, all tables of a run at once.

mod store;

pub use store::{all, definition, definitions, forget_past, generation, kept, lock, mark_stale, move_pins, one, remove_definition, save_definition, version};

use serde::{Deserialize, Serialize};
use warehouse::PinnedColumn;

/// The published version of one dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// `lake.…`, `warehouse.…` or `mart.…`.
    pub dataset: String,
    /// Who owns it.
    pub department: String,
    /// Of the Delta table.
    pub version: u64,
    pub rows: u64,
    pub bytes: u64,
    pub columns: Vec<PinnedColumn>,
    /// Text of the model or mart that this version was built from; `None` in the lake.
    pub definition: Option<String>,
    pub run: String,
    pub published_ms: i64,
    /// The last run that should have renewed it failed.
    pub stale: bool,
}

/// The text of a model or mart as it was saved last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub layer: Layer,
    pub name: String,
    /// Who owns what it builds, and with whose rights it is built.
    pub department: String,
    pub text: String,
    /// `apply` or `portal`.
    pub origin: String,
}

impl Definition {
    /// The dataset that it builds.
    pub fn dataset(&self) -> String {
        self.layer.dataset(&self.name)
    }
}

/// What a text defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    Model,
    Mart,
}

impl Layer {
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Mart => "mart",
        }
    }

    /// The dataset that a model or mart of this name builds.
    pub fn dataset(self, name: &str) -> String {
        match self {
            Self::Model => format!("warehouse.{name}"),
            Self::Mart => format!("mart.{name}"),
        }
    }
}

//! What a pipeline declares, as it is written in a stream's file and kept with the stream.

use super::{Condition, Enrichment};
use crate::{parse::ParserSpec, window::WindowSpec};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineSpec {
    /// Topic of the bus; the stream's name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub parser: ParserSpec,
    /// In this order, each over what those before it gave.
    #[serde(default)]
    pub enrich: Vec<Enrichment>,
    /// All of them must let an event pass.
    #[serde(default)]
    pub filter: Vec<Filter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<KeywordUse>,
    #[serde(default)]
    pub windows: Vec<WindowSpec>,
    /// Whether events go into the lake too.
    #[serde(default)]
    pub archive: bool,
    /// The longest delay after which an agent may send again what it has sent: so long the ids are remembered that keep a resend
    /// from counting twice.
    #[serde(default = "quarter_of_an_hour")]
    pub replay_horizon_minutes: u32,
}

fn quarter_of_an_hour() -> u32 {
    15
}

impl PipelineSpec {
    pub fn replay_horizon_ms(&self) -> i64 {
        i64::from(self.replay_horizon_minutes) * 60_000
    }
}

/// Which events go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Those alone of which it holds.
    Keep(Condition),
    /// All but those of which it holds.
    Drop(Condition),
}

/// Matching with the keyword lists of the stream's department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeywordUse {
    /// Names of lists; all that there are, and those made later, when empty.
    #[serde(default)]
    pub lists: Vec<String>,
    /// Fields that are looked through; all texts but the raw line when empty.
    #[serde(default)]
    pub fields: Vec<String>,
    #[serde(default)]
    pub keep: Keep,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Events that a list matches.
    #[default]
    Matching,
    /// All events; those that a list matches are marked.
    All,
}

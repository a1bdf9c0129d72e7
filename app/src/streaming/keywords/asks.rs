//! Questions about keyword lists: those of the asker's own department, and what a list would find.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListKeywords {}

impl Ask for ListKeywords {
    const PATH: &'static str = "/api/streaming/keywords";
    type Reply = KeywordRoom;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeywordRoom {
    pub lists: Vec<KeywordCard>,
    /// Streams in which terms may be looked for.
    pub streams: Vec<StreamName>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamName {
    pub name: String,
    pub title: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeywordCard {
    /// Empty: new.
    pub id: String,
    pub name: String,
    pub terms: Vec<String>,
    pub streams: Vec<String>,
    /// Only what these listeners and agents brought; none: all.
    pub sources: Vec<String>,
    /// Only events of this language (`en`); `None`: any.
    pub language: Option<String>,
    pub on: bool,
    /// As it was read: a change of an older state is refused.
    pub changed_ms: i64,
}

/// Adds or changes a list. A fault of the fourth term is on `terms.3`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveKeywords {
    pub list: KeywordCard,
}

impl Ask for SaveKeywords {
    const PATH: &'static str = "/api/streaming/save-keywords";
    /// Its id.
    type Reply = String;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SwitchKeywords {
    pub id: String,
    pub on: bool,
}

impl Ask for SwitchKeywords {
    const PATH: &'static str = "/api/streaming/switch-keywords";
    type Reply = ();
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteKeywords {
    pub id: String,
}

impl Ask for DeleteKeywords {
    const PATH: &'static str = "/api/streaming/delete-keywords";
    /// The list that is gone, so that it can be brought back.
    type Reply = KeywordCard;
}

/// What terms would find in the last day of one stream, within the asker's own share of it. "Not found" for whoever sees no rows of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PreviewKeywords {
    pub stream: String,
    pub terms: Vec<String>,
    pub language: Option<String>,
}

impl Ask for PreviewKeywords {
    const PATH: &'static str = "/api/streaming/preview-keywords";
    type Reply = KeywordPreview;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeywordPreview {
    /// Events of the last day in the asker's share.
    pub events: u64,
    /// Those that were looked at, the newest first; fewer than all when there are very many.
    pub looked_at: u64,
    pub found: u64,
    /// Some of what was found, the newest first.
    pub samples: Vec<KeywordSample>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeywordSample {
    pub at_ms: i64,
    pub text: String,
}

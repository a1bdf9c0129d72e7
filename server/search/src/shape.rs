//! What one stream's documents are made of, and how they are spread over indices.

use serde::{Deserialize, Serialize};

/// What a field holds, and so how it may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One value, compared as a whole; wildcards reach into it.
    Keyword,
    /// Words, found one by one, letter case aside.
    Text,
    Integer,
    Number,
    Bool,
    /// Unix milliseconds.
    Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// Names of the fields whose bytes are in it too: the raw line holds all others. Hidden or masked ones hide it (A39).
    #[serde(default)]
    pub from: Vec<String>,
}

/// One concrete index holds one period of the events' own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Month,
}

/// A stream as it is indexed. Concrete indices are `atalaya-<department>-<stream>-<period>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub stream: String,
    pub department: String,
    /// Grows when fields change; indices that are made later have the new ones.
    pub version: u32,
    pub fields: Vec<Field>,
    pub period: Period,
}

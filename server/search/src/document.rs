//! Documents, and changes of documents, as sinks write them.

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Times that an index holds: the years 0 to 9999.
pub const TIMES_MS: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Text(String),
    /// Several values of one keyword field.
    Texts(Vec<String>),
    Integer(i64),
    Number(f64),
    Bool(bool),
    /// Unix milliseconds.
    Timestamp(i64),
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Made at the source. A second document of the same id and version changes nothing.
    pub id: String,
    /// The greater wins, in whichever order they come, and of equal ones a deletion; 0 for what never changes.
    pub version: i64,
    /// The event's own time, Unix milliseconds: it chooses the index.
    pub at_ms: i64,
    /// By field name, in the shape's order; absent ones are null.
    pub fields: Vec<(String, Value)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Put(Document),
    /// Gone at the source. Remembered, so that an older put that comes later stays gone.
    Delete {
        id: String,
        version: i64,
        at_ms: i64,
    },
}

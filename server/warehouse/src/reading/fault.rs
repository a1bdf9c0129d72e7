//! Why a file was refused, and why a row went to quarantine: typed, so that pages can say it in the reader's language.

use crate::{fault::QueryFault, scope::ColumnType};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a source or one of its files cannot be read. Texts name addresses and columns, never values.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// The address or its options are not right: somebody must change the source.
    #[error("{url}: {reason}")]
    Address { url: String, reason: String },
    /// The address points into the portal's own folders.
    #[error("{url} is inside the portal's own data and cannot be a source")]
    Inside { url: String },
    #[error("{url}: no file found")]
    NoFile { url: String },
    /// Network or store failure: worth another attempt.
    #[error("{url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The file was replaced or grew while it was read.
    #[error("{file}: source changed while it was read")]
    Changed { file: String },
    /// Not a file of that format, or damaged.
    #[error("{file}: {reason}")]
    Malformed { file: String, reason: String },
    /// Text in another encoding than UTF-8.
    #[error("{file}: the text is {encoding}, not UTF-8; save it as UTF-8")]
    Encoding { file: String, encoding: &'static str },
    /// Columns missing, doubled or too many.
    #[error("{file}: {reason}")]
    Header { file: String, reason: String },
}

impl ReadFault {
    /// Whether the same attempt may succeed later without anybody changing anything.
    pub fn retry(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Changed { .. })
    }
}

/// So that a reading can be handed to `Warehouse::write`; the fault is found again by downcasting `QueryFault::Engine`.
impl From<ReadFault> for QueryFault {
    fn from(fault: ReadFault) -> Self {
        Self::Engine(Box::new(fault))
    }
}

/// A row that does not fit, for quarantine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadRow {
    pub file: Arc<str>,
    /// Where the row starts: line counted from 1, byte from 0.
    pub line: u64,
    pub byte: u64,
    pub reason: Reason,
    /// The row as it stood, cut at `Limits::content_bytes`: values, so for those with *rows* alone.
    pub content: String,
}

/// Names columns and bounds, never values: may be shown to those with *figures*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A field cannot be read as its column's type.
    NotOfType {
        column: String,
        expected: ColumnType,
    },
    /// More or fewer fields than the header has.
    FieldCount {
        expected: u64,
        found: u64,
    },
    RowTooLong {
        limit_bytes: u64,
    },
    /// A quote was opened and not closed within the row limit, or something other than a delimiter follows its close.
    UnclosedQuote,
    /// A zero byte.
    Nul,
    NotUtf8,
    /// Not a JSON object, or not JSON at all.
    NotJsonObject,
    DuplicateKey,
    /// A number that no 64-bit number can hold.
    NumberOutOfRange,
    TooDeep {
        limit: u64,
    },
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotOfType { column, expected } => write!(f, "{column} is not of type {}", format!("{expected:?}").to_lowercase()),
            Self::FieldCount { expected, found } => write!(f, "{found} fields where the header has {expected}"),
            Self::RowTooLong { limit_bytes } => write!(f, "the row is longer than {limit_bytes} bytes"),
            Self::UnclosedQuote => f.write_str("a quote is not closed, or text follows its close"),
            Self::Nul => f.write_str("the row holds a zero byte"),
            Self::NotUtf8 => f.write_str("the row is not UTF-8"),
            Self::NotJsonObject => f.write_str("the line is not one JSON object"),
            Self::NumberOutOfRange => f.write_str("a number is out of range"),
            Self::DuplicateKey => f.write_str("a key stands twice in the object"),
            Self::TooDeep { limit } => write!(f, "nested deeper than {limit}"),
        }
    }
}

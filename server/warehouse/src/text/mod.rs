//! Rows written as text, a batch at a time: what downloads without a limit stream. It stands in this crate, which is
//! compiled for speed, because it touches every cell.

mod csv;
mod json;

pub use csv::CsvDialect;
pub use json::json_objects;

use crate::fault::QueryFault;
use arrow::datatypes::DataType;

/// Rows hold plain types only (`plain.rs`).
fn unknown(kind: &DataType) -> QueryFault {
    QueryFault::engine(format!("a column of type {kind} in rows to write"))
}

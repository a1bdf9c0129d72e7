//! Crate `search`: the index of events and posts, its query language, and the share of it that one reader sees. The only code
//! that knows tantivy and Elasticsearch.

pub mod document;
pub mod index;
pub mod language;
pub mod shape;
pub mod share;
pub mod text;

pub use document::{Change, Document, Value};
pub use index::{Index, IndexFault};
pub use shape::{Field, FieldKind, Period, Shape};
pub use share::Share;

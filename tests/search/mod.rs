//! The search domain against real engines.
mod conformance;
mod elasticsearch;
mod tantivy;

mod downloads;
mod governance;
mod live;
mod tiles;
mod windows;

mod kibana;

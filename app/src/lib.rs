//! Everything the user sees: pages, and the typed questions they may ask.
pub mod ask;
pub mod dashboards;
pub mod governance;
pub mod identity;
pub mod ingestion;
pub mod reports;
pub mod text;
pub mod warehouse;

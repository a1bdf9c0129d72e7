//! The one test binary: one module per domain.

mod access;
mod architecture;
mod governance;
mod identity;
mod ingestion;
mod jobs;
mod warehouse;

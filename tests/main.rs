//! The one test binary: one module per domain.

mod architecture;
mod ingestion;
mod jobs;
mod warehouse;

//! The one test binary: one module per domain.

mod access;
mod architecture;
mod attacks;
mod audit;
mod browser;
mod catalog;
mod dashboards;
mod decisions;
mod demo;
mod governance;
mod identity;
mod ingestion;
mod jobs;
mod oracle;
mod reports;
mod search;
mod streaming;
mod warehouse;

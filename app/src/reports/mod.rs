//! Reports: the download dialog and the report store.
pub mod asks;
pub mod download;
pub mod list;
pub mod progress;
pub mod words;

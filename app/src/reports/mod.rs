//! Reports: the download dialog and the report store.
pub mod asks;
pub mod list;
pub mod words;

//! Reports: the download dialog, the report store, and what is made again by the clock.
pub mod asks;
pub mod download;
pub mod list;
pub mod progress;
pub mod schedules;
pub mod words;

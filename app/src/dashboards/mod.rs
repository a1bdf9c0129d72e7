//! Dashboards, tiles and saved questions.
pub mod asks;
pub mod list;
pub mod page;
pub mod questions;
pub mod words;

//! Dashboards, tiles and saved questions.
pub mod asks;
pub mod board;
pub mod create;
pub mod drill;
pub mod edit;
pub mod edit_tile;
pub mod filter_dialogs;
pub mod filters;
pub mod list;
pub mod page;
pub mod pin_search;
pub mod questions;
pub mod state;
pub mod stream_tile;
pub mod tile;
pub mod window_tile;
pub mod words;

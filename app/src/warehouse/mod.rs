//! Marts: the list, a mart's page, and "Ask".
pub mod ask_page;
pub mod asks;
pub mod mart;
pub mod marts;
pub mod words;

//! Marts: the list, a mart's page, and "Ask".
pub mod address;
pub mod ask_page;
pub mod asks;
pub mod calendar;
pub mod charts;
pub mod mark;
pub mod mart;
pub mod marts;
pub mod words;
pub mod written;

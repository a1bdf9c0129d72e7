//! Dashboards, tiles and saved questions.
pub mod asks;

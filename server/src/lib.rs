//! The portal server: everything behind the pages.
pub mod access;
pub mod config;
pub mod database;
pub mod fault;
pub mod governance;
pub mod identity;
pub mod jobs;
pub mod portal;
pub mod routes;
pub mod routing;
pub mod warehouse;

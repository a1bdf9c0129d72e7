//! Table of contents: every path with its question and what it needs.

use crate::{
    access::{Action::*, Kind::*, Need},
    identity,
    portal::Portal,
    routing::{Entry, Routes},
};
use axum::Router;

/// The API: everything that pages and scripts may ask.
pub fn api(portal: &Portal) -> (Router, Vec<Entry>) {
    let routes = Routes::new(portal.clone());
    // identity
    let routes = routes.ask(Need(Account, View), identity::me);
    routes.finish()
}

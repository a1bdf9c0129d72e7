//! Table of contents: every path with its question and what it needs, every kind of job, everything done on a clock.

use crate::{
    access::{Action::*, Kind::*, Need},
    identity,
    jobs::{Kinds, Tick},
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

/// The kinds of background work.
pub fn jobs() -> Kinds {
    Kinds::new()
}

/// What each process does every so often.
pub fn ticks() -> Vec<Tick> {
    Vec::new()
}

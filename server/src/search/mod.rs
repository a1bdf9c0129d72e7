//! Searching and watching streams under each reader's share. Owns the tables of `0010_search.sql`. Never hands text to an engine.

mod complete;
mod export;
mod find;
pub mod kibana;
pub mod live;
mod range;
mod saved;
pub mod share;
mod shown;
pub mod stream;
mod tile;
mod veil;

pub use export::{Searches, tile_rows};
pub use live::Watches;
pub use saved::{hand_over, list as saved_searches};
pub use tile::check_tile;

use crate::{
    access::{Action::*, Kind::Stream, Need},
    routing::Routes,
};

/// The domain's part of the API.
pub fn routes(routes: Routes) -> Routes {
    routes
        .ask(Need(Stream, View), find::list)
        .ask(Need(Stream, View), find::find)
        .ask(Need(Stream, View), find::values)
        .ask(Need(Stream, View), complete::complete)
        .ask(Need(Stream, View), saved::list)
        .ask(Need(Stream, Edit), saved::save)
        .ask(Need(Stream, Edit), saved::delete)
        .ask(Need(Stream, Export), export::make)
        .raw("POST", "/api/search/export", Need(Stream, Export), export::export)
        .ask_in_session(Need(Stream, View), kibana::enter)
        .ask(Need(Stream, Administer), kibana::list)
        .ask(Need(Stream, Administer), kibana::set_up)
        .ask(Need(Stream, Administer), kibana::try_out)
}

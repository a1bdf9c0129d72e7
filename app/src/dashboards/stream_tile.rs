//! A tile over a stream: live, under the reader's own share, with the way to its search.

use super::{
    asks::{Shows, StreamTile, Tile},
    live_frame::LiveFrame,
    words,
};
use crate::{
    ask::ask,
    search::{
        asks::{ListStreams, TimeRange},
        live_tile::{LiveTile, Shown, TileSearch},
        view::View,
    },
    text::Language,
    warehouse::address::path_step,
};
use leptos::prelude::*;

#[component]
pub fn StreamTileView(tile: Tile, shows: StreamTile) -> impl IntoView {
    let streams = Resource::new(|| (), |()| ask(ListStreams {}));
    let (shape, shown) = match shows.shows {
        Shows::Count => ("figure", Shown::Number),
        Shows::Histogram => ("chart", Shown::Bars),
        Shows::Rows => ("table", Shown::Rows),
    };
    let href = address(&shows.stream, &shows.query, shows.minutes);
    let search = TileSearch { stream: shows.stream, query: shows.query, minutes: shows.minutes, shown, columns: shows.columns };
    view! { <LiveFrame tile shape href><LiveTile search streams/></LiveFrame> }
}

/// The page that searches for the same.
pub fn address(stream: &str, query: &str, minutes: u32) -> String {
    let view = View { query: query.to_owned(), range: TimeRange::LastMinutes(minutes), ..View::default() };
    format!("/search/{}{}", path_step(stream), view.write())
}

/// What a tile shows of a stream, in words.
pub fn shows_name(shows: Shows, language: Language) -> &'static str {
    match shows {
        Shows::Count => words::shows_count(language),
        Shows::Histogram => words::shows_histogram(language),
        Shows::Rows => words::shows_rows(language),
    }
}

//! A tile over a stream: live, under the reader's own share, with the way to its search.

use super::{
    asks::{Shows, StreamTile, Tile},
    live_frame::LiveFrame,
    words,
};
use crate::{
    ask::ask,
    search::{
        asks::{ListStreams, StreamCard, TimeRange},
        live_tile::{LiveTile, Shown, Watched},
        view::View,
    },
    text::Language,
    ui::states::{FaultView, Skeleton},
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;

#[component]
pub fn StreamTileView(tile: Tile, shows: StreamTile) -> impl IntoView {
    let language = use_language();
    let streams = Resource::new(|| (), |()| ask(ListStreams {}));
    let retry = Callback::new(move |()| streams.refetch());
    let shape = match shows.shows {
        Shows::Count => "figure",
        Shows::Histogram => "chart",
        Shows::Rows => "table",
    };
    let href = address(&shows.stream, &shows.query, shows.minutes);
    let shows = StoredValue::new(shows);
    view! {
        <LiveFrame tile shape href>
            <Suspense fallback=move || view! { <Skeleton shape/> }>
                {move || Suspend::new(async move {
                    match streams.await {
                        Ok(cards) => body(&cards, &shows.get_value(), language),
                        Err(fault) => view! { <FaultView fault retry/> }.into_any(),
                    }
                })}
            </Suspense>
        </LiveFrame>
    }
}

fn body(cards: &[StreamCard], shows: &StreamTile, language: Language) -> AnyView {
    let Some(card) = cards.iter().find(|card| card.name == shows.stream) else {
        return view! { <p class="quiet">{words::stream_gone(language)}</p> }.into_any();
    };
    let shown = match shows.shows {
        Shows::Count => Shown::Number,
        Shows::Histogram => Shown::Bars,
        Shows::Rows => Shown::Rows,
    };
    let columns = if shows.columns.is_empty() { card.columns.clone() } else { shows.columns.clone() };
    let watched = Watched { stream: shows.stream.clone(), query: shows.query.clone(), minutes: shows.minutes, shown, columns };
    view! { <LiveTile watched fields=card.fields.clone()/> }.into_any()
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

//! Sharing what is shown: links that move with time or stay, and a tile on a dashboard.

use super::{asks::TimeRange, page::Looking, time::LONGEST_MINUTES, view::View, words};
use crate::{
    dashboards::{asks::StreamTile, pin_search::PinSearchButton},
    front::frame::use_reader,
    ui::{
        browser,
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
        toast::use_toasts,
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;

#[component]
pub fn ShareMenu(looking: Looking) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let moving = move |()| {
        copy_link(looking, &looking.view.get_untracked());
        toasts.say(words::link_copied(language));
    };
    let fixed = move |()| {
        let mut view = looking.view.get_untracked();
        if let Some(page) = untrack(move || looking.page()) {
            view.range = TimeRange::Between { from_ms: page.from_ms, until_ms: page.until_ms };
        }
        view.live = false;
        copy_link(looking, &view);
        toasts.say(words::link_copied(language));
    };
    view! {
        <Menu face=move || view! { <span class="button line"><Icon glyph=Glyph::Link/><span>{words::link(language)}</span></span> }>
            <MenuItem label=words::link_moving(language) glyph=Glyph::Clock on_press=moving/>
            <MenuItem label=words::link_fixed(language) glyph=Glyph::Pin on_press=fixed/>
        </Menu>
    }
}

/// Puts the search on a dashboard; nothing for who may not make one.
#[component]
pub fn PinToDashboard(looking: Looking) -> impl IntoView {
    let reader = use_reader();
    let tile = Signal::derive(move || tile(looking));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move { reader.me().await.is_some_and(|me| me.may.edit).then(|| view! { <PinSearchButton tile/> }) })}
        </Suspense>
    }
}

/// The search as a tile: a stretch of the past becomes the last so many minutes.
fn tile(looking: Looking) -> StreamTile {
    let View { query, range, .. } = looking.view.get();
    let minutes = match range {
        TimeRange::LastMinutes(minutes) => minutes,
        TimeRange::Between { from_ms, until_ms } => u32::try_from((until_ms - from_ms) / 60_000).unwrap_or(u32::MAX).clamp(1, LONGEST_MINUTES),
    };
    StreamTile { stream: looking.card.with_value(|card| card.name.clone()), query, minutes, columns: looking.columns(), ..StreamTile::default() }
}

/// Puts the whole address of a view on the clipboard.
pub fn copy_link(looking: Looking, view: &View) {
    let path = looking.card.with_value(|card| format!("/search/{}", path_step(&card.name)));
    browser::copy(&format!("{}{path}{}", browser::origin(), view.write()));
}

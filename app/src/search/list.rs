//! The streams that the reader may search; who has one alone goes straight to it.

use super::{
    asks::{ListSearches, ListStreams, SavedSearch, StreamCard},
    saved::SavedList,
    words,
};
use crate::{
    ask::{Fault, ask},
    ui::{
        calendar::now_ms,
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        page::{PageHead, Panel},
        states::{Empty, Skeleton, outcome},
    },
    visit::use_language,
    warehouse::{address::path_step, say::access_text},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Address `/search`.
#[component]
pub fn Streams() -> impl IntoView {
    let language = use_language();
    let streams = Resource::new(|| (), |()| ask(ListStreams {}));
    let retry = Callback::new(move |()| streams.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move {
                outcome(streams.await, Some(retry), |cards| match cards.as_slice() {
                    [only] => view! { <Redirect path=href(&only.name)/> }.into_any(),
                    _ => view! {
                        <PageHead title=words::search(language) lead=words::search_lead(language)/>
                        <Cards cards/>
                    }
                    .into_any(),
                })
            })}
        </Transition>
    }
}

/// The page of a stream.
pub fn href(stream: &str) -> String {
    format!("/search/{}", path_step(stream))
}

/// `Operations · newest event today 10:22`.
pub fn about_stream(card: &StreamCard, figures: &Figures) -> String {
    let language = figures.language;
    let newest = match card.newest_ms {
        Some(ms) => format!("{} {}", words::newest(language), figures.when(ms, now_ms())),
        None => words::no_event_yet(language).to_owned(),
    };
    let description = card.description.get(language);
    let parts = [description.trim_end_matches('.').to_owned(), card.department.get(language).to_owned(), newest];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[component]
fn Cards(cards: Vec<StreamCard>) -> impl IntoView {
    let language = use_language();
    if cards.is_empty() {
        return view! { <Empty title=words::no_streams(language) text=words::no_streams_text(language) glyph=Glyph::Stream/> }.into_any();
    }
    view! {
        <ul class="cards">{cards.into_iter().map(|card| view! { <StreamItem card/> }).collect_view()}</ul>
        <Kept/>
    }
    .into_any()
}

#[component]
fn StreamItem(card: StreamCard) -> impl IntoView {
    let figures = use_figures();
    let language = figures.language;
    let newest =
        card.newest_ms.map_or_else(|| words::no_event_yet(language).to_owned(), |ms| format!("{} {}", words::newest(language), figures.when(ms, now_ms())));
    let access = access_text(&card.access, language);
    view! {
        <li>
            <a class="card" href=href(&card.name)>
                <Icon glyph=Glyph::Stream/>
                <b>{card.title.get(language).to_owned()}</b>
                <span>{card.description.get(language).to_owned()}</span>
                <small>{card.department.get(language).to_owned()}" · "{newest}{access.map(|text| format!(" · {text}"))}</small>
            </a>
        </li>
    }
}

/// Saved searches of all streams.
#[component]
fn Kept() -> impl IntoView {
    let language = use_language();
    let searches: Resource<Result<Vec<SavedSearch>, Fault>> = Resource::new(|| (), |()| ask(ListSearches {}));
    view! { <Panel title=words::saved_searches(language) class="kept"><SavedList searches on_open=|()| ()/></Panel> }
}

//! The page of one stream: query, time, what is found, and what its events hold; the whole view lives in its address.

use super::{
    asks::{FoundPage, ListStreams, SearchStream, Searched, StreamCard, TimeRange},
    bar::QueryBar,
    course::Course,
    export::Export,
    fields::FieldPane,
    list::about_stream,
    results::Results,
    saved::SavedSearches,
    share::{PinToDashboard, ShareMenu},
    tail::{Tail, TailState},
    view::View,
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    ui::{
        chip::ScopeChip,
        figures::use_figures,
        page::PageHead,
        states::{Skeleton, outcome},
    },
    visit::use_language,
    warehouse::say::access_text,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map},
};

/// Events of a page of what is found.
pub const PAGE_EVENTS: u32 = 100;

/// The field that holds an event's time.
pub const TIME: &str = "time";

/// Address `/search/{stream}`; its search part holds the view (see `view.rs`).
#[component]
pub fn StreamPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("stream").unwrap_or_default()));
    let streams = Resource::new(|| (), |()| ask(ListStreams {}));
    let retry = Callback::new(move |()| streams.refetch());
    view! {
        // A transition: what its parts ask for later must not take the page away, nor its open dialogs.
        <Transition fallback=|| view! { <Skeleton shape="page"/> }>
            {move || {
                let name = name.get();
                Suspend::new(async move {
                    let card = streams.await.and_then(|cards| cards.into_iter().find(|card| card.name == name).ok_or_else(not_found));
                    outcome(card, Some(retry), |card| view! { <StreamView card/> }.into_any())
                })
            }}
        </Transition>
    }
}

fn not_found() -> Fault {
    Fault::new(FaultKind::NotFound, crate::text::Text::default())
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Looking {
    pub card: StoredValue<StreamCard>,
    pub view: Memo<View>,
    /// The first page of what the view finds.
    pub found: Resource<Result<Searched, Fault>>,
    /// What stands in the query bar and is not yet searched for.
    pub draft: RwSignal<String>,
    pub tail: Tail,
    go: Callback<(View, bool)>,
}

impl Looking {
    fn new(card: StreamCard) -> Self {
        let location = use_location();
        let navigate = use_navigate();
        let (search, path) = (location.search, location.pathname);
        let view = Memo::new(move |_| search.with(|search| View::read(search)));
        let go = Callback::new(move |(view, replace): (View, bool)| {
            let options = NavigateOptions { scroll: false, resolve: false, replace, ..Default::default() };
            navigate(&format!("{}{}", path.get_untracked(), view.write()), options);
        });
        let stream = card.name.clone();
        let asked = Memo::new(move |_| view.with(|view| question(&stream, view)));
        let found = Resource::new(move || asked.get(), ask);
        let draft = RwSignal::new(view.with_untracked(|view| view.query.clone()));
        let written = Memo::new(move |_| view.with(|view| view.query.clone()));
        Effect::new(move |_| draft.set(written.get()));
        let tail = Tail::new(card.name.clone(), view);
        Self { card: StoredValue::new(card), view, found, draft, tail, go }
    }

    /// Shows another view, as a step of the browser's history.
    pub fn change(self, change: impl FnOnce(&mut View)) {
        self.go_to(change, false);
    }

    /// Shows another view of the same events: no step of its own.
    pub fn adjust(self, change: impl FnOnce(&mut View)) {
        self.go_to(change, true);
    }

    fn go_to(self, change: impl FnOnce(&mut View), replace: bool) {
        let before = self.view.get_untracked();
        let mut view = before.clone();
        change(&mut view);
        if view.live && (view.order.is_some() || !matches!(view.range, TimeRange::LastMinutes(_))) {
            // Live events come by time and end now: who asks for another order or an earlier time wants to stand still.
            view.live = false;
        }
        if question("", &view) != question("", &before) {
            view.event = view.event.filter(|event| before.event.as_ref() != Some(event));
        }
        if view != before {
            self.go.run((view, replace));
        }
    }

    /// Searches for a query; the same one again asks anew.
    pub fn search_for(self, query: String) {
        let query = query.trim().to_owned();
        if self.view.with_untracked(|view| view.query == query) {
            self.found.refetch();
        } else {
            self.change(|view| view.query = query);
        }
    }

    /// The columns in force. Every row begins with its time anyway.
    pub fn columns(self) -> Vec<String> {
        let usual = || self.card.with_value(|card| card.columns.iter().filter(|name| *name != TIME).cloned().collect());
        let chosen = self.view.with(|view| view.columns.clone()).unwrap_or_else(usual);
        self.card.with_value(|card| chosen.into_iter().filter(|name| card.fields.iter().any(|field| field.name == *name)).collect())
    }

    /// Shows a column, or takes it away.
    pub fn toggle_column(self, name: &str) {
        let mut columns = untrack(move || self.columns());
        match columns.iter().position(|column| column == name) {
            Some(place) => drop(columns.remove(place)),
            None => columns.push(name.to_owned()),
        }
        self.adjust(|view| view.columns = Some(columns));
    }

    /// What is found, once it is known and well asked.
    pub fn page(self) -> Option<FoundPage> {
        match self.found.get() {
            Some(Ok(Searched::Found(page))) => Some(page),
            _ => None,
        }
    }
}

/// What a view asks for: its columns and its open event ask for nothing.
pub fn question(stream: &str, view: &View) -> SearchStream {
    SearchStream {
        stream: stream.to_owned(),
        query: view.query.clone(),
        range: view.range,
        order: view.order.clone(),
        after: None,
        limit: PAGE_EVENTS,
        histogram: true,
    }
}

#[component]
fn StreamView(card: StreamCard) -> impl IntoView {
    let language = use_language();
    let title = card.title.get(language).to_owned();
    let lead = about_stream(&card, &use_figures());
    let access = access_text(&card.access, language);
    let (may_export, veiled) = (card.may_export, card.veiled);
    let looking = Looking::new(card);
    view! {
        <PageHead title lead>
            <ShareMenu looking/>
            <SavedSearches looking/>
            <PinToDashboard looking/>
            {may_export.then(|| view! { <Export looking/> })}
        </PageHead>
        {access.map(|text| view! { <div class="bar"><ScopeChip text href="/access"/></div> })}
        <QueryBar looking/>
        <TailState looking/>
        <div class="looking">
            <FieldPane looking/>
            <section class="found" aria-label=words::results(language)>
                {(!veiled).then(|| view! { <Course looking/> })}
                <Results looking/>
            </section>
        </div>
    }
}

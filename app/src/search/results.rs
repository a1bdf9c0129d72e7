//! What is found: the events of the first page and of those that follow, or what to do when there is none.

use super::{
    asks::{FoundPage, Hit, SearchStream, Searched, TimeRange},
    course::events_text,
    page::{Looking, question},
    rows::Rows,
    time::range_text,
    words,
};
use crate::{
    identity::viewing::Veiled,
    ui::{
        act::use_act,
        button::{Button, Tone},
        figures::use_figures,
        icon::Glyph,
        states::{Empty, FaultView, Skeleton},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// An hour before the newest event is shown with it.
const AROUND_NEWEST_MS: i64 = 3_600_000;

#[component]
pub fn Results(looking: Looking) -> impl IntoView {
    let language = use_language();
    let pending = RwSignal::new(false);
    let retry = Callback::new(move |()| looking.found.refetch());
    if looking.card.with_value(|card| card.veiled) {
        return view! { <div class="panel results"><Veiled/></div> }.into_any();
    }
    view! {
        <div class="panel results" class:pending=move || pending.get()>
            <Transition fallback=|| view! { <Skeleton shape="table"/> } set_pending=pending>
                {move || Suspend::new(async move {
                    match looking.found.await {
                        Ok(Searched::Found(page)) => view! { <Found looking page/> }.into_any(),
                        Ok(Searched::Wrong(_)) => view! { <Empty title=words::wrong(language) text=words::wrong_text(language) glyph=Glyph::Edit/> }.into_any(),
                        Err(fault) => view! { <FaultView fault retry/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

#[component]
fn Found(looking: Looking, page: FoundPage) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let FoundPage { hits: first, after, total, .. } = page;
    let older = RwSignal::new(first);
    let after = RwSignal::new(after);
    let live = Memo::new(move |_| looking.view.with(|view| view.live));
    // Live events stand on top; what was found before them stays below.
    let hits = Memo::new(move |_| {
        let found = older.get();
        if !live.get() {
            return found;
        }
        let mut all = looking.tail.hits.get();
        let rest: Vec<Hit> = found.into_iter().filter(|hit| all.iter().all(|known| known.id != hit.id)).collect();
        all.extend(rest);
        all
    });
    let act = use_act();
    let more = move |()| {
        let name = looking.card.with_value(|card| card.name.clone());
        let next = SearchStream { after: after.get_untracked(), histogram: false, ..looking.view.with_untracked(|view| question(&name, view)) };
        act.run(next, move |answer| {
            if let Searched::Found(page) = answer {
                older.try_update(|hits| {
                    let new: Vec<Hit> = page.hits.into_iter().filter(|hit| hits.iter().all(|known| known.id != hit.id)).collect();
                    hits.extend(new);
                });
                after.try_set(page.after);
            }
        });
    };
    let shown = move || {
        let count = hits.with(Vec::len) as u64;
        let total = looking.tail.course.get().map_or(total, |page| page.total).max(count);
        figures.with_value(|figures| format!("{} {} {}", figures.count(count), words::of(language), events_text(total, figures)))
    };
    // Rows stay when their number changes.
    let none = Memo::new(move |_| hits.with(Vec::is_empty));
    view! {
        {move || {
            if none.get() {
                return if live.get() { view! { <Empty title=words::waiting_first(language) text=words::waiting_first_text(language) glyph=Glyph::Clock/> }.into_any() } else { view! { <Nothing looking/> }.into_any() };
            }
            view! {
                <Rows looking hits/>
                <div class="results-foot">
                    <p class="table-foot">{shown}</p>
                    {move || after.with(Option::is_some).then(|| view! { <Button label=words::more(language).to_owned() glyph=Glyph::Down busy=act.busy on_press=more/> })}
                </div>
            }
            .into_any()
        }}
    }
}

/// Nothing found: wider, to the newest event, or without the query.
#[component]
fn Nothing(looking: Looking) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let (query, range) = looking.view.with_untracked(|view| (view.query.clone(), view.range));
    let newest = looking.card.with_value(|card| card.newest_ms);
    let text = match newest {
        None => words::stream_empty(language).to_owned(),
        Some(_) => format!("{} ({}).", words::nothing_text(language), range_text(range, &figures)),
    };
    let month = TimeRange::LastMinutes(43_200);
    view! {
        <Empty title=words::nothing(language) text glyph=Glyph::Search>
            {(!query.is_empty())
                .then(|| view! { <Button label=words::without_query(language).to_owned() glyph=Glyph::Close on_press=move |()| looking.change(|view| view.query.clear())/> })}
            {newest
                .map(|newest| {
                    let around = TimeRange::Between { from_ms: newest - AROUND_NEWEST_MS, until_ms: newest + 1 };
                    view! { <Button label=words::to_newest(language).to_owned() glyph=Glyph::Clock on_press=move |()| looking.change(|view| view.range = around)/> }
                })}
            {(range != month && newest.is_some())
                .then(|| view! { <Button label=words::month(language).to_owned() tone=Tone::Solid glyph=Glyph::Calendar on_press=move |()| looking.change(|view| view.range = month)/> })}
        </Empty>
    }
}

//! The query bar: completion while one writes, and what is wrong under the character that is.

use super::{
    asks::{Completion, Searched, WrongQuery},
    caret::write,
    complete::Offers,
    course::events_text,
    fields::{FieldDrawer, kind_name},
    help::QueryHelp,
    page::Looking,
    range::RangeChip,
    tail::LiveSwitch,
    words,
};
use crate::{
    ui::{
        button::{Button, Tone},
        figures::use_figures,
        icon::{Glyph, Icon},
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::{ev, html, prelude::*};

#[component]
pub fn QueryBar(looking: Looking) -> impl IntoView {
    let language = use_language();
    let input = NodeRef::<html::Input>::new();
    let offers = Offers::new(looking, input);
    // Read in an effect: while the page comes alive, it must be what the server drew.
    let wrong = RwSignal::new(None::<WrongQuery>);
    Effect::new(move |_| {
        wrong.set(match looking.found.get() {
            Some(Ok(Searched::Wrong(wrong))) => Some(wrong),
            _ => None,
        });
    });
    let search = move || {
        offers.close();
        looking.search_for(looking.draft.get_untracked());
    };
    // Where the query is wrong, there one goes on writing.
    Effect::watch(
        move || wrong.get(),
        move |wrong, _, _| {
            if let Some(wrong) = wrong {
                write(input, &looking.draft.get_untracked(), wrong.at, wrong.length);
            }
        },
        false,
    );
    let name = looking.card.with_value(|card| card.name.clone());
    view! {
        <div class="query">
            <form
                class="query-form"
                role="search"
                method="get"
                action=format!("/search/{}", path_step(&name))
                on:submit=move |event: ev::SubmitEvent| {
                    event.prevent_default();
                    search();
                }
            >
                <div class="query-box" class:wrong=move || wrong.with(Option::is_some)>
                    <Icon glyph=Glyph::Search/>
                    <QueryInput looking offers input wrong/>
                    <Clear looking input/>
                    <QueryHelp looking/>
                    <OfferList offers/>
                </div>
                {move || {
                    // What stands in the address besides the query, for a search before the page is alive.
                    let kept = looking.view.with(|view| view.pairs());
                    kept.into_iter().filter(|(name, _)| name != "q" && name != "event").map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
                }}
                <Button label=words::search(language).to_owned() tone=Tone::Solid/>
            </form>
            <RangeChip looking/>
            <FieldDrawer looking/>
            <LiveSwitch looking/>
        </div>
        <div role="alert" id="query-wrong">
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    match looking.found.await {
                        Ok(Searched::Wrong(wrong)) => Some(view! { <WrongLine query=looking.view.with_untracked(|view| view.query.clone()) wrong/> }),
                        _ => None,
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn QueryInput(looking: Looking, offers: Offers, input: NodeRef<html::Input>, wrong: RwSignal<Option<WrongQuery>>) -> impl IntoView {
    let language = use_language();
    let key = move |event: ev::KeyboardEvent| {
        let open = untrack(move || offers.are_open());
        match (event.key().as_str(), open, offers.at.get_untracked()) {
            ("ArrowDown", true, _) => offers.step(true),
            ("ArrowUp", true, _) => offers.step(false),
            ("ArrowDown", false, _) => offers.look(),
            ("Enter", true, Some(place)) => offers.take(place),
            ("Tab", true, place) if !event.shift_key() => offers.take(place.unwrap_or(0)),
            ("Escape", true, _) => offers.close(),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            node_ref=input
            id="query"
            name="q"
            type="text"
            role="combobox"
            aria-label=words::query(language)
            aria-autocomplete="list"
            aria-expanded=move || offers.are_open().to_string()
            aria-controls="query-offers"
            aria-activedescendant=move || offers.at.get().map(|place| format!("query-offer-{place}"))
            aria-invalid=move || wrong.with(Option::is_some).then_some("true")
            aria-describedby="query-wrong"
            placeholder=words::query_hint(language)
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            value=looking.draft.get_untracked()
            prop:value=move || looking.draft.get()
            on:keydown=key
            on:blur=move |_| offers.close()
            on:input=move |event| {
                looking.draft.set(event_target_value(&event));
                offers.look();
            }
        />
    }
}

#[component]
fn Clear(looking: Looking, input: NodeRef<html::Input>) -> impl IntoView {
    let language = use_language();
    let press = move |_| {
        looking.draft.set(String::new());
        write(input, "", 0, 0);
        looking.search_for(String::new());
    };
    view! {
        <button
            type="button"
            class="button ghost square"
            class:gone=move || looking.draft.with(String::is_empty)
            aria-label=words::clear_query(language)
            title=words::clear_query(language)
            on:click=press
        >
            <Icon glyph=Glyph::Close/>
        </button>
    }
}

/// What may follow; pressed with the pointer before the input loses the focus.
#[component]
fn OfferList(offers: Offers) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let option = move |place: usize, offer: Completion| {
        let Completion { text, kind, events, .. } = offer;
        let note = match (kind, events) {
            (Some(kind), _) => kind_name(kind, language).to_owned(),
            (None, Some(events)) => figures.with_value(|figures| events_text(events, figures)),
            (None, None) => String::new(),
        };
        let press = move |event: ev::PointerEvent| {
            event.prevent_default();
            offers.take(place);
        };
        view! {
            <li id=format!("query-offer-{place}") role="option" aria-selected=move || (offers.at.get() == Some(place)).to_string() on:pointerdown=press>
                <span>{text}</span>
                <small>{note}</small>
            </li>
        }
    };
    view! {
        <ul id="query-offers" class="offers" role="listbox" aria-label=words::completions(language) class:gone=move || !offers.are_open()>
            {move || offers.list.get().into_iter().enumerate().map(|(place, offer)| option(place, offer)).collect_view()}
        </ul>
    }
}

/// The query again with what is wrong marked, a sign below it, and what to do.
#[component]
fn WrongLine(query: String, wrong: WrongQuery) -> impl IntoView {
    let language = use_language();
    let letters: Vec<char> = query.chars().collect();
    let from = wrong.at.min(letters.len());
    let until = wrong.at.saturating_add(wrong.length).clamp(from, letters.len());
    let text = |part: &[char]| part.iter().collect::<String>();
    // At the end of the query there is no character to mark: a blank one stands for what is missing.
    let marked = if from == until { "\u{a0}".to_owned() } else { text(&letters[from..until]) };
    view! {
        <div class="wrong-query">
            <p class="wrong-place" aria-hidden="true">{text(&letters[..from])}<span>{marked}</span>{text(&letters[until..])}</p>
            <p><Icon glyph=Glyph::Alert/><span>{wrong.message.get(language).to_owned()}</span></p>
        </div>
    }
}

//! Listeners on the page of sources: where each stands, pausing, adding one.

use super::{
    asks::{ListListeners, ListenerCard, ListenerState, Listeners, PauseListener},
    listen::ListenForm,
    sources::department_title,
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        browser,
        button::{Button, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        dialog::Dialog,
        figures::{Figures, NONE, use_figures},
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::Panel,
        states::answered,
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// How often the panel looks again: listeners are asked by themselves.
const LOOK_AGAIN_MS: u64 = 15_000;

#[derive(Clone, Copy)]
struct Room {
    listeners: Resource<Result<Listeners, Fault>>,
    act: Act,
}

/// `departments` as (name, title).
#[component]
pub fn ListenersPanel(departments: Vec<(String, String)>) -> impl IntoView {
    let language = use_language();
    let listeners = Resource::new(|| (), |()| ask(ListListeners {}));
    let room = Room { listeners, act: use_act() };
    let adding = RwSignal::new(false);
    browser::every(LOOK_AGAIN_MS, move || listeners.refetch());
    let saved = Callback::new(move |()| {
        adding.set(false);
        listeners.refetch();
    });
    let add =
        move || view! { <Button label=words::listen(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=move |()| adding.set(true)/> }.into_any();
    view! {
        <Panel title=words::listeners(language) note=words::listeners_note(language) class="listeners" actions=Box::new(add)>
            {answered(listeners, "table", move |listeners| list(listeners.listeners, &departments, room, language))}
        </Panel>
        <Dialog open=adding title=words::listen(language).to_owned() sheet=true>
            {move || {
                let known = listeners.get().and_then(Result::ok)?;
                Some(view! { <ListenForm kinds=known.kinds streams=known.streams saved/> })
            }}
        </Dialog>
    }
}

fn list(listeners: Vec<ListenerCard>, departments: &[(String, String)], room: Room, language: Language) -> AnyView {
    if listeners.is_empty() {
        return view! { <p class="quiet">{words::no_listeners(language)}</p> }.into_any();
    }
    let figures = use_figures();
    let shown = shown_of(listeners.len() as u64, None, &figures);
    let columns = vec![
        Column::text("listener", words::listener(language)),
        Column::text("state", words::state(language)),
        Column::text("stream", words::stream(language)),
        Column::text("asked", words::last_asked(language)),
        Column::text("next", words::next_asked(language)),
        Column::figure("posts", words::posts(language)),
        Column::text("remarks", words::remarks(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    let rows = listeners.into_iter().map(|card| row(card, departments, room, &figures)).collect::<Vec<_>>();
    view! { <DataTable caption=words::listeners(language) columns rows shown/> }.into_any()
}

fn row(card: ListenerCard, departments: &[(String, String)], room: Room, figures: &Figures) -> Vec<Cell> {
    let language = figures.language;
    let now = now_ms();
    let when = |ms: Option<i64>| ms.map_or_else(|| Cell::text(NONE), |ms| Cell::figure(figures.when(ms, now), ms as f64));
    let (title, department) = (card.title.get(language).to_owned(), department_title(departments, &card.department));
    let state = card.state;
    vec![
        Cell::view(title.clone(), move || view! { <span class="two-lines"><b>{title.clone()}</b><span>{department.clone()}</span></span> }.into_any()),
        Cell::view(state_word(state, language), move || view! { <StateTag state/> }.into_any()),
        Cell::text(card.stream.clone()),
        when(card.polled_ms),
        when(card.next_ms),
        Cell::figure(figures.count(card.records), card.records as f64),
        Cell::text(remarks(&card, figures, now)),
        Cell::view("", move || menu(card.clone(), room, language)),
    ]
}

#[component]
fn StateTag(state: ListenerState) -> impl IntoView {
    let mood = match state {
        ListenerState::Waiting | ListenerState::Paused => Mood::Plain,
        ListenerState::Listening => Mood::Good,
        ListenerState::Failing => Mood::Bad,
    };
    view! { <Tag label=state_word(state, use_language()) mood/> }
}

fn state_word(state: ListenerState, language: Language) -> &'static str {
    match state {
        ListenerState::Waiting => words::not_asked(language),
        ListenerState::Listening => words::listening_now(language),
        ListenerState::Failing => words::failing(language),
        ListenerState::Paused => words::paused(language),
    }
}

/// Why it fails, what it left out, and what it may have missed.
fn remarks(card: &ListenerCard, figures: &Figures, now: i64) -> String {
    let language = figures.language;
    let mut said: Vec<String> = card.error.iter().chain(&card.notes).map(|text| text.get(language).to_owned()).collect();
    if let Some((since, until)) = card.gap {
        let (since, until) = (figures.when(since, now), figures.when(until, now));
        said.push(format!("{} {since} {} {until}.", words::may_miss(language), words::until_time(language)));
    }
    said.join(" ")
}

fn menu(card: ListenerCard, room: Room, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), card.title.get(language));
    let paused = card.state == ListenerState::Paused;
    let pause = move |()| {
        room.act.run(PauseListener { name: card.name.clone(), paused: !paused }, move |()| {
            room.act.say(if paused { words::resumed_now(language) } else { words::listener_paused(language) });
            room.listeners.refetch();
        });
    };
    let (pause_label, glyph) = if paused { (words::resume(language), Glyph::Play) } else { (words::pause(language), Glyph::Pause) };
    view! { <Menu label><MenuItem label=pause_label glyph on_press=pause/></Menu> }.into_any()
}

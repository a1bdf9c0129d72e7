//! Keyword lists: the list of them, turning them on and off, deleting with a way back.

pub mod asks;
mod form;
mod preview;
mod words;

use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        button::{Button, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        dialog::{Dialog, open_while},
        figures::{Figures, use_figures},
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use asks::{DeleteKeywords, KeywordCard, KeywordRoom, ListKeywords, SaveKeywords, SwitchKeywords};
use form::KeywordForm;
use leptos::prelude::*;

/// Terms that a row of the list names before it only counts them.
const NAMED: usize = 4;

#[derive(Clone, Copy)]
struct Room {
    keywords: Resource<Result<KeywordRoom, Fault>>,
    editing: RwSignal<Option<KeywordCard>>,
    deleted: RwSignal<Option<KeywordCard>>,
    act: Act,
}

/// Address `/admin/keywords`.
#[component]
pub fn Keywords() -> impl IntoView {
    let language = use_language();
    let keywords = Resource::new(|| (), |()| ask(ListKeywords {}));
    let room = Room { keywords, editing: RwSignal::new(None), deleted: RwSignal::new(None), act: use_act() };
    let saved = Callback::new(move |()| {
        room.editing.set(None);
        room.act.say(words::saved(language));
        keywords.refetch();
    });
    let title = Signal::derive(move || {
        let old = room.editing.with(|list| list.as_ref().is_some_and(|list| !list.id.is_empty()));
        if old { words::edit(language) } else { words::add(language) }.to_owned()
    });
    let open = open_while(room.editing);
    view! {
        <PageHead title=words::keywords(language) lead=words::keywords_lead(language)>
            <Button label=words::add(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=move |()| room.editing.set(Some(new_list()))/>
        </PageHead>
        <Undo room/>
        {answered(keywords, "table", move |known| list(known.lists, room, language))}
        <Dialog open title sheet=true>
            {move || {
                let list = room.editing.get()?;
                let streams = keywords.get().and_then(Result::ok)?.streams;
                Some(view! { <KeywordForm list streams saved/> })
            }}
        </Dialog>
    }
}

fn new_list() -> KeywordCard {
    KeywordCard { on: true, ..KeywordCard::default() }
}

fn list(lists: Vec<KeywordCard>, room: Room, language: Language) -> AnyView {
    if lists.is_empty() {
        return view! {
            <Empty title=words::no_lists(language) text=words::no_lists_text(language) glyph=Glyph::Search>
                <Button label=words::add(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=move |()| room.editing.set(Some(new_list()))/>
            </Empty>
        }
        .into_any();
    }
    let figures = use_figures();
    let shown = shown_of(lists.len() as u64, None, &figures);
    let columns = vec![
        Column::text("list", words::list(language)),
        Column::text("state", words::state(language)),
        Column::text("terms", words::terms(language)),
        Column::text("streams", words::streams(language)),
        Column::text("language", words::language(language)),
        Column::text("changed", words::changed(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    let rows = lists.into_iter().map(|list| row(list, room, &figures)).collect::<Vec<_>>();
    view! { <section class="panel"><DataTable caption=words::keywords(language) columns rows shown/></section> }.into_any()
}

fn row(list: KeywordCard, room: Room, figures: &Figures) -> Vec<Cell> {
    let language = figures.language;
    let on = list.on;
    let state = if on { words::on(language) } else { words::off(language) };
    let mood = if on { Mood::Good } else { Mood::Plain };
    vec![
        Cell::text(list.name.clone()),
        Cell::view(state, move || view! { <Tag label=state mood/> }.into_any()),
        Cell::figure(terms(&list.terms, figures), list.terms.len() as f64),
        Cell::text(list.streams.join(", ")),
        Cell::text(list.language.clone().unwrap_or_else(|| words::any_language(language).to_owned())),
        Cell::figure(figures.when(list.changed_ms, now_ms()), list.changed_ms as f64),
        Cell::view("", move || menu(list.clone(), room, language)),
    ]
}

/// "recall, lot 4471, … 12"
fn terms(terms: &[String], figures: &Figures) -> String {
    let named = terms.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if terms.len() > NAMED { format!("{named}, … {}", figures.count(terms.len() as u64)) } else { named }
}

fn menu(list: KeywordCard, room: Room, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), list.name);
    let (id, on, edited) = (list.id.clone(), list.on, list.clone());
    let switch = move |()| {
        room.act.run(SwitchKeywords { id: id.clone(), on: !on }, move |()| {
            room.act.say(if on { words::switched_off(language) } else { words::switched_on(language) });
            room.keywords.refetch();
        });
    };
    let delete = move |()| {
        room.act.run(DeleteKeywords { id: list.id.clone() }, move |gone| {
            room.deleted.set(Some(gone));
            room.keywords.refetch();
        });
    };
    let (switch_label, glyph) = if on { (words::switch_off(language), Glyph::Pause) } else { (words::switch_on(language), Glyph::Play) };
    view! {
        <Menu label>
            <MenuItem label=words::edit(language) glyph=Glyph::Edit on_press=move |()| room.editing.set(Some(edited.clone()))/>
            <MenuItem label=switch_label glyph on_press=switch/>
            <MenuItem label=words::delete(language) glyph=Glyph::Delete danger=true on_press=delete/>
        </Menu>
    }
    .into_any()
}

/// Says what was deleted and brings it back; stays until the page is left.
#[component]
fn Undo(room: Room) -> impl IntoView {
    let language = use_language();
    let bring_back = move |_| {
        let Some(list) = room.deleted.get_untracked() else { return };
        room.act.run(SaveKeywords { list: KeywordCard { id: String::new(), ..list } }, move |_| {
            room.deleted.set(None);
            room.keywords.refetch();
        });
    };
    view! {
        <div role="status">
            {move || {
                room.deleted
                    .get()
                    .map(|list| {
                        view! {
                            <p class="banner">
                                <span>"“"{list.name}"” "{words::was_deleted(language)}</span>
                                <button type="button" class="text-button" on:click=bring_back>{words::undo(language)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

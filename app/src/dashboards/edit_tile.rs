//! One tile while its dashboard is edited: in its true width, with keys and buttons for order, name and width.

use super::{asks::Tile, stream_tile::shows_name, words};
use crate::{
    text::{Language, Text},
    ui::{
        browser,
        button::IconButton,
        icon::{Glyph, Icon},
    },
    visit::use_language,
    warehouse::say::chart_name,
};
use leptos::prelude::*;

/// The widths that a tile may have, in columns of twelve.
pub const WIDTHS: [u8; 8] = [3, 4, 5, 6, 7, 8, 9, 12];

/// A tile as it will be saved.
#[derive(Clone)]
pub struct Draft {
    pub id: String,
    tile: StoredValue<Tile>,
    title: RwSignal<String>,
    width: RwSignal<u8>,
    pub removed: RwSignal<bool>,
}

impl Draft {
    pub fn new(tile: Tile, language: Language) -> Self {
        Self {
            id: tile.id.clone(),
            title: RwSignal::new(tile.title.get(language).to_owned()),
            width: RwSignal::new(tile.width),
            removed: RwSignal::new(false),
            tile: StoredValue::new(tile),
        }
    }

    /// What was typed replaces the title in both languages; what was not touched keeps both.
    pub fn finished(&self, language: Language) -> Tile {
        let mut tile = self.tile.get_value();
        tile.width = self.width.get_untracked();
        let title = self.title.get_untracked().trim().to_owned();
        if !title.is_empty() && title != tile.title.get(language) {
            tile.title = Text::same(title);
        }
        tile
    }
}

#[component]
pub fn TileCard(draft: Draft, drafts: RwSignal<Vec<Draft>>, said: RwSignal<String>) -> impl IntoView {
    let language = use_language();
    let (title, width, removed) = (draft.title, draft.width, draft.removed);
    let kind = draft.tile.with_value(|tile| match (&tile.stream, &tile.window) {
        (Some(stream), _) => shows_name(stream.shows, language).to_owned(),
        (None, Some(_)) => format!("{}, {}", chart_name(tile.chart, language), words::live(language)),
        (None, None) => chart_name(tile.chart, language).to_owned(),
    });
    let id = StoredValue::new(draft.id.clone());
    let place = Memo::new(move |_| drafts.with(|drafts| id.with_value(|id| drafts.iter().position(|draft| draft.id == *id)).unwrap_or_default()));
    let move_by = move |step: isize| {
        let from = place.get_untracked();
        let count = drafts.with_untracked(Vec::len);
        let Some(to) = from.checked_add_signed(step).filter(|to| *to < count) else { return };
        drafts.update(|drafts| drafts.swap(from, to));
        said.set(format!("{} {} {} {} {count}", title.get_untracked(), words::moved_to(language), to + 1, words::of(language)));
        // Moving a tile in the page takes the focus from its button: give it back.
        let button = id.with_value(|id| format!("{}-{id}", if step < 0 { "earlier" } else { "later" }));
        browser::after(30, move || browser::focus(&button));
    };
    let arrow = move |step: isize, label: &'static str, glyph: Glyph| {
        let button = id.with_value(|id| format!("{}-{id}", if step < 0 { "earlier" } else { "later" }));
        view! { <button type="button" class="button ghost square" id=button aria-label=move || format!("{label}: {}", title.get()) title=label on:click=move |_| move_by(step)><Icon glyph/></button> }
    };
    let field = id.with_value(|id| format!("title-{id}"));
    let select = id.with_value(|id| format!("width-{id}"));
    view! {
        <li class=move || format!("tile edited w{}", width.get()) class:removed=move || removed.get()>
            <div class="edited-head">
                <span class="edited-place" aria-hidden="true">{move || place.get() + 1}</span>
                <span class="edited-kind">{kind}</span>
                {arrow(-1, words::earlier(language), Glyph::Left)}
                {arrow(1, words::later(language), Glyph::Right)}
                <Show
                    when=move || removed.get()
                    fallback=move || view! { <IconButton label=Signal::derive(move || format!("{}: {}", words::remove_tile(language), title.get())) glyph=Glyph::Delete on_press=move |()| removed.set(true)/> }
                >
                    <button type="button" class="text-button" on:click=move |_| removed.set(false)>{words::undo(language)}</button>
                </Show>
            </div>
            <div class="edited-fields">
                <label for=field.clone()>{words::title(language)}</label>
                <input id=field type="text" autocomplete="off" prop:value=move || title.get() disabled=move || removed.get() on:input=move |event| title.set(event_target_value(&event))/>
                <label for=select.clone()>{words::width(language)}</label>
                <select id=select disabled=move || removed.get() on:change=move |event| width.set(event_target_value(&event).parse().unwrap_or(12))>
                    {WIDTHS.map(|option| view! { <option value=option.to_string() selected=width.get_untracked() == option>{format!("{option} {}", words::width_of(language))}</option> }).collect_view()}
                </select>
            </div>
        </li>
    }
}

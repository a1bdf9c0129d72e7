//! The list of the catalog: looked through by words, kind, department and tag.

use super::{
    asks::{EntryCard, EntryKind, ListCatalog},
    fold::{folded, holds},
    say::{freshness_text, kind_name, quality_name, tag_name},
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Columns and measures that a row names because they were looked for.
const NAMED: usize = 3;

/// Address `/catalog`.
#[component]
pub fn Catalog() -> impl IntoView {
    let language = use_language();
    let entries = Resource::new(|| (), |()| ask(ListCatalog {}));
    view! {
        <PageHead title=words::catalog(language) lead=words::lead(language)/>
        {answered(entries, "table", move |entries| list(entries, language))}
    }
}

/// What is looked for; empty: everything.
#[derive(Clone, Copy)]
struct Wanted {
    text: RwSignal<String>,
    kind: RwSignal<String>,
    department: RwSignal<String>,
    tag: RwSignal<String>,
}

impl Wanted {
    fn fits(self, card: &EntryCard, language: Language) -> bool {
        let among = |chosen: RwSignal<String>, fits: &dyn Fn(&str) -> bool| chosen.with(|chosen| chosen.is_empty() || fits(chosen));
        let text = folded(&self.text.get());
        among(self.kind, &|kind| card.kind.key() == kind)
            && among(self.department, &|department| card.department.get(language) == department)
            && among(self.tag, &|tag| card.tags.iter().any(|held| held == tag))
            && holds(&said(card, language), &text)
    }
}

/// Everything that an entry can be found by.
fn said(card: &EntryCard, language: Language) -> String {
    let mut said = vec![card.name.as_str(), card.title.get(language), card.description.get(language), card.department.get(language)];
    said.extend(card.keeper.as_deref());
    said.extend(card.tags.iter().map(String::as_str));
    said.extend(card.parts.iter().flat_map(|(name, label)| [name.as_str(), label.get(language)]));
    said.join("\n")
}

fn list(entries: Vec<EntryCard>, language: Language) -> AnyView {
    if entries.is_empty() {
        return view! { <Empty title=words::nothing(language) text=words::nothing_text(language) glyph=Glyph::Table/> }.into_any();
    }
    let figures = use_figures();
    let wanted = Wanted {
        text: RwSignal::new(String::new()),
        kind: RwSignal::new(String::new()),
        department: RwSignal::new(String::new()),
        tag: RwSignal::new(String::new()),
    };
    let kinds = EntryKind::ALL.into_iter().filter(|kind| entries.iter().any(|card| card.kind == *kind));
    let kinds: Vec<(String, String)> = kinds.map(|kind| (kind.key().to_owned(), kind_name(kind, language).to_owned())).collect();
    let departments: BTreeSet<String> = entries.iter().map(|card| card.department.get(language).to_owned()).collect();
    let tags: BTreeSet<String> = entries.iter().flat_map(|card| card.tags.iter().cloned()).collect();
    let departments: Vec<(String, String)> = departments.into_iter().map(|title| (title.clone(), title)).collect();
    let tags: Vec<(String, String)> = tags.into_iter().map(|tag| (tag.clone(), tag_name(&tag, language))).collect();
    let entries = StoredValue::new(entries);
    let rows = move || entries.with_value(|entries| table(entries, wanted, &figures));
    view! {
        <div class="catalog-filter">
            <label class="search-line">
                <Icon glyph=Glyph::Search/>
                <span class="hidden">{words::find(language)}</span>
                <input type="search" placeholder=words::find(language) autocomplete="off" on:input=move |event| wanted.text.set(event_target_value(&event))/>
            </label>
            {choice(words::kind(language), kinds, wanted.kind, language)}
            {choice(words::department(language), departments, wanted.department, language)}
            {choice(words::tag(language), tags, wanted.tag, language)}
        </div>
        <section class="panel">{rows}</section>
    }
    .into_any()
}

/// A list to choose one of, or all; nothing where there is nothing to choose.
fn choice(label: &'static str, options: Vec<(String, String)>, chosen: RwSignal<String>, language: Language) -> Option<AnyView> {
    (options.len() > 1).then(|| {
        view! {
            <label class="catalog-choice">
                <span>{label}</span>
                <select on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">{words::any(language)}</option>
                    {options.into_iter().map(|(value, title)| view! { <option value=value>{title}</option> }).collect_view()}
                </select>
            </label>
        }
        .into_any()
    })
}

fn table(entries: &[EntryCard], wanted: Wanted, figures: &Figures) -> AnyView {
    let language = figures.language;
    let text = folded(&wanted.text.get());
    let found: Vec<&EntryCard> = entries.iter().filter(|card| wanted.fits(card, language)).collect();
    if found.is_empty() {
        return view! { <p class="field-help" role="status">{words::find_nothing(language)}</p> }.into_any();
    }
    let shown = shown_of(found.len() as u64, Some(entries.len() as u64), figures);
    let rows: Vec<Vec<Cell>> = found.into_iter().map(|card| row(card, &text, figures)).collect();
    let columns = vec![
        Column::text("data", words::data(language)),
        Column::text("kind", words::kind(language)),
        Column::text("department", words::department(language)),
        Column::text("keeper", words::keeper(language)),
        Column::text("freshness", words::freshness(language)),
        Column::text("quality", words::quality(language)),
        Column::text("tags", words::tags(language)),
    ];
    view! { <DataTable caption=words::catalog(language) columns rows shown/> }.into_any()
}

fn row(card: &EntryCard, text: &str, figures: &Figures) -> Vec<Cell> {
    let language = figures.language;
    let (title, name) = (card.title.get(language).to_owned(), card.name.clone());
    let href = format!("/catalog/{}", path_step(&card.name));
    // Where a part was looked for, which one is said.
    let by_title = holds(&format!("{title}\n{name}\n{}", card.description.get(language)), text);
    let parts = card.parts.iter().filter(|(name, label)| !text.is_empty() && !by_title && holds(&format!("{name}\n{}", label.get(language)), text));
    let parts: Vec<String> = parts.take(NAMED).map(|(_, label)| label.get(language).to_owned()).collect();
    let parts = (!parts.is_empty()).then(|| parts.join(" · "));
    let (quality, mood) = quality_name(card.quality, language);
    let tags: Vec<String> = card.tags.iter().map(|tag| tag_name(tag, language)).collect();
    let fresh = freshness_text(card, figures);
    let stale = card.stale;
    vec![
        Cell::view(title.clone(), move || {
            view! {
                <span class="two-lines">
                    <a href=href.clone()><b>{title.clone()}</b></a>
                    <span><code>{name.clone()}</code></span>
                    {parts.clone().map(|parts| view! { <span>{parts}</span> })}
                </span>
            }
            .into_any()
        }),
        Cell::text(kind_name(card.kind, language)),
        Cell::text(card.department.get(language)),
        Cell::text(card.keeper.clone().unwrap_or_else(|| words::nobody(language).to_owned())),
        Cell {
            order: card.published_ms.map(|ms| ms as f64),
            ..Cell::view(fresh.clone(), move || {
                view! {
                    {fresh.clone()}
                    {stale.then(|| view! { " "<Tag label=words::behind(language) mood=Mood::Lamp glyph=Glyph::Clock/> })}
                }
                .into_any()
            })
        },
        Cell::view(quality, move || view! { <Tag label=quality mood/> }.into_any()),
        Cell::view(tags.join(", "), move || {
            view! { <span class="mart-tags">{tags.iter().cloned().map(|label| view! { <Tag label/> }).collect_view()}</span> }.into_any()
        }),
    ]
}

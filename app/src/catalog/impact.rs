//! What breaks if one changes an entry, or one column of it.

use super::{
    asks::{Entry, Node, Unseen},
    say::{node_name, stage_name},
    words,
};
use crate::{
    text::Language,
    ui::{
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        page::Panel,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn Impact(entry: Entry) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    // Empty: anything.
    let chosen = RwSignal::new(String::new());
    let columns: Vec<(String, String)> = entry.columns.iter().map(|column| (column.name.clone(), column.label.get(language).to_owned())).collect();
    let choice = (!(columns.is_empty() || entry.downstream.is_empty() && entry.unseen.is_empty())).then(|| {
        view! {
            <label class="catalog-choice">
                <span>{words::impact_column(language)}</span>
                <select on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">{words::whole(language)}</option>
                    {columns.into_iter().map(|(name, label)| view! { <option value=name>{label}</option> }).collect_view()}
                </select>
            </label>
        }
    });
    let found = move || chosen.with(|column| found(&entry, column, &figures));
    view! { <Panel title=words::impact(language)>{choice}<div aria-live="polite">{found}</div></Panel> }
}

fn found(entry: &Entry, column: &str, figures: &Figures) -> AnyView {
    let language = figures.language;
    let nodes: Vec<&Node> = entry.downstream.iter().filter(|node| column.is_empty() || node.columns.iter().any(|used| used == column)).collect();
    let unseen: Vec<String> = entry.unseen.iter().filter_map(|unseen| counted(unseen, column, figures)).collect();
    if nodes.is_empty() && unseen.is_empty() {
        return view! { <p class="field-help">{words::nothing_breaks(language)}</p> }.into_any();
    }
    let table = (!nodes.is_empty()).then(|| {
        let columns =
            vec![Column::text("thing", words::data(language)), Column::text("kind", words::kind(language)), Column::text("how", words::impact(language))];
        let rows: Vec<Vec<Cell>> = nodes.into_iter().map(|node| row(node, language)).collect();
        view! { <DataTable caption=words::impact(language) columns rows/> }
    });
    let more = (!unseen.is_empty()).then(|| {
        let lines = unseen.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <div class="catalog-unseen"><p class="field-help">{words::not_shown(language)}</p><ul>{lines}</ul></div> }
    });
    view! { {table}{more} }.into_any()
}

fn row(node: &Node, language: Language) -> Vec<Cell> {
    let (label, mood) = match (node.direct, node.sure) {
        (true, true) => (words::uses_it(language), Mood::Lamp),
        (true, false) => (words::may_use_it(language), Mood::Plain),
        (false, _) => (words::through_others(language), Mood::Plain),
    };
    vec![
        Cell::text(node.title.get(language)).link(node.href.clone()),
        Cell::text(node_name(node.kind, language)),
        Cell::view(label, move || view! { <Tag label mood/> }.into_any()),
    ]
}

/// `Questions: 3 more, of Sales`; nothing when the column concerns none of them.
fn counted(unseen: &Unseen, column: &str, figures: &Figures) -> Option<String> {
    let language = figures.language;
    let count = if column.is_empty() { unseen.count } else { unseen.by_column.iter().find(|(name, _)| name == column)?.1 };
    Some(format!("{}: {} {} {}", stage_name(unseen.kind, language), figures.count(count), words::more_of(language), unseen.department.get(language)))
}

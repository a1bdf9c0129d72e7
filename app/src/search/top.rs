//! The most frequent values of a field among what is found, each to be added to the query or excluded.

use super::{
    asks::{FieldCard, FieldKind, TopValues},
    cell::value_text,
    narrow::Narrow,
    page::Looking,
    words,
};
use crate::{
    ask::ask,
    ui::{
        figures::{bar_step, use_figures},
        states::answered,
    },
    visit::use_language,
    warehouse::asks::Value,
};
use leptos::prelude::*;

/// Values that are shown of one field.
const SHOWN: u32 = 8;

#[component]
pub fn Top(looking: Looking, field: FieldCard) -> impl IntoView {
    let language = use_language();
    if field.kind == FieldKind::Text {
        return view! { <p class="quiet">{words::no_values_of_text(language)}</p> }.into_any();
    }
    let stream = looking.card.with_value(|card| card.name.clone());
    let name = field.name.clone();
    let asked = Memo::new(move |_| {
        let (query, range) = looking.view.with(|view| (view.query.clone(), view.range));
        TopValues { stream: stream.clone(), query, range, field: name.clone(), limit: SHOWN }
    });
    let values = Resource::new(move || asked.get(), ask);
    answered(values, "line", move |values: Vec<(Value, u64)>| {
        let figures = use_figures();
        if values.is_empty() {
            return view! { <p class="quiet">{words::no_values(language)}</p> }.into_any();
        }
        let total = looking.page().map(|page| page.total).filter(|total| *total > 0);
        let most = total.unwrap_or_else(|| values.iter().map(|(_, events)| *events).max().unwrap_or(1));
        let item = |(value, events): (Value, u64)| {
            let text = value_text(&value, &field, &figures);
            let shown = text.clone();
            let share = total.map(|total| figures.percent(events as f64 / total as f64, 1));
            let class = format!("top-bar bar-{}", bar_step(events as f64, most as f64));
            view! {
                <li class="top-value">
                    <span class=class><span class="top-text" title=text>{shown}</span></span>
                    <span class="top-count" title=share>{figures.count(events)}</span>
                    <Narrow looking field=field.clone() value/>
                </li>
            }
        };
        view! { <ul class="top-values">{values.into_iter().map(item).collect_view()}</ul> }.into_any()
    })
    .into_any()
}

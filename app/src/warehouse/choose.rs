//! Choosing among the values of a column: search, counts, any number of them.

use super::{
    asks::{ListValues, Value, ValueCount},
    say::value_text,
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    identity::viewing::Veiled,
    ui::{
        figures::use_figures,
        states::{FaultView, Skeleton},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Values offered at once; the search finds the others.
const OFFERED: u32 = 100;

/// A searchable list with a box beside each value; `chosen` holds what is ticked.
#[component]
pub fn ValueChooser(#[prop(into)] mart: String, #[prop(into)] column: String, chosen: RwSignal<Vec<Value>>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let search = RwSignal::new(String::new());
    let reader = use_reader();
    let of = StoredValue::new(mart.clone());
    let offered = Resource::new(move || search.get(), move |search| ask(ListValues { mart: mart.clone(), column: column.clone(), search, limit: OFFERED }));
    // What was chosen before stays in sight, wherever it ranks.
    let kept = chosen.get_untracked();
    let toggle = move |value: &Value, ticked: bool| {
        chosen.update(|chosen| {
            chosen.retain(|known| known != value);
            if ticked {
                chosen.push(value.clone());
            }
        });
    };
    let figures = StoredValue::new(figures);
    let line = move |value: Value, rows: Option<u64>| {
        let ticked = {
            let value = value.clone();
            move || chosen.with(|chosen| chosen.contains(&value))
        };
        let (text, count) = figures.with_value(|figures| (value_text(&value, figures), rows.map(|rows| figures.count(rows))));
        view! {
            <li>
                <label class="choice">
                    <input type="checkbox" prop:checked=ticked on:change=move |event| toggle(&value, event_target_checked(&event))/>
                    <span>{text}</span>
                    {count.map(|count| view! { <small>{count}</small> })}
                </label>
            </li>
        }
    };
    view! {
        <div class="chooser">
            <label class="chooser-search">
                <span class="hidden">{words::find_value(language)}</span>
                <input type="search" placeholder=words::find_value(language) autocomplete="off"
                    autofocus=true on:input=move |event| search.set(event_target_value(&event))/>
            </label>
            <p class="field-help">{words::values_shown(language)}</p>
            <div class="chooser-list" tabindex="-1">
                <Transition fallback=|| view! { <Skeleton shape="table"/> }>
                    {move || {
                        let kept = kept.clone();
                        Suspend::new(async move {
                            let veiled = reader.me().await.is_some_and(|me| of.with_value(|mart| me.veils(mart)));
                            match offered.await {
                                Ok(_) if veiled => view! { <Veiled/> }.into_any(),
                                Ok(offered) => list(offered, kept, search.get_untracked().is_empty(), line, language),
                                Err(fault) => view! { <FaultView fault retry=Callback::new(move |()| offered.refetch())/> }.into_any(),
                            }
                        })
                    }}
                </Transition>
            </div>
            <p class="chooser-foot" aria-live="polite">
                {move || chosen.with(|chosen| figures.with_value(|figures| format!("{} {}", figures.count(chosen.len() as u64), words::chosen(language))))}
                {move || {
                    (!chosen.with(Vec::is_empty))
                        .then(|| view! { <button type="button" class="text-button" on:click=move |_| chosen.set(Vec::new())>{words::choose_none(language)}</button> })
                }}
            </p>
        </div>
    }
}

fn list<V: IntoView>(
    offered: Vec<ValueCount>,
    kept: Vec<Value>,
    unsearched: bool,
    line: impl Fn(Value, Option<u64>) -> V,
    language: crate::text::Language,
) -> AnyView {
    let missing: Vec<Value> =
        if unsearched { kept.into_iter().filter(|value| offered.iter().all(|offer| offer.value != *value)).collect() } else { Vec::new() };
    if offered.is_empty() && missing.is_empty() {
        return view! { <p class="field-help">{words::no_values(language)}</p> }.into_any();
    }
    let lines = missing.into_iter().map(|value| (value, None)).chain(offered.into_iter().map(|offer| (offer.value, Some(offer.rows))));
    view! { <ul>{lines.map(|(value, rows)| line(value, rows)).collect_view()}</ul> }.into_any()
}

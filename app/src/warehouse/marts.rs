//! The list of data marts with what each holds, in words.

use super::{
    address::path_step,
    asks::{ListMarts, MartCard},
    say::freshness_text,
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        button::LinkButton,
        chip::{Mood, Tag},
        figures::use_figures,
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, Skeleton, outcome},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Address `/data`.
#[component]
pub fn Marts() -> impl IntoView {
    let language = use_language();
    let marts = Resource::new(|| (), |()| ask(ListMarts {}));
    let retry = Callback::new(move |()| marts.refetch());
    view! {
        <PageHead title=words::data(language) lead=words::data_lead(language)/>
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(marts.await, Some(retry), |marts| view! { <MartList marts/> }.into_any()) })}
        </Suspense>
    }
}

#[component]
fn MartList(marts: Vec<MartCard>) -> impl IntoView {
    let language = use_language();
    if marts.is_empty() {
        return view! { <Empty title=words::no_data(language) text=words::no_data_text(language) glyph=Glyph::Data/> }.into_any();
    }
    let search = RwSignal::new(String::new());
    let marts = StoredValue::new(marts);
    let shown = move || {
        let wanted = search.get().to_lowercase();
        let found: Vec<MartCard> = marts.with_value(|marts| marts.iter().filter(|mart| holds(mart, &wanted, language)).cloned().collect());
        if found.is_empty() {
            return view! { <p class="field-help" role="status">{words::nothing_found(language)}</p> }.into_any();
        }
        view! { <ul class="mart-cards">{found.into_iter().map(|mart| view! { <MartItem mart/> }).collect_view()}</ul> }.into_any()
    };
    view! {
        <label class="search-line">
            <Icon glyph=Glyph::Search/>
            <span class="hidden">{words::find_data(language)}</span>
            <input type="search" placeholder=words::find_data(language) autocomplete="off" on:input=move |event| search.set(event_target_value(&event))/>
        </label>
        {shown}
    }
    .into_any()
}

/// Whether a mart's words, or those of its columns and measures, hold the text.
fn holds(mart: &MartCard, wanted: &str, language: Language) -> bool {
    let found = |text: &str| text.to_lowercase().contains(wanted);
    found(mart.title.get(language))
        || found(mart.description.get(language))
        || found(&mart.name)
        || mart.columns.iter().any(|column| found(column.label.get(language)) || found(&column.name))
        || mart.measures.iter().any(|measure| found(measure.label.get(language)))
}

#[component]
fn MartItem(mart: MartCard) -> impl IntoView {
    const NAMED: usize = 6;
    let language = use_language();
    let figures = use_figures();
    let href = format!("/data/{}", path_step(&mart.name));
    let labels: Vec<String> = mart.measures.iter().filter(|measure| measure.available).map(|measure| measure.label.get(language).to_owned()).collect();
    let more = labels.len().saturating_sub(NAMED);
    view! {
        <li class="mart-card">
            <h2><Icon glyph=Glyph::Data/><a href=href.clone()>{mart.title.get(language).to_owned()}</a></h2>
            <p>{mart.description.get(language).to_owned()}</p>
            <p class="mart-tags">
                {labels.into_iter().take(NAMED).map(|label| view! { <Tag label/> }).collect_view()}
                {(more > 0).then(|| view! { <Tag label=format!("+{more}")/> })}
            </p>
            <div class="mart-foot">
                <p>
                    {mart.freshness.stale.then(|| view! { <Tag label=crate::ui::words::stale(language) mood=Mood::Lamp glyph=Glyph::Clock/>" " })}
                    {freshness_text(&mart.freshness, &figures)}
                </p>
                {mart.may_explore.then(|| view! { <LinkButton href=format!("{href}/ask") label=words::ask(language) glyph=Glyph::Explore/> })}
            </div>
        </li>
    }
}

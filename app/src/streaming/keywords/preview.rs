//! What a list's terms would have found in the last day, as far as the reader may see the stream.

use super::{
    asks::{KeywordPreview, PreviewKeywords},
    words,
};
use crate::{
    ask::{Fault, FaultKind},
    ui::{
        act::use_act,
        button::{Button, Tone},
        calendar::now_ms,
        figures::use_figures,
        form::SelectField,
        icon::Glyph,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// `streams` as (name, title).
#[component]
pub fn Preview(terms: Signal<Vec<String>>, language: RwSignal<String>, streams: Vec<(String, String)>) -> impl IntoView {
    let reading = use_language();
    let act = use_act();
    let stream = RwSignal::new(streams.first().map(|(name, _)| name.clone()).unwrap_or_default());
    let found = RwSignal::new(None::<Result<KeywordPreview, Fault>>);
    let look = move |()| {
        let language = Some(language.get_untracked().trim().to_lowercase()).filter(|language| !language.is_empty());
        let question = PreviewKeywords { stream: stream.get_untracked(), terms: terms.get_untracked(), language };
        act.run_or(question, move |preview| found.set(Some(Ok(preview))), move |fault| found.set(Some(Err(fault))));
    };
    let first = stream.get_untracked();
    view! {
        <div class="preview">
            <SelectField name="preview-stream" label=words::look_in(reading) options=streams value=first on_change=move |name: String| stream.set(name)/>
            <Button label=words::look(reading).to_owned() tone=Tone::Ghost glyph=Glyph::Search busy=act.busy on_press=look/>
            <div role="status">{move || found.get().map(outcome)}</div>
        </div>
    }
}

fn outcome(found: Result<KeywordPreview, Fault>) -> AnyView {
    let figures = use_figures();
    let language = figures.language;
    let preview = match found {
        Ok(preview) => preview,
        Err(fault) if fault.kind == FaultKind::NotFound => return view! { <p class="quiet">{words::not_yours(language)}</p> }.into_any(),
        Err(fault) => return view! { <p class="banner bad">{fault.message.get(language).to_owned()}</p> }.into_any(),
    };
    let sum = if preview.found == 0 {
        words::nothing_found(language).to_owned()
    } else {
        format!("{} {} {} {}", figures.count(preview.found), words::found_of(language), figures.count(preview.looked_at), words::found_events(language))
    };
    let part = (preview.looked_at < preview.events).then(|| {
        format!("{} {} {} {}.", words::looked_at(language), figures.count(preview.looked_at), words::found_of(language), figures.count(preview.events))
    });
    let now = now_ms();
    let rows = preview
        .samples
        .into_iter()
        .map(|sample| vec![Cell::figure(figures.when(sample.at_ms, now), sample.at_ms as f64), Cell::text(sample.text)])
        .collect::<Vec<_>>();
    let columns = vec![Column::text("when", words::when(language)), Column::text("text", words::text(language))];
    view! {
        <p>{sum}</p>
        {part.map(|part| view! { <p class="quiet">{part}</p> })}
        {(!rows.is_empty()).then(|| view! { <DataTable caption=words::look(language) columns rows/> })}
    }
    .into_any()
}

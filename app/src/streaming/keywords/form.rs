//! The form of one keyword list: each term has a line of its own, and its fault stands under it.

use super::{
    asks::{KeywordCard, SaveKeywords, StreamName},
    preview::Preview,
    words,
};
use crate::{
    ask::ask,
    ingestion::asks::ListListeners,
    ui::{
        act::{FormFaults, use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        figures::use_figures,
        form::{AreaField, CheckField, ChoiceList, FormFault, TextField},
        icon::Glyph,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// More terms than these are not shown one by one.
const SHOWN: usize = 60;

/// A term's line: the key stays when lines before it go.
type Line = (u32, String);

#[component]
pub fn KeywordForm(list: KeywordCard, streams: Vec<StreamName>, saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    if streams.is_empty() {
        return view! { <p class="quiet">{words::no_streams(language)}</p> }.into_any();
    }
    let act = use_act();
    let faults = use_form_faults();
    // A long list is kept as it is; only new terms are entered.
    let kept = StoredValue::new(if list.terms.len() > SHOWN { list.terms.clone() } else { Vec::new() });
    let lines = RwSignal::new(if list.terms.len() > SHOWN { Vec::new() } else { lines_of(&list.terms) });
    let pasted = RwSignal::new(String::new());
    let language_now = RwSignal::new(list.language.clone().unwrap_or_default());
    let terms = Signal::derive(move || {
        let typed = lines.get().into_iter().map(|(_, text)| text);
        let pasted = pasted.get().lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        kept.get_value().into_iter().chain(typed).chain(pasted).collect::<Vec<_>>()
    });
    let (id, changed_ms) = (list.id.clone(), list.changed_ms);
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = SaveKeywords {
            list: KeywordCard {
                id: id.clone(),
                name: form.text("name"),
                terms: terms.get_untracked(),
                streams: form.all("streams"),
                sources: form.all("sources"),
                language: Some(form.text("language")).filter(|language| !language.is_empty()),
                on: form.ticked("on"),
                changed_ms,
            },
        };
        faults.clear();
        act.run_or(question, move |_| saved.run(()), move |fault| faults.set(fault));
    };
    let choices = streams.iter().map(|stream| (stream.name.clone(), stream.title.get(language).to_owned(), list.streams.contains(&stream.name))).collect();
    let named = streams.into_iter().map(|stream| (stream.name, stream.title.get(language).to_owned())).collect::<Vec<_>>();
    let sources = list.sources.clone();
    view! {
        <form class="form" on:submit=send novalidate=true>
            <TextField name="name" label=words::name(language) value=list.name.clone() help=words::name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <Terms lines kept faults/>
            <AreaField name="paste" label=words::paste(language) help=words::paste_help(language) rows=3 optional=true on_input=move |text: String| pasted.set(text)/>
            <ChoiceList name="streams" label=words::streams(language) options=choices help=words::streams_help(language)/>
            <Sources chosen=sources/>
            <TextField
                name="language"
                label=words::language(language)
                value=list.language.clone().unwrap_or_default()
                help=words::language_help(language)
                error=faults.under("language")
                optional=true
                autocomplete="off".to_owned()
                on_input=move |text: String| language_now.set(text)
            />
            <CheckField name="on" label=words::counts(language) ticked=list.on/>
            <Preview terms language=language_now streams=named/>
            <FormFault text=above(faults, lines)/>
            <div class="form-actions"><Button label=words::save(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
    .into_any()
}

fn lines_of(terms: &[String]) -> Vec<Line> {
    let terms = if terms.is_empty() { &[String::new()] } else { terms };
    terms.iter().cloned().enumerate().map(|(place, text)| (place as u32, text)).collect()
}

#[component]
fn Terms(lines: RwSignal<Vec<Line>>, kept: StoredValue<Vec<String>>, faults: FormFaults) -> impl IntoView {
    let language = use_language();
    let before = kept.with_value(Vec::len);
    let add = move |()| lines.update(|lines| lines.push((lines.iter().map(|(key, _)| key + 1).max().unwrap_or_default(), String::new())));
    let many = (before > 0).then(|| view! { <p class="quiet">{use_figures().count(before as u64)}" "{words::many_terms(language)}</p> });
    view! {
        <fieldset class="terms">
            <legend>{words::terms(language)}</legend>
            {many}
            <For each=move || lines.get() key=|(key, _)| *key children=move |(key, text): Line| view! { <Term key text lines before faults/> }/>
            <Button label=words::add_term(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=add/>
        </fieldset>
    }
}

#[component]
fn Term(key: u32, text: String, lines: RwSignal<Vec<Line>>, before: usize, faults: FormFaults) -> impl IntoView {
    let language = use_language();
    let place = move || lines.with(|lines| lines.iter().position(|(line, _)| *line == key));
    let error = Signal::derive(move || faults.at(&format!("terms.{}", before + place()?)));
    let write = move |text: String| {
        lines.update_untracked(|lines| {
            if let Some(line) = lines.iter_mut().find(|(line, _)| *line == key) {
                line.1 = text;
            }
        });
    };
    let remove = move |()| lines.update(|lines| lines.retain(|(line, _)| *line != key));
    view! {
        <div class="term">
            <TextField name=format!("term-{key}") label=words::term(language) value=text error autocomplete="off".to_owned() on_input=write/>
            <IconButton label=words::remove_term(language).to_owned() glyph=Glyph::Close on_press=remove/>
        </div>
    }
}

/// Listeners by name, from the room that keeps them.
#[component]
fn Sources(chosen: Vec<String>) -> impl IntoView {
    let language = use_language();
    let known = Resource::new(|| (), |()| ask(ListListeners {}));
    move || {
        let mut names = known.get().and_then(Result::ok).map(|known| known.listeners.into_iter().map(|card| card.name).collect::<Vec<_>>()).unwrap_or_default();
        names.extend(chosen.iter().filter(|name| !names.contains(name)).cloned().collect::<Vec<_>>());
        let options = names.into_iter().map(|name| (name.clone(), name.clone(), chosen.contains(&name))).collect::<Vec<_>>();
        (!options.is_empty()).then(|| view! { <ChoiceList name="sources" label=words::sources(language) options help=words::sources_help(language)/> })
    }
}

/// What stands under no field: a fault of a kept term is named with its place.
fn above(faults: FormFaults, lines: RwSignal<Vec<Line>>) -> Signal<Option<String>> {
    let language = use_language();
    Signal::derive(move || {
        let fault = faults.get()?;
        let message = fault.message.get(language).to_owned();
        let Some(field) = fault.field else { return Some(message) };
        match field.strip_prefix("terms.").and_then(|place| place.parse::<usize>().ok()) {
            // Under its own line.
            Some(place) if place < lines.with(Vec::len) => None,
            Some(place) => Some(format!("{} {}: {message}", words::term(language), place + 1)),
            None if matches!(field.as_str(), "name" | "language") => None,
            None => Some(message),
        }
    })
}

//! Form fields: a label above, help and error below, tied together for screen readers.

use super::words;
use crate::{text::between_tags, visit::use_language};
use leptos::prelude::*;

/// Label, help and error around a control that has the id `name` and is described by `<name>-help` and `<name>-error`.
#[component]
pub fn FieldFrame(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    children: Children,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="field" class:wrong=move || error.get().is_some()>
            <label for=name.clone()>
                {label}
                {optional.then(|| view! { <small>" · "{words::optional(language)}</small> })}
            </label>
            {children()}
            {(!help.is_empty()).then(|| view! { <p class="field-help" id=format!("{name}-help")>{help}</p> })}
            <p class="field-error" id=format!("{name}-error") aria-live="polite">{move || error.get()}</p>
        </div>
    }
}

/// A line of text. The value is read from the form when it is sent (`browser::read_form`).
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// The input's type: `text`, `email`, `password`, `number`, `date`, `search`, `file`.
    #[prop(optional, into)]
    kind: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional, into)] accept: Option<String>,
    /// Told while it is written.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let described = described_by(&name, !help.is_empty());
    let kind = if kind.is_empty() { "text".to_owned() } else { kind };
    view! {
        <FieldFrame name=name.clone() label help error optional>
            <input
                id=name.clone()
                name=name
                type=kind
                value=value
                required=!optional
                autocomplete=autocomplete
                accept=accept
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:input=move |event| written(on_input, &event)
            />
        </FieldFrame>
    }
}

/// Several lines of text.
#[component]
pub fn AreaField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] rows: Option<u32>,
    /// Program text: fixed width, no spelling help.
    #[prop(optional)]
    code: bool,
    /// Told while it is written.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let described = described_by(&name, !help.is_empty());
    view! {
        <FieldFrame name=name.clone() label help error optional>
            <textarea
                id=name.clone()
                name=name
                class:code=code
                rows=rows.unwrap_or(6).to_string()
                spellcheck=if code { "false" } else { "true" }
                required=!optional
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:input=move |event| written(on_input, &event)
            >
                {between_tags(value)}
            </textarea>
        </FieldFrame>
    }
}

/// One of a list, as (value, title).
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let language = use_language();
    let described = described_by(&name, !help.is_empty());
    let none_chosen = !options.iter().any(|(option, _)| *option == value);
    let changed = move |event| {
        if let Some(on_change) = on_change {
            on_change.run(event_target_value(&event));
        }
    };
    view! {
        <FieldFrame name=name.clone() label help error optional>
            <select id=name.clone() name=name required=!optional aria-describedby=described aria-invalid=move || error.get().map(|_| "true") on:change=changed>
                {none_chosen.then(|| view! { <option value="" selected=true>{words::choose(language)}</option> })}
                {options
                    .into_iter()
                    .map(|(option, title)| {
                        let selected = option == value;
                        view! { <option value=option selected=selected>{title}</option> }
                    })
                    .collect_view()}
            </select>
        </FieldFrame>
    }
}

/// Any number of a list, as (value, title, ticked): check boxes under one legend.
#[component]
pub fn ChoiceList(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String, bool)>,
    #[prop(optional, into)] help: String,
) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend>{label}</legend>
            {(!help.is_empty()).then(|| view! { <p class="field-help">{help}</p> })}
            {options
                .into_iter()
                .map(|(value, title, ticked)| {
                    view! {
                        <label class="choice">
                            <input type="checkbox" name=name.clone() value=value checked=ticked/>
                            <span>{title}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// One box to tick.
#[component]
pub fn CheckField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] ticked: bool,
    #[prop(optional, into)] help: String,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="choice"><input type="checkbox" name=name value="yes" checked=ticked/><span>{label}</span></label>
            {(!help.is_empty()).then(|| view! { <p class="field-help">{help}</p> })}
        </div>
    }
}

/// What a whole form could not do, above its buttons.
#[component]
pub fn FormFault(#[prop(into)] text: Signal<Option<String>>) -> impl IntoView {
    view! { <div role="alert">{move || text.get().map(|text| view! { <p class="banner bad">{text}</p> })}</div> }
}

fn written(on_input: Option<Callback<String>>, event: &leptos::ev::Event) {
    if let Some(on_input) = on_input {
        on_input.run(event_target_value(event));
    }
}

fn described_by(name: &str, help: bool) -> String {
    if help { format!("{name}-help {name}-error") } else { format!("{name}-error") }
}

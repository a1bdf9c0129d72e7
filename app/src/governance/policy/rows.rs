//! The row rules of a policy's form: column, comparison, and what it is compared with.

use super::{
    draft::{Draft, Line},
    fits,
    say::{kind_in_words, operator_in_words},
    words,
};
use crate::{
    governance::words as policy_words,
    text::Language,
    ui::{
        browser,
        button::{IconButton, Tone},
        icon::{Glyph, Icon},
        words as ui_words,
    },
    visit::use_language,
    warehouse::asks::ColumnKind,
};
use leptos::prelude::*;

/// Milliseconds until a line that was added is in the page.
const DRAWN_MS: u64 = 30;

/// `tried`: it was to be saved, so that faults are told even of what was not touched yet.
#[component]
pub fn RowRules(draft: Draft, tried: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let add = move |_| {
        let key = draft.add_line();
        browser::after(DRAWN_MS, move || browser::focus(&format!("row-column-{key}")));
    };
    let none = move || draft.lines.with(Vec::is_empty).then(|| view! { <p class="quiet">{words::no_rules(language)}</p> });
    view! {
        <fieldset class="lines">
            <legend>{policy_words::row_rules(language)}</legend>
            <p class="field-help">{words::rows_help(language)}</p>
            {none}
            <For each=move || draft.lines.get() key=|line| line.key children=move |line| view! { <RowLine draft line tried/> }/>
            <button type="button" id="add-row" class=Tone::Ghost.class() on:click=add>
                <Icon glyph=Glyph::Plus/>
                <span>{policy_words::add_rule(language)}</span>
            </button>
        </fieldset>
    }
}

/// What stands behind the comparison.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Nothing,
    One,
    Several,
    Attribute,
}

#[component]
fn RowLine(draft: Draft, line: Line, tried: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let key = line.key;
    let line = Memo::new(move |_| draft.lines.with(|lines| lines.iter().find(|line| line.key == key).cloned()).unwrap_or_default());
    let kind = Memo::new(move |_| line.with(|line| draft.choices.with(|choices| choices.kind(&line.column))));
    let shape = Memo::new(move |_| {
        line.with(|line| match line.operator.as_str() {
            operator if fits::is_unary(operator) => Shape::Nothing,
            _ if line.attribute.is_some() => Shape::Attribute,
            "in" => Shape::Several,
            _ => Shape::One,
        })
    });
    let compared = Memo::new(move |_| shape.get() != Shape::Nothing);
    // That its column is gone is told at once: the mart is closed by it.
    let fault = move || line.with(|line| draft.line_fault(line, language)).filter(|fault| tried.get() || *fault == words::fault_gone(language));
    let remove = move |()| {
        draft.lines.update(|lines| lines.retain(|line| line.key != key));
        browser::after(DRAWN_MS, || browser::focus("add-row"));
    };
    let label = Signal::derive(move || format!("{} {}", words::remove_rule(language), line.with(|line| line.column.clone())));
    view! {
        <div class="rule-line" class:wrong=move || fault().is_some() role="group" aria-label=words::rule(language)>
            <ColumnSelect draft line key/>
            <OperatorSelect draft line kind key/>
            {move || compared.get().then(|| view! { <SourceSelect draft line key/> })}
            {move || match shape.get() {
                Shape::Nothing | Shape::Attribute => ().into_any(),
                Shape::One => view! { <OneValue draft line kind key/> }.into_any(),
                Shape::Several => view! { <SeveralValues draft line kind key/> }.into_any(),
            }}
            <IconButton label glyph=Glyph::Close on_press=remove/>
            <p class="field-error" id=format!("row-error-{key}") aria-live="polite">{fault}</p>
        </div>
    }
}

#[component]
fn ColumnSelect(draft: Draft, line: Memo<Line>, key: u32) -> impl IntoView {
    let language = use_language();
    let change = move |event| {
        let column = event_target_value(&event);
        let kind = draft.choices.with_untracked(|choices| choices.kind(&column));
        draft.change_line(key, |line| {
            line.column = column;
            if !fits::operator_fits(&line.operator, kind) {
                line.operator = "=".to_owned();
            }
        });
    };
    // Made anew only when there is something else to choose from.
    let options = move || {
        let chosen = line.with_untracked(|line| line.column.clone());
        let mut options = draft.choices.with(|choices| {
            let comparable = choices.columns.iter().filter(|column| column.comparable);
            comparable.map(|column| (column.name.clone(), format!("{} · {}", column.name, kind_in_words(Some(column.kind), language)))).collect::<Vec<_>>()
        });
        if !options.iter().any(|(name, _)| *name == chosen) {
            let title = if chosen.is_empty() { ui_words::choose(language).to_owned() } else { chosen.clone() };
            options.insert(0, (chosen.clone(), title));
        }
        options.into_iter().map(|(name, title)| view! { <option value=name.clone() prop:selected=name == chosen>{title}</option> }).collect_view()
    };
    view! {
        <select id=format!("row-column-{key}") class="rule-column" aria-label=policy_words::column(language) aria-describedby=format!("row-error-{key}") on:change=change>
            {options}
        </select>
    }
}

#[component]
fn OperatorSelect(draft: Draft, line: Memo<Line>, kind: Memo<Option<ColumnKind>>, key: u32) -> impl IntoView {
    let language = use_language();
    let change = move |event| {
        let operator = event_target_value(&event);
        draft.change_line(key, |line| {
            line.operator = operator;
            if line.values.is_empty() && line.attribute.is_none() {
                line.values.push((0, String::new()));
            }
        });
    };
    let options = move || {
        let chosen = line.with_untracked(|line| line.operator.clone());
        let option = |operator: &'static str| {
            view! { <option value=operator prop:selected=operator == chosen>{operator_in_words(operator, language).to_owned()}</option> }
        };
        fits::operators(kind.get()).map(option).collect_view()
    };
    view! { <select name=format!("row-operator-{key}") aria-label=policy_words::operator(language) on:change=change>{options}</select> }
}

/// Values of its own, or an attribute of whoever reads.
#[component]
fn SourceSelect(draft: Draft, line: Memo<Line>, key: u32) -> impl IntoView {
    let language = use_language();
    let change = move |event| {
        let chosen = event_target_value(&event);
        draft.change_line(key, |line| {
            line.attribute = Some(chosen).filter(|chosen| !chosen.is_empty());
            if line.values.is_empty() {
                line.values.push((0, String::new()));
            }
        });
    };
    let options = move || {
        let chosen = line.with_untracked(|line| line.attribute.clone()).unwrap_or_default();
        let mut names = draft.choices.with(|choices| choices.attributes.clone());
        if !chosen.is_empty() && !names.contains(&chosen) {
            names.push(chosen.clone());
        }
        let values = view! { <option value="" prop:selected=chosen.is_empty()>{words::these_values(language)}</option> };
        let option = |name: String| {
            let selected = name == chosen;
            let title = format!("{} {name}", words::persons_attribute(language));
            view! { <option value=name prop:selected=selected>{title}</option> }
        };
        (values, names.into_iter().map(option).collect_view())
    };
    view! { <select name=format!("row-source-{key}") aria-label=words::compared_with(language) on:change=change>{options}</select> }
}

#[component]
fn OneValue(draft: Draft, line: Memo<Line>, kind: Memo<Option<ColumnKind>>, key: u32) -> impl IntoView {
    let language = use_language();
    let place = move || line.with_untracked(|line| line.values.first().map(|(value, _)| *value)).unwrap_or_default();
    move || value_field(draft, key, place(), kind.get(), language)
}

#[component]
fn SeveralValues(draft: Draft, line: Memo<Line>, kind: Memo<Option<ColumnKind>>, key: u32) -> impl IntoView {
    let language = use_language();
    let places = Memo::new(move |_| line.with(|line| line.values.iter().map(|(value, _)| *value).collect::<Vec<_>>()));
    let add = move |_| {
        let next = places.with_untracked(|places| places.iter().max().map_or(0, |last| last + 1));
        draft.change_line(key, |line| line.values.push((next, String::new())));
        browser::after(DRAWN_MS, move || browser::focus(&format!("row-value-{key}-{next}")));
    };
    let remove = move |value: u32| {
        draft.change_line(key, |line| line.values.retain(|(known, _)| *known != value));
        browser::after(DRAWN_MS, move || browser::focus(&format!("row-more-{key}")));
    };
    let one = move |value: u32| {
        view! {
            <div class="rule-value">
                {move || value_field(draft, key, value, kind.get(), language)}
                {move || {
                    (places.with(Vec::len) > 1)
                        .then(|| view! { <IconButton label=words::remove_value(language).to_owned() glyph=Glyph::Minus on_press=move |()| remove(value)/> })
                }}
            </div>
        }
    };
    view! {
        <div class="rule-values">
            <For each=move || places.get() key=|value| *value children=one/>
            <button type="button" id=format!("row-more-{key}") class=Tone::Ghost.class() on:click=add>
                <Icon glyph=Glyph::Plus/>
                <span>{words::add_value(language)}</span>
            </button>
        </div>
    }
}

/// One value as its type is written. It keeps what is typed; the draft is told.
fn value_field(draft: Draft, key: u32, value: u32, kind: Option<ColumnKind>, language: Language) -> AnyView {
    let written = draft.lines.with_untracked(|lines| {
        let line = lines.iter().find(|line| line.key == key)?;
        line.values.iter().find(|(known, _)| *known == value).map(|(_, written)| written.clone())
    });
    let written = written.unwrap_or_default();
    let write = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        draft.change_line(key, |line| match line.values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, written)) => *written = text,
            None => line.values.push((value, text)),
        });
    };
    let (id, label, described) = (format!("row-value-{key}-{value}"), words::value(language), format!("row-error-{key}"));
    if kind == Some(ColumnKind::Bool) {
        let option = |name: &'static str, title: &'static str| view! { <option value=name prop:selected=written == name>{title}</option> };
        return view! {
            <select id=id aria-label=label aria-describedby=described on:change=write>
                {option("", ui_words::choose(language))}
                {option("true", words::yes(language))}
                {option("false", words::no(language))}
            </select>
        }
        .into_any();
    }
    let (kind, mode, example) = match kind {
        Some(ColumnKind::Date) => ("date", None, ""),
        Some(ColumnKind::Integer) => ("text", Some("numeric"), ""),
        Some(ColumnKind::Number) => ("text", Some("decimal"), ""),
        Some(ColumnKind::Timestamp) => ("text", None, words::time_example(language)),
        _ => ("text", None, ""),
    };
    view! {
        <input
            id=id
            type=kind
            value=written
            inputmode=mode
            placeholder=example
            autocomplete="off"
            aria-label=label
            aria-describedby=described
            on:input=write
        />
    }
    .into_any()
}

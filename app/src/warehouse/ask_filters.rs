//! The conditions of "Ask": each typed by its column, as chips; the dialog that sets one.

use super::{
    ask_controls::label,
    ask_page::Asking,
    asks::{ColumnKind, Filter, MartColumn, Test, Value},
    choose::ValueChooser,
    period::PeriodChooser,
    say::test_text,
    words,
};
use crate::{
    ui::{
        browser::{read_form, take_choice},
        button::{Button, Tone},
        dialog::Dialog,
        figures::use_figures,
        form::TextField,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The chips, and a list to add one.
#[component]
pub fn Conditions(asking: Asking) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let open = RwSignal::new(false);
    let column = RwSignal::new(None::<MartColumn>);
    let filters = Memo::new(move |_| asking.view.with(|view| view.question.filters.clone()));
    let edit = move |name: &str| {
        let found = asking.mart.with_value(|mart| mart.columns.iter().find(|column| column.name == name).cloned());
        if found.is_some() {
            column.set(found);
            open.set(true);
        }
    };
    let chip = move |place: usize, filter: Filter| {
        let name = asking.mart.with_value(|mart| label(mart, &filter.column, language));
        let text = figures.with_value(|figures| test_text(&filter.test, figures));
        let remove = move |_| {
            asking.change(|question| {
                if place < question.filters.len() {
                    question.filters.remove(place);
                }
            })
        };
        let tip = format!("{}: {name}", words::remove_filter(language));
        view! {
            <div class="filter-line">
                <button type="button" class="chip on" aria-haspopup="dialog" title=words::change_filter(language) on:click=move |_| edit(&filter.column)><span>{name}": "<b>{text}</b></span></button>
                <button type="button" class="button ghost square" aria-label=tip.clone() title=tip on:click=remove><Icon glyph=Glyph::Close/></button>
            </div>
        }
    };
    let columns =
        asking.mart.with_value(|mart| mart.columns.iter().map(|column| (column.name.clone(), column.label.get(language).to_owned())).collect::<Vec<_>>());
    let title = Signal::derive(move || column.with(|column| column.as_ref().map(|column| column.label.get(language).to_owned()).unwrap_or_default()));
    view! {
        <fieldset class="groups">
            <legend>{words::only_where(language)}</legend>
            {move || filters.get().into_iter().enumerate().map(|(place, filter)| chip(place, filter)).collect_view()}
            <select
                aria-label=words::add_filter(language)
                class="add"
                on:change=move |event: leptos::ev::Event| edit(&take_choice(&event))
            >
                <option value="" selected=true>{words::add_filter(language)}</option>
                {columns.into_iter().map(|(name, label)| view! { <option value=name>{label}</option> }).collect_view()}
            </select>
        </fieldset>
        <Dialog open title>
            {move || column.get().map(|column| view! { <ConditionForm asking column open/> })}
        </Dialog>
    }
}

/// Sets the condition on one column, by its kind.
#[component]
fn ConditionForm(asking: Asking, column: MartColumn, open: RwSignal<bool>) -> impl IntoView {
    let (name, kind, dimension) = (column.name.clone(), column.kind, column.dimension);
    let current = asking.view.with_untracked(|view| view.question.filters.iter().find(|filter| filter.column == name).map(|filter| filter.test.clone()));
    let set = {
        let name = name.clone();
        Callback::new(move |test: Option<Test>| {
            open.set(false);
            asking.change(|question| {
                question.filters.retain(|filter| filter.column != name);
                question.filters.extend(test.map(|test| Filter { column: name.clone(), test }));
            });
        })
    };
    match kind {
        ColumnKind::Date | ColumnKind::Timestamp => {
            let data_up_to = asking.mart.with_value(|mart| mart.freshness.data_up_to.clone().filter(|_| mart.date_column.as_ref() == Some(&name)));
            match data_up_to {
                Some(day) => view! { <PeriodChooser current on_choose=set data_up_to=day/> }.into_any(),
                None => view! { <PeriodChooser current on_choose=set/> }.into_any(),
            }
        }
        ColumnKind::Integer | ColumnKind::Number if !dimension => view! { <NumberForm current set whole=kind == ColumnKind::Integer/> }.into_any(),
        _ if dimension || kind == ColumnKind::Bool => {
            let mart = asking.mart.with_value(|mart| mart.name.clone());
            view! { <ValuesForm mart column=name current set/> }.into_any()
        }
        _ => view! { <ContainsForm current set/> }.into_any(),
    }
}

#[component]
fn ValuesForm(mart: String, column: String, current: Option<Test>, set: Callback<Option<Test>>) -> impl IntoView {
    let language = use_language();
    let without = RwSignal::new(matches!(current, Some(Test::IsNot(_) | Test::NotEmpty)));
    let chosen = RwSignal::new(match current {
        Some(Test::Is(values) | Test::IsNot(values)) => values,
        Some(Test::Empty | Test::NotEmpty) => vec![Value::Null],
        _ => Vec::new(),
    });
    let apply = move |()| {
        let values = chosen.get_untracked();
        let alone = values == [Value::Null];
        set.run((!values.is_empty()).then(|| match (without.get_untracked(), alone) {
            (false, true) => Test::Empty,
            (true, true) => Test::NotEmpty,
            (false, false) => Test::Is(values),
            (true, false) => Test::IsNot(values),
        }));
    };
    let side = move |not: bool, text: &'static str| {
        view! { <button type="button" class="chip" class:on=move || without.get() == not aria-pressed=move || (without.get() == not).to_string() on:click=move |_| without.set(not)>{text}</button> }
    };
    view! {
        <div class="period-quick" role="group" aria-label=words::condition(language)>{side(false, words::test_is(language))}{side(true, words::test_is_not(language))}</div>
        <ValueChooser mart column chosen/>
        <div class="form-actions"><Button label=words::apply(language).to_owned() tone=Tone::Solid on_press=apply/></div>
    }
}

#[component]
fn NumberForm(current: Option<Test>, set: Callback<Option<Test>>, whole: bool) -> impl IntoView {
    let language = use_language();
    let written = |value: &Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let (first, last) = match &current {
        Some(Test::Between(first, last)) => (written(first), written(last)),
        Some(Test::AtLeast(first)) => (written(first), String::new()),
        Some(Test::AtMost(last)) => (String::new(), written(last)),
        _ => Default::default(),
    };
    let wrong = RwSignal::new(None::<String>);
    let send = move |event| {
        let form = read_form(&event);
        let read = |name: &str| match form.text(name).replace(',', ".") {
            text if text.is_empty() => Ok(None),
            text if whole => text.parse().map(|number| Some(Value::Integer(number))).map_err(drop),
            text => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| Some(Value::Number(number))).ok_or(()),
        };
        match (read("first"), read("last")) {
            (Ok(first), Ok(last)) => set.run(match (first, last) {
                (None, None) => None,
                (Some(first), None) => Some(Test::AtLeast(first)),
                (None, Some(last)) => Some(Test::AtMost(last)),
                (Some(first), Some(last)) => Some(Test::Between(first, last)),
            }),
            _ => wrong.set(Some(words::number_wanted(language).into())),
        }
    };
    view! {
        <form class="form" on:submit=send>
            <div class="two">
                <TextField name="first" label=words::first_value(language) value=first optional=true error=wrong/>
                <TextField name="last" label=words::last_value(language) value=last optional=true/>
            </div>
            <div class="form-actions"><Button label=words::apply(language).to_owned() tone=Tone::Solid/></div>
        </form>
    }
}

#[component]
fn ContainsForm(current: Option<Test>, set: Callback<Option<Test>>) -> impl IntoView {
    let language = use_language();
    let value = match current {
        Some(Test::Contains(text)) => text,
        _ => String::new(),
    };
    let send = move |event| {
        let text = read_form(&event).text("contains");
        set.run((!text.is_empty()).then_some(Test::Contains(text)));
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="contains" label=words::test_contains(language) value optional=true/>
            <div class="form-actions"><Button label=words::apply(language).to_owned() tone=Tone::Solid/></div>
        </form>
    }
}

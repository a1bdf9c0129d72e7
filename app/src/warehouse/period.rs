//! Choosing dates: quick periods and a range of days.

use super::{
    asks::{Period, Test, Value},
    say::{period_name, value_text},
    words,
    written::read_period,
};
use crate::{
    ui::{
        browser::read_form,
        button::{Button, Tone},
        figures::use_figures,
        form::TextField,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The periods that are offered, as addresses write them.
const QUICK: [&str; 9] =
    ["last-7-days", "last-30-days", "this-month", "last-month", "this-quarter", "last-quarter", "last-4-quarters", "this-year", "last-year"];

/// Quick periods and a range; `on_choose` gets `None` for all dates.
#[component]
pub fn PeriodChooser(
    current: Option<Test>,
    #[prop(into)] on_choose: Callback<Option<Test>>,
    #[prop(optional, into)] data_up_to: Option<String>,
) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let from_data =
        data_up_to.map(|day| format!("{} {}.", words::period_from(language), value_text(&Value::Text(day.get(..10).unwrap_or(&day).into()), &figures)));
    let quick = |test: Option<Test>, name: String| {
        let pressed = test == current;
        view! { <button type="button" class="chip" class:on=pressed aria-pressed=pressed.to_string() on:click=move |_| on_choose.run(test.clone())>{name}</button> }
    };
    let periods =
        QUICK.iter().filter_map(|key| read_period(key)).map(|period: Period| quick(Some(Test::Period(period)), period_name(period, language))).collect_view();
    let (first, last) = ends(current.as_ref());
    let wrong = RwSignal::new(None::<String>);
    let send = move |event| {
        let form = read_form(&event);
        let (first, last) = (form.text("first"), form.text("last"));
        let test = match (first.is_empty(), last.is_empty()) {
            (true, true) => None,
            (false, true) => Some(Test::AtLeast(Value::Text(first))),
            (true, false) => Some(Test::AtMost(Value::Text(last))),
            (false, false) if first > last => {
                wrong.set(Some(words::range_backwards(language).into()));
                return;
            }
            (false, false) => Some(Test::Between(Value::Text(first), Value::Text(last))),
        };
        on_choose.run(test);
    };
    view! {
        <div class="period">
            <div class="period-quick" role="group" aria-label=words::period(language)>{periods}{quick(None, words::all_dates(language).into())}</div>
            {from_data.map(|text| view! { <p class="field-help">{text}</p> })}
            <form class="period-range" on:submit=send>
                <h3>{words::own_range(language)}</h3>
                <div class="two">
                    <TextField name="first" label=words::first_day(language) kind="date" value=first optional=true/>
                    <TextField name="last" label=words::last_day_of(language) kind="date" value=last optional=true error=wrong/>
                </div>
                <Button label=words::apply(language).to_owned() tone=Tone::Solid/>
            </form>
        </div>
    }
}

/// The days that stand in the range's fields.
fn ends(test: Option<&Test>) -> (String, String) {
    let day = |value: &Value| match value {
        Value::Text(text) => text.get(..10).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    match test {
        Some(Test::Between(first, last)) => (day(first), day(last)),
        Some(Test::AtLeast(first)) => (day(first), String::new()),
        Some(Test::AtMost(last)) => (String::new(), day(last)),
        _ => Default::default(),
    }
}

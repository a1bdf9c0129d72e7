//! The dialogs behind the filters: dates, and choices among values.

use super::{asks::DashboardFilter, board::Board, words};
use crate::{
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
    },
    visit::use_language,
    warehouse::{
        asks::{Test, Value},
        choose::ValueChooser,
        period::PeriodChooser,
    },
};
use leptos::prelude::*;

#[component]
pub fn DateDialog(open: RwSignal<bool>, filter: StoredValue<DashboardFilter>, board: Board) -> impl IntoView {
    let language = use_language();
    let title = filter.with_value(|filter| filter.label.get(language).to_owned());
    let choose = Callback::new(move |test: Option<Test>| {
        open.set(false);
        board.go(filter.with_value(|filter| board.state.with_untracked(|state| state.with(filter, test.as_ref()))));
    });
    view! {
        <Dialog open title>
            {move || {
                let current = filter.with_value(|filter| board.state.with_untracked(|state| state.test_of(filter)));
                let data_up_to = board.dashboard.with_value(|dashboard| dashboard.freshness.data_up_to.clone());
                match data_up_to {
                    Some(day) => view! { <PeriodChooser current on_choose=choose data_up_to=day/> }.into_any(),
                    None => view! { <PeriodChooser current on_choose=choose/> }.into_any(),
                }
            }}
        </Dialog>
    }
}

#[component]
pub fn ChoiceDialog(open: RwSignal<bool>, filter: StoredValue<DashboardFilter>, board: Board) -> impl IntoView {
    let language = use_language();
    let title = filter.with_value(|filter| filter.label.get(language).to_owned());
    view! {
        <Dialog open title>
            {move || {
                let current = filter.with_value(|filter| board.state.with_untracked(|state| state.test_of(filter)));
                filter.with_value(|filter| filter.values_from.clone()).map(|(mart, column)| view! { <Choices mart column current filter board open/> })
            }}
        </Dialog>
    }
}

#[component]
fn Choices(mart: String, column: String, current: Option<Test>, filter: StoredValue<DashboardFilter>, board: Board, open: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let chosen = RwSignal::new(match current {
        Some(Test::Is(values)) => values,
        Some(Test::Empty) => vec![Value::Null],
        _ => Vec::new(),
    });
    let apply = move |()| {
        open.set(false);
        let values = chosen.get_untracked();
        // A condition that lets nothing be chosen is no condition.
        let test = (!values.is_empty()).then(|| if values == [Value::Null] { Test::Empty } else { Test::Is(values) });
        board.go(filter.with_value(|filter| board.state.with_untracked(|state| state.with(filter, test.as_ref()))));
    };
    view! {
        <ValueChooser mart column chosen/>
        <div class="form-actions">
            <Button label=words::cancel(language).to_owned() on_press=move |()| open.set(false)/>
            <Button label=words::apply(language).to_owned() tone=Tone::Solid on_press=apply/>
        </div>
    }
}

//! An answer in the form its reader chose: figure, chart with its table twin, or table.

use super::{
    answer_table::{AnswerTable, MarkLink, caption_of},
    asks::{Answer, ChartKind, Filter, Question, Value},
    chosen::fade,
    figure::FigureView,
    mark::conditions_of,
    words,
};
use crate::{
    identity::viewing::Veiled,
    ui::{
        chart::{Chart, Mark},
        icon::Glyph,
        states::Empty,
        table::Sorted,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Draws an answer. `on_mark` gets the conditions of a mark that was clicked; `link` gives the address for the same.
#[component]
pub fn AnswerBody(
    question: Question,
    chart: ChartKind,
    answer: Answer,
    #[prop(into)] title: String,
    /// The table twin instead of the chart.
    as_table: RwSignal<bool>,
    #[prop(optional_no_strip)] on_mark: Option<Callback<Vec<Filter>>>,
    #[prop(optional_no_strip)] link: Option<MarkLink>,
    #[prop(optional_no_strip)] on_sort: Option<Callback<Sorted>>,
    /// Conditions of the marks that were clicked in this very chart: the other marks fade.
    #[prop(optional)]
    chosen: Vec<Filter>,
) -> impl IntoView {
    let language = use_language();
    if answer.veiled {
        return view! { <Veiled/> }.into_any();
    }
    let caption = caption_of(&title, &answer);
    if answer.rows.is_empty() {
        return view! { <Empty title=words::no_rows(language) text=words::no_rows_text(language) glyph=Glyph::Filter/> }.into_any();
    }
    if chart == ChartKind::Number && question.dimensions.is_empty() {
        return view! { <FigureView question answer/> }.into_any();
    }
    let option = match (&answer.option, chart) {
        (Some(option), kind) if !matches!(kind, ChartKind::Table | ChartKind::Number) => {
            let mut option = option.clone();
            fade(&mut option, &question, &chosen);
            option.to_string()
        }
        _ => return view! { <AnswerTable question answer caption chart link on_sort/> }.into_any(),
    };
    let clicked = {
        let question = question.clone();
        Callback::new(move |mark: Mark| {
            let conditions = conditions_of(&question, &keys_of(&mark));
            if let (Some(on_mark), false) = (on_mark, conditions.is_empty()) {
                on_mark.run(conditions);
            }
        })
    };
    let table = StoredValue::new((question, answer, link));
    let twin_caption = caption.clone();
    let twin = move || {
        let (question, answer, link) = table.get_value();
        view! { <AnswerTable question answer caption=twin_caption.clone() chart=ChartKind::Ranking link on_sort/> }.into_any()
    };
    view! { <Chart option=option label=caption table=twin on_mark=clicked as_table/> }.into_any()
}

/// The values of a mark in the order of the dimensions: category, then series.
fn keys_of(mark: &Mark) -> Vec<Value> {
    [&mark.key, &mark.series_key].into_iter().map(|key| serde_json::from_value(key.clone()).unwrap_or(Value::Null)).collect()
}

//! An answer as a table: figures that line up, bars where ranking matters, dimensions that can be pressed to filter.

use super::{
    asks::{Answer, AnswerColumn, ChartKind, ColumnKind, Filter, Question, Unit},
    cells::{Style, number, order, unit_text},
    mark::conditions_of,
    words,
};
use crate::{
    ui::{
        figures::{Figures, bar_step, use_figures},
        table::{Cell, Column, DataTable, Sorted, shown_of},
    },
    visit::use_language,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The address that filters by a mark's conditions.
pub type MarkLink = Arc<dyn Fn(&[Filter]) -> String + Send + Sync>;

/// The rows of an answer. With `link`, the values of dimensions filter when pressed.
#[component]
pub fn AnswerTable(
    question: Question,
    answer: Answer,
    #[prop(into)] caption: String,
    #[prop(optional, into)] chart: ChartKind,
    #[prop(optional_no_strip)] link: Option<MarkLink>,
    /// Asks for another order; without it only answers that hold every row can be sorted.
    #[prop(optional_no_strip)]
    on_sort: Option<Callback<Sorted>>,
) -> impl IntoView {
    let figures = use_figures();
    let shown = foot(&question, &answer, &figures);
    let sorted = question.sort.first().map(|sort| Sorted { by: sort.by.clone(), descending: sort.descending });
    let partial = answer.total_rows.is_some_and(|total| total > answer.rows.len() as u64);
    let bars = bar_column(&question, &answer, chart);
    let styles: Vec<Style> = answer.columns.iter().enumerate().map(|(place, column)| Style::of(&question, column, place, &answer.rows)).collect();
    let columns = answer.columns.iter().map(|column| head(&question, column, &figures, !partial || on_sort.is_some())).collect::<Vec<_>>();
    let most = bars.map_or(0.0, |place| answer.rows.iter().filter_map(|row| number(row.get(place)?)).fold(0.0, f64::max));
    let rows = answer
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .map(|(place, value)| {
                    let text = styles.get(place).map(|style| style.write(value, &figures)).unwrap_or_default();
                    let kind = answer.columns.get(place).map_or(ColumnKind::Text, |column| column.kind);
                    let cell = match order(value, kind) {
                        Some(order) => Cell::figure(text.clone(), order),
                        None => Cell::text(text.clone()),
                    };
                    match (bars == Some(place), number(value)) {
                        (true, Some(figure)) => cell.bar(bar_step(figure, most)),
                        _ => press(cell, text, &question, answer.columns.get(place), value, link.as_ref()),
                    }
                })
                .collect()
        })
        .collect::<Vec<Vec<Cell>>>();
    match (sorted, on_sort.filter(|_| partial)) {
        (Some(sorted), Some(on_sort)) => view! { <DataTable caption columns rows sorted shown on_sort/> }.into_any(),
        (None, Some(on_sort)) => view! { <DataTable caption columns rows shown on_sort/> }.into_any(),
        (Some(sorted), None) => view! { <DataTable caption columns rows sorted shown/> }.into_any(),
        (None, None) => view! { <DataTable caption columns rows shown/> }.into_any(),
    }
}

fn head(question: &Question, column: &AnswerColumn, figures: &Figures, sortable: bool) -> Column {
    let label = column.label.get(figures.language);
    let grouped = question.dimensions.iter().any(|dimension| dimension.column == column.name);
    let numeric = matches!(column.kind, ColumnKind::Integer | ColumnKind::Number) && !grouped;
    let head = if numeric { Column::figure(&column.name, label) } else { Column::text(&column.name, label) };
    let unit = match &column.unit {
        // Words as units say what the label says already; signs do not.
        Some(Unit::Of(_)) | None => String::new(),
        unit => unit_text(unit.as_ref(), figures.language),
    };
    let head = head.unit(unit).masked(column.masked);
    if sortable { head } else { head.fixed() }
}

/// A dimension's value that filters when pressed.
fn press(cell: Cell, text: String, question: &Question, column: Option<&AnswerColumn>, value: &super::asks::Value, link: Option<&MarkLink>) -> Cell {
    let (Some(link), Some(column)) = (link, column) else { return cell };
    let one = Question { dimensions: question.dimensions.iter().filter(|dimension| dimension.column == column.name).cloned().collect(), ..Default::default() };
    let conditions = conditions_of(&one, std::slice::from_ref(value));
    if conditions.is_empty() {
        return cell;
    }
    let href = link(&conditions);
    let shown = text.clone();
    let order = cell.order;
    let mut pressed = Cell::view(text, move || view! { <a class="mark-link" href=href.clone() data-noscroll="true">{shown.clone()}</a> }.into_any());
    pressed.order = order;
    pressed
}

/// The measure whose size is drawn in its cells: the one sorted by, else the first; none that goes below zero.
fn bar_column(question: &Question, answer: &Answer, chart: ChartKind) -> Option<usize> {
    if question.dimensions.is_empty() || !matches!(chart, ChartKind::Table | ChartKind::Ranking) {
        return None;
    }
    let sorted = question.sort.first().map(|sort| &sort.by).filter(|by| question.measures.contains(by));
    let measure = sorted.or_else(|| question.measures.first())?;
    let place = answer.columns.iter().position(|column| column.name == *measure)?;
    answer.rows.iter().all(|row| row.get(place).and_then(number).is_none_or(|figure| figure >= 0.0)).then_some(place)
}

/// `12 of 457 rows · sorted by Sales`.
fn foot(question: &Question, answer: &Answer, figures: &Figures) -> String {
    let shown = shown_of(answer.rows.len() as u64, answer.total_rows, figures);
    let label =
        question.sort.first().and_then(|sort| answer.columns.iter().find(|column| column.name == sort.by)).map(|column| column.label.get(figures.language));
    match label {
        Some(label) => format!("{shown} · {} {label}", words::sorted_by(figures.language)),
        None => shown,
    }
}

/// What a table or chart of this question is called by screen readers.
pub fn caption_of(title: &str, answer: &Answer) -> String {
    let language = use_language();
    if title.is_empty() { answer.columns.iter().map(|column| column.label.get(language)).collect::<Vec<_>>().join(", ") } else { title.to_owned() }
}

//! A data table: caption, head that stays, figures that line up, sorting, "n of m".

use super::{
    icon::{Glyph, Icon},
    words,
};
use crate::{text::Language, visit::use_language};
use leptos::prelude::*;
use std::{cmp::Ordering, sync::Arc};

/// The head of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// What `Sorted.by` and `on_sort` call it.
    pub key: String,
    pub label: String,
    /// Set small after the label, so that it is not in every cell.
    pub unit: String,
    /// Figures: at the right, of equal width.
    pub numeric: bool,
    pub sortable: bool,
    /// Its values are changed for this reader.
    pub masked: bool,
}

impl Column {
    pub fn text(key: &str, label: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), sortable: true, ..Self::default() }
    }

    pub fn figure(key: &str, label: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::text(key, label) }
    }

    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    pub fn masked(mut self, masked: bool) -> Self {
        self.masked = masked;
        self
    }

    /// For columns of buttons.
    pub fn fixed(mut self) -> Self {
        self.sortable = false;
        self
    }
}

/// One cell: its text, and what it sorts by when that is not the text.
#[derive(Clone, Default)]
pub struct Cell {
    pub text: String,
    pub order: Option<f64>,
    pub href: Option<String>,
    /// Length of the bar behind the figure, 0 to 20 (`figures::bar_step`).
    pub bar: Option<u8>,
    /// Shown instead of the text.
    pub view: Option<Arc<dyn Fn() -> AnyView + Send + Sync>>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A figure as it is written and as it sorts.
    pub fn figure(text: impl Into<String>, order: f64) -> Self {
        Self { text: text.into(), order: Some(order), ..Self::default() }
    }

    pub fn bar(mut self, step: u8) -> Self {
        self.bar = Some(step);
        self
    }

    pub fn link(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// A cell with something of its own in it; `text` is what it sorts by.
    pub fn view(text: impl Into<String>, view: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self { text: text.into(), view: Some(Arc::new(view)), ..Self::default() }
    }
}

/// By which column the rows are sorted.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    pub by: String,
    pub descending: bool,
}

/// A table of rows that are all here. Pressing a head sorts them, or calls `on_sort` when the rows are only a part of all.
#[component]
pub fn DataTable(
    /// Says what the rows are; seen by screen readers, and by all with `show_caption`.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    #[prop(optional)] sorted: Option<Sorted>,
    #[prop(optional, into)] on_sort: Option<Callback<Sorted>>,
    /// e.g. "12 of 457".
    #[prop(optional, into)]
    shown: String,
    #[prop(optional)] show_caption: bool,
) -> impl IntoView {
    let language = use_language();
    let order = RwSignal::new(sorted);
    let head = columns.iter().map(|column| head_cell(column.clone(), order, on_sort, language)).collect_view();
    let rows = StoredValue::new(rows);
    let columns = StoredValue::new(columns);
    let body = move || {
        let sorted = order.get();
        columns.with_value(|columns| {
            rows.with_value(|rows| {
                places(columns, rows, sorted.filter(|_| on_sort.is_none())).into_iter().map(|place| body_row(columns, &rows[place])).collect_view()
            })
        })
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=caption.clone()>
            <table class="table">
                <caption class:hidden=!show_caption>{caption.clone()}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {(!shown.is_empty()).then(|| view! { <p class="table-foot">{shown}</p> })}
    }
}

fn head_cell(column: Column, order: RwSignal<Option<Sorted>>, on_sort: Option<Callback<Sorted>>, language: Language) -> AnyView {
    let class = if column.numeric { "figure" } else { "" };
    let unit = (!column.unit.is_empty()).then(|| view! { <small>", "{column.unit.clone()}</small> });
    let masked = column.masked.then(
        || view! { <span class="masked" title=words::masked(language)><Icon glyph=Glyph::Shield/><span class="hidden">{words::masked(language)}</span></span> },
    );
    if !column.sortable {
        return view! { <th scope="col" class=class>{column.label}{unit}{masked}</th> }.into_any();
    }
    let key = column.key.clone();
    let state = Memo::new(move |_| order.with(|order| order.as_ref().filter(|sorted| sorted.by == key).map(|sorted| sorted.descending)));
    let numeric = column.numeric;
    let press = move |_| {
        // Figures are looked at from the largest down, words from A on.
        let descending = state.get_untracked().map_or(numeric, |descending| !descending);
        let sorted = Sorted { by: column.key.clone(), descending };
        order.set(Some(sorted.clone()));
        if let Some(on_sort) = on_sort {
            on_sort.run(sorted);
        }
    };
    let aria = move || match state.get() {
        Some(true) => "descending",
        Some(false) => "ascending",
        None => "none",
    };
    view! {
        <th scope="col" class=class aria-sort=aria>
            <button type="button" class="sort" on:click=press>
                <span>{column.label}{unit}</span>
                {masked}
                <span class="sort-mark" aria-hidden="true">{move || match state.get() { Some(true) => "↓", Some(false) => "↑", None => "" }}</span>
            </button>
        </th>
    }
    .into_any()
}

fn body_row(columns: &[Column], row: &[Cell]) -> AnyView {
    let cells = row
        .iter()
        .enumerate()
        .map(|(place, cell)| {
            let numeric = columns.get(place).is_some_and(|column| column.numeric);
            let class = match (numeric, cell.bar) {
                (_, Some(step)) => format!("figure cell-bar bar-{step}"),
                (true, None) => "figure".to_owned(),
                (false, None) => String::new(),
            };
            let inner = match (&cell.view, &cell.href) {
                (Some(view), _) => view(),
                (None, Some(href)) => view! { <a href=href.clone()>{cell.text.clone()}</a> }.into_any(),
                (None, None) => cell.text.clone().into_any(),
            };
            if place == 0 { view! { <th scope="row" class=class>{inner}</th> }.into_any() } else { view! { <td class=class>{inner}</td> }.into_any() }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}

/// The places of the rows in the order wanted; equal ones keep theirs.
fn places(columns: &[Column], rows: &[Vec<Cell>], sorted: Option<Sorted>) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    let Some((column, descending)) = sorted.and_then(|sorted| Some((columns.iter().position(|c| c.key == sorted.by)?, sorted.descending))) else {
        return places;
    };
    let empty = Cell::default();
    places.sort_by(|a, b| {
        let (a, b) = (rows[*a].get(column).unwrap_or(&empty), rows[*b].get(column).unwrap_or(&empty));
        let order = match (a.order, b.order) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Greater,
            (None, Some(_)) => Ordering::Less,
            (None, None) => a.text.to_lowercase().cmp(&b.text.to_lowercase()),
        };
        if descending { order.reverse() } else { order }
    });
    places
}

/// "12 of 457 rows", or "457 rows" when all are shown.
pub fn shown_of(shown: u64, total: Option<u64>, figures: &super::figures::Figures) -> String {
    let language = figures.language;
    let word = |count: u64| if count == 1 { words::row(language) } else { words::rows(language) };
    match total {
        Some(total) if total != shown => format!("{} {} {} {}", figures.count(shown), words::of(language), figures.count(total), word(total)),
        _ => format!("{} {}", figures.count(shown), word(shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_sort_by_size_and_gaps_come_last_when_descending() {
        let columns = [Column::text("name", "Name"), Column::figure("sales", "Sales")];
        let row = |name: &str, sales: Option<f64>| vec![Cell::text(name), sales.map_or_else(|| Cell::text("–"), |s| Cell::figure(s.to_string(), s))];
        let rows = [row("b", Some(9.0)), row("A", None), row("c", Some(10.0))];
        let by = |key: &str, descending| places(&columns, &rows, Some(Sorted { by: key.into(), descending }));
        assert_eq!(by("sales", true), [2, 0, 1]);
        assert_eq!(by("name", false), [1, 0, 2]);
        assert_eq!(by("no such column", false), [0, 1, 2]);
        assert_eq!(places(&columns, &rows, None), [0, 1, 2]);
    }
}

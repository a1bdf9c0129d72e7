//! One or a few figures with their comparison, as a tile shows them.

use super::{
    asks::{Answer, Period, Question, Test},
    cells::{full_text, short_text},
    change::{Change, Direction},
    say::comparison_name,
    words,
};
use crate::{
    ui::{
        figures::use_figures,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The measures of an answer without dimensions, the first one large.
#[component]
pub fn FigureView(question: Question, answer: Answer) -> impl IntoView {
    let figures = use_figures();
    let row = answer.rows.into_iter().next().unwrap_or_default();
    let several = answer.columns.len() > 1;
    let shown = answer
        .columns
        .iter()
        .zip(&row)
        .enumerate()
        .map(|(place, (column, value))| {
            let (short, small) = short_text(value, column.unit.as_ref(), &figures);
            let full = full_text(value, column.unit.as_ref(), &figures);
            let tip = full.clone();
            let change =
                answer.earlier.as_ref().and_then(|earlier| earlier.get(place)).map(|earlier| Change::between(earlier, value, column.unit.as_ref(), &figures));
            view! {
                <div class="figure-block">
                    {several.then(|| view! { <p class="figure-name">{column.label.get(figures.language).to_owned()}</p> })}
                    <p class="figure-value" title=tip>
                        <span aria-hidden="true">{short}{(!small.is_empty()).then(|| view! { <sup>{small}</sup> })}</span>
                        <span class="hidden">{full}</span>
                    </p>
                    {change.map(|change| view! { <ChangeView change question=question.clone()/> })}
                </div>
            }
        })
        .collect_view();
    view! { <div class="figure-list" class:several=several>{shown}</div> }
}

#[component]
fn ChangeView(change: Option<Change>, question: Question) -> impl IntoView {
    let language = use_language();
    let period = question.filters.iter().find_map(|filter| match filter.test {
        Test::Period(period) => Some(period),
        _ => None,
    });
    let against = question.comparison.map(|comparison| against(comparison, period, language)).unwrap_or_default();
    match change {
        None => view! { <p class="delta">{words::nothing_to_compare(language)}</p> }.into_any(),
        Some(change) => {
            let (class, glyph, word) = match change.direction {
                Direction::Up => ("delta up", Some(Glyph::Rising), words::up(language)),
                Direction::Down => ("delta down", Some(Glyph::Falling), words::down(language)),
                Direction::Same => ("delta", None, words::unchanged(language)),
            };
            let same = glyph.is_none();
            view! {
                <p class=class>
                    {glyph.map(|glyph| view! { <Icon glyph/> })}
                    <b>
                        <span class:hidden=!same>{word}" "</span>
                        {(!same).then_some(change.size)}
                    </b>
                    <span>{against}</span>
                </p>
            }
            .into_any()
        }
    }
}

/// `vs. previous quarter`.
fn against(comparison: super::asks::Comparison, period: Option<Period>, language: crate::text::Language) -> String {
    format!("{} {}", words::versus(language), comparison_name(comparison, period, language))
}

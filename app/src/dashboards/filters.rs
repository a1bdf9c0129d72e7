//! The bar above the tiles: filters, clicked marks, reset, and what one's access hides.

use super::{
    asks::{DashboardFilter, FilterKind},
    board::{Board, marts},
    filter_dialogs::{ChoiceDialog, DateDialog},
    words,
};
use crate::{
    ask::ask,
    ui::{
        chip::{FilterChip, ScopeChip},
        figures::use_figures,
        icon::{Glyph, Icon},
    },
    visit::use_language,
    warehouse::{
        asks::{Filter, OpenMart},
        say::{access_text, spelled, test_text},
    },
};
use leptos::prelude::*;

#[component]
pub fn FilterBar(board: Board) -> impl IntoView {
    let language = use_language();
    let (filters, access) = board.dashboard.with_value(|dashboard| (dashboard.filters.clone(), access_text(&dashboard.access, language)));
    let changed = move || board.state.with(|state| board.dashboard.with_value(|dashboard| state.changed(&dashboard.filters)));
    view! {
        <div class="bar filters" role="group" aria-label=words::filters(language)>
            {filters.into_iter().map(|filter| view! { <OneFilter filter board/> }).collect_view()}
            <Crossed board/>
            {move || {
                changed()
                    .then(|| {
                        view! {
                            <button type="button" class="chip reset" title=words::reset_title(language) on:click=move |_| board.go(Default::default())>
                                <Icon glyph=Glyph::Again/>
                                <span>{words::reset(language)}</span>
                            </button>
                        }
                    })
            }}
            {access.map(|text| view! { <ScopeChip text href="/access"/> })}
        </div>
    }
}

#[component]
fn OneFilter(filter: DashboardFilter, board: Board) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let open = RwSignal::new(false);
    let label = filter.label.get(language).to_owned();
    let kind = filter.kind;
    let filter = StoredValue::new(filter);
    let test = Memo::new(move |_| board.state.with(|state| filter.with_value(|filter| state.test_of(filter))));
    let value = Signal::derive(move || {
        test.with(|test| test.as_ref().map_or_else(|| words::all(language).to_owned(), |test| figures.with_value(|figures| test_text(test, figures))))
    });
    let on = Signal::derive(move || test.with(Option::is_some));
    let dialog = match kind {
        FilterKind::Date => view! { <DateDialog open filter board/> }.into_any(),
        FilterKind::Choice => view! { <ChoiceDialog open filter board/> }.into_any(),
    };
    let press = Callback::new(move |()| open.set(true));
    let chip = match kind {
        FilterKind::Date => view! { <FilterChip label value on on_press=press glyph=Glyph::Calendar/> }.into_any(),
        FilterKind::Choice => view! { <FilterChip label value on on_press=press/> }.into_any(),
    };
    view! {
        {chip}
        {dialog}
    }
}

/// The marks that were clicked, each as a chip that takes its filter away.
#[component]
fn Crossed(board: Board) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    // The words of their columns; asked for only once something was clicked.
    let labels = Resource::new(
        move || board.state.with(|state| !state.crossed.is_empty()),
        move |wanted| {
            let names: Vec<String> =
                if wanted { board.dashboard.with_value(|dashboard| marts(dashboard).into_iter().map(Into::into).collect()) } else { Vec::new() };
            let asked: Vec<_> = names.into_iter().map(|name| ask(OpenMart { name })).collect();
            async move {
                let mut labels = Vec::new();
                for mart in asked {
                    if let Ok(mart) = mart.await {
                        labels.extend(mart.columns.into_iter().map(|column| (column.name, column.label.get(language).to_owned())));
                    }
                }
                labels
            }
        },
    );
    let chips = move |labels: &[(String, String)], crossed: Vec<Filter>| {
        crossed
            .into_iter()
            .map(|crossed| {
                let name = labels.iter().find(|(name, _)| *name == crossed.column).map_or_else(|| spelled(&crossed.column), |(_, label)| label.clone());
                let value = figures.with_value(|figures| test_text(&crossed.test, figures));
                let tip = format!("{} {name}: {value}", words::remove_filter(language));
                let column = crossed.column;
                view! {
                    <button
                        type="button"
                        class="chip on crossed"
                        aria-label=tip.clone()
                        title=tip
                        on:click=move |_| board.go(board.state.with_untracked(|state| state.without(&column)))
                    >
                        <span>{name}": "<b>{value}</b></span>
                        <Icon glyph=Glyph::Close/>
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <Transition fallback=move || chips(&[], board.state.with(|state| state.crossed.clone()))>
            {move || {
                let crossed = board.state.with(|state| state.crossed.clone());
                Suspend::new(async move { chips(&labels.await, crossed) })
            }}
        </Transition>
    }
}

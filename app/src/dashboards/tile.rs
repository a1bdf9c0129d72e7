//! One tile: it asks its own question under the view in force, and shows the answer, what it is, and what can be done with it.

use super::{asks::Tile, board::Board, drill::Drill, words};
use crate::{
    ask::ask,
    reports::{
        asks::Subject,
        download::{Downloads, Offer},
    },
    ui::{
        figures::use_figures,
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
        states::{FaultView, Skeleton},
        table::Sorted,
    },
    visit::use_language,
    warehouse::{
        address::{View, path_step, write_view},
        answer::AnswerBody,
        answer_table::MarkLink,
        asks::{Answer, AskQuestion, ChartKind, Filter, Question, Sort},
        say::test_text,
        spark::{Spark, course_of, course_values},
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// `downloads` is given only to those who may download.
#[component]
pub fn TileView(tile: Tile, board: Board, drill: Drill, #[prop(optional_no_strip)] downloads: Option<Downloads>) -> impl IntoView {
    let language = use_language();
    let chart = tile.chart;
    let sort = RwSignal::new(None::<Sort>);
    let as_table = RwSignal::new(false);
    let tile = StoredValue::new(tile);
    let question = Memo::new(move |_| {
        let mut question = tile.with_value(|tile| {
            board
                .state
                .with(|state| board.dashboard.with_value(|dashboard| state.question(tile, &dashboard.filters, &|mart, column| board.knows(mart, column))))
        });
        if let Some(sort) = sort.get() {
            question.sort = vec![sort];
        }
        question
    });
    let answer = Resource::new(move || question.get(), move |question| ask(AskQuestion { question, chart, language }));
    let on_mark = Callback::new(move |conditions: Vec<Filter>| {
        let next = tile.with_value(|tile| board.state.with_untracked(|state| state.click(&tile.id, &conditions)));
        board.go(next);
    });
    let link: MarkLink = Arc::new(move |conditions: &[Filter]| {
        let next = tile.with_value(|tile| board.state.with_untracked(|state| state.click(&tile.id, conditions)));
        board.href(&next)
    });
    let on_sort = Callback::new(move |sorted: Sorted| sort.set(Some(Sort { by: sorted.by, descending: sorted.descending })));
    let retry = Callback::new(move |()| answer.refetch());
    let link = StoredValue::new(link);
    // Rows there are behind what is shown, for the download dialog.
    let total = RwSignal::new(None::<u64>);
    let show = move |answer: Answer, chosen: Vec<Filter>| {
        total.set(answer.total_rows);
        board.learn(&answer.columns, language);
        let title = tile.with_value(|tile| tile.title.get(language).to_owned());
        let stale = answer.freshness.stale && !board.dashboard.with_value(|dashboard| dashboard.freshness.stale);
        view! {
            {stale.then(|| view! { <p class="tile-stale"><Icon glyph=Glyph::Clock/>{words::stale_tile(language)}</p> })}
            <AnswerBody question=question.get_untracked() chart answer title as_table on_mark=Some(on_mark) link=Some(link.get_value()) on_sort=Some(on_sort) chosen/>
        }
        .into_any()
    };
    let shape = if chart == ChartKind::Number {
        "figure"
    } else if chart == ChartKind::Table {
        "table"
    } else {
        "chart"
    };
    let (id, class, title, note) = tile.with_value(|tile| {
        let class = format!("tile w{} h{} tile-{}", tile.width.clamp(1, 12), tile.height.clamp(1, 12), shape);
        (format!("tile-{}", tile.id), class, tile.title.get(language).to_owned(), tile.note.get(language).to_owned())
    });
    let heading = id.clone();
    let pending = RwSignal::new(false);
    view! {
        <article class=class class:pending=move || pending.get() aria-labelledby=heading aria-busy=move || pending.get().then_some("true")>
            <header class="tile-head">
                <h2 id=id>{title}</h2>
                {(!note.is_empty()).then(|| view! { <small>{note}</small> })}
                <TileMenu tile board drill downloads question total as_table/>
            </header>
            <div class="tile-body">
                <Transition fallback=move || view! { <Skeleton shape/> } set_pending=pending>
                    {move || {
                        // Followed even where the question stays the same: fading and the addresses behind the marks change.
                        let chosen = tile.with_value(|tile| board.state.with(|state| state.chosen_in(&tile.id)));
                        Suspend::new(async move {
                            match answer.await {
                                Ok(answer) => show(answer, chosen),
                                Err(fault) => view! { <FaultView fault retry/> }.into_any(),
                            }
                        })
                    }}
                </Transition>
                {(chart == ChartKind::Number).then(|| view! { <Course question board/> })}
            </div>
        </article>
    }
}

/// The line under a figure.
#[component]
fn Course(question: Memo<Question>, board: Board) -> impl IntoView {
    let language = use_language();
    let course = Memo::new(move |_| question.with(|question| course_of(question, ChartKind::Number, &board.date_column(&question.mart)?)));
    let values = Resource::new(
        move || course.get(),
        move |course| async move {
            match course {
                // A figure without its line is still a figure: a fault here is not shown.
                Some(question) => {
                    ask(AskQuestion { question, chart: ChartKind::Table, language }).await.map(|answer| course_values(&answer.rows)).unwrap_or_default()
                }
                None => Vec::new(),
            }
        },
    );
    view! {
        <div class="tile-course">
            <Transition fallback=|| ()>{move || Suspend::new(async move { view! { <Spark values=values.await/> } })}</Transition>
        </div>
    }
}

#[component]
fn TileMenu(
    tile: StoredValue<Tile>,
    board: Board,
    drill: Drill,
    downloads: Option<Downloads>,
    question: Memo<Question>,
    total: RwSignal<Option<u64>>,
    as_table: RwSignal<bool>,
) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let title = tile.with_value(|tile| tile.title.get(language).to_owned());
    let chart = tile.with_value(|tile| tile.chart);
    let drawn = !matches!(chart, ChartKind::Number | ChartKind::Table);
    let explore = move || {
        let question = question.get();
        format!("/data/{}/ask{}", path_step(&question.mart), write_view(&View { question, chart }))
    };
    let rows_behind = move |()| {
        let rows = tile.with_value(|tile| {
            board.state.with_untracked(|state| {
                board.dashboard.with_value(|dashboard| state.rows_behind(tile, &dashboard.filters, &|mart, column| board.knows(mart, column)))
            })
        });
        let conditions = rows
            .filters
            .iter()
            .map(|filter| format!("{}: {}", board.label(&rows.mart, &filter.column, language), figures.with_value(|figures| test_text(&filter.test, figures))))
            .collect::<Vec<_>>()
            .join(" · ");
        drill.show(tile.with_value(|tile| tile.title.get(language).to_owned()), conditions, rows);
    };
    let download = move |downloads: Downloads| {
        let title = tile.with_value(|tile| tile.title.get(language).to_owned());
        let mut question = question.get_untracked();
        // A table comes whole, not only the rows that fit the tile; a chart comes as it is drawn.
        if chart == ChartKind::Table {
            question.limit = None;
        }
        let rows = total.get_untracked().filter(|_| chart == ChartKind::Table);
        downloads.offer(Offer { title: title.clone(), rows, subject: Subject::Question { title, question, chart } });
    };
    view! {
        <Menu label=format!("{} {title}", words::actions_of(language))>
            {drawn
                .then(|| {
                    view! {
                        <button type="button" class="menu-item" on:click=move |_| as_table.update(|shown| *shown = !*shown)>
                            <Icon glyph=Glyph::Table/>
                            <span>{move || if as_table.get() { words::show_as_chart(language) } else { words::show_as_table(language) }}</span>
                        </button>
                    }
                })}
            <MenuItem label=words::rows_behind(language) glyph=Glyph::Expand on_press=rows_behind/>
            {board
                .may_explore
                .then(|| view! { <a class="menu-item" href=explore><Icon glyph=Glyph::Explore/><span>{words::explore(language)}</span></a> })}
            {downloads.map(|downloads| view! { <MenuItem label=words::download(language) glyph=Glyph::Download on_press=move |()| download(downloads)/> })}
        </Menu>
    }
}

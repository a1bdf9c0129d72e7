//! A tile over a window: a figure as it was counted from events, anew each time that it changes.

use super::{
    asks::{ReadWindow, Tile, WindowCourse, WindowTile},
    live_frame::LiveFrame,
    stream_tile::address,
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    identity::viewing::Veiled,
    live::subscribe,
    search::{
        asks::{Live, Watched},
        live_tile::TileState,
    },
    ui::{
        chart::Chart,
        figures::{Figures, use_figures},
        states::{FaultView, Skeleton},
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
    warehouse::asks::ChartKind,
};
use leptos::prelude::*;

#[component]
pub fn WindowTileView(tile: Tile, shows: WindowTile) -> impl IntoView {
    let language = use_language();
    let chart = tile.chart;
    let shape = match chart {
        ChartKind::Number => "figure",
        ChartKind::Table => "table",
        _ => "chart",
    };
    let href = address(&shows.stream, "", shows.minutes);
    let minutes = shows.minutes;
    let reader = use_reader();
    let stream = StoredValue::new(format!("stream.{}", shows.stream));
    let title = StoredValue::new(tile.title.get(language).to_owned());
    let asked = StoredValue::new(ReadWindow { tile: shows, chart, language });
    let first = Resource::new(move || asked.get_value(), ask);
    let course = RwSignal::new(None::<WindowCourse>);
    let connection = subscribe(Signal::stored(Some(Watched::Window(asked.get_value()))), move |message| {
        if let Live::Course(newer) = message {
            course.set(Some(newer));
        }
    });
    view! {
        <LiveFrame tile shape href>
            <div class="live-tile">
                <TileState connection/>
                <Transition fallback=move || view! { <Skeleton shape/> }>
                    {move || Suspend::new(async move {
                        let veiled = reader.me().await.is_some_and(|me| stream.with_value(|stream| me.veils(stream)));
                        match first.await {
                            _ if veiled => view! { <Veiled/> }.into_any(),
                            Ok(answer) => {
                                let course = Signal::derive(move || course.get().unwrap_or_else(|| answer.clone()));
                                view! { <CourseView course chart minutes title=title.get_value()/> }.into_any()
                            }
                            Err(fault) => view! { <FaultView fault retry=Callback::new(move |()| first.refetch())/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </LiveFrame>
    }
}

#[component]
fn CourseView(course: Signal<WindowCourse>, chart: ChartKind, minutes: u32, title: String) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let total = move || figures.with_value(|figures| amount(course.with(|course| course.total), figures));
    let over = format!("{} {minutes} {}", words::last(language), words::minutes(language));
    if chart == ChartKind::Number {
        return view! { <div class="figure-block"><p class="figure-value">{total}</p><p class="figure-name">{over}</p></div> }.into_any();
    }
    let is_empty = Memo::new(move |_| course.with(|course| course.lines.is_empty()));
    let caption = StoredValue::new(title.clone());
    let table = move || figures.with_value(|figures| caption.with_value(|caption| course.with(|course| table(course, caption, figures))));
    if chart == ChartKind::Table {
        return view! { {table} }.into_any();
    }
    let option = Signal::derive(move || course.with(|course| course.option.as_ref().map(ToString::to_string).unwrap_or_default()));
    // One text: the pages' half does not find its place among several of which one is nothing.
    let summed = move || {
        let growing = if course.with(|course| course.open_from_ms.is_some()) { format!(" · {}", words::still_counting(language)) } else { String::new() };
        format!("{}, {over}{growing}", total())
    };
    view! {
        <p class="live-tile-total">{summed}</p>
        {move || {
            if is_empty.get() {
                view! { <p class="quiet">{words::nothing_counted(language)}</p> }.into_any()
            } else {
                view! { <div class="live-tile-chart"><Chart option label=title.clone() table/></div> }.into_any()
            }
        }}
    }
    .into_any()
}

/// The same figures, the newest first; stretches of nothing are left out.
fn table(course: &WindowCourse, caption: &str, figures: &Figures) -> AnyView {
    let language = figures.language;
    let mut columns = vec![Column::text("from", words::from(language))];
    columns.extend(course.lines.iter().map(|line| Column::figure(&line.name, line.name.clone())));
    let filled = |place: &usize| course.lines.iter().any(|line| line.points.get(*place).is_some_and(|amount| *amount != 0.0));
    let row = |place: usize| {
        let at_ms = course.times_ms[place];
        let mut cells = vec![Cell::figure(figures.time_of_day(at_ms), at_ms as f64)];
        cells.extend(course.lines.iter().map(|line| {
            let figure = line.points.get(place).copied().unwrap_or_default();
            Cell::figure(amount(figure, figures), figure)
        }));
        cells
    };
    let rows: Vec<Vec<Cell>> = (0..course.times_ms.len()).rev().filter(filled).map(row).collect();
    view! { <DataTable caption=caption.to_owned() columns rows/> }.into_any()
}

fn amount(number: f64, figures: &Figures) -> String {
    figures.number(number, if number.fract() == 0.0 { 0 } else { 2 })
}

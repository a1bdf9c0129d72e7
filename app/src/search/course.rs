//! How many events over time: exact total, bars that can be brushed to look closer, and the table that says the same.

use super::{
    asks::{Bar, FoundPage, Searched, TimeRange},
    brush::Brush,
    page::Looking,
    scale::Scale,
    time::{LONGEST_MINUTES, between_text},
    words,
};
use crate::{
    ui::{
        button::IconButton,
        figures::{Figures, use_figures},
        icon::Glyph,
        states::Skeleton,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The years 0 to 9999: there is no time to look at outside.
const FIRST_MS: i64 = -62_167_219_200_000;
const LAST_MS: i64 = 253_402_300_800_000;

#[component]
pub fn Course(looking: Looking) -> impl IntoView {
    let language = use_language();
    let as_table = RwSignal::new(false);
    let label = Signal::derive(move || if as_table.get() { words::show_bars(language) } else { words::show_table(language) }.to_owned());
    view! {
        <Transition fallback=|| view! { <div class="panel"><Skeleton shape="course"/></div> }>
            {move || Suspend::new(async move {
                let answer = looking.found.await;
                // While events come, the newest count; before and after, what was found.
                let page = Signal::derive(move || looking.tail.course.get().or_else(|| match &answer {
                    Ok(Searched::Found(page)) => Some(page.clone()),
                    _ => None,
                }));
                view! {
                    <section class="panel course" aria-label=words::over_time(language) class:gone=move || page.with(Option::is_none)>
                        <header class="course-head">
                            <Total page/>
                            <div class="panel-actions">
                                <IconButton label=words::zoom_out(language).to_owned() glyph=Glyph::Expand on_press=move |()| zoom_out(looking, page.get_untracked())/>
                                <IconButton label glyph=Glyph::Table pressed=as_table on_press=move |()| as_table.update(|shown| *shown = !*shown)/>
                            </div>
                        </header>
                        {move || {
                            let page = page.get()?;
                            let scale = Scale::of(&page)?;
                            Some(if as_table.get() { view! { <BarTable looking page scale/> }.into_any() } else { view! { <Bars looking page scale/> }.into_any() })
                        }}
                    </section>
                }
            })}
        </Transition>
    }
}

/// `1,234 events · 24 Nov 2026 10:00 – 11:00 · answered in 12 ms`.
#[component]
fn Total(#[prop(into)] page: Signal<Option<FoundPage>>) -> impl IntoView {
    let figures = StoredValue::new(use_figures());
    let language = use_language();
    let count = move || page.get().map(|page| figures.with_value(|figures| events_text(page.total, figures)));
    let rest = move || {
        page.get().map(|page| {
            figures.with_value(|figures| {
                let range = between_text(page.from_ms / 1_000 * 1_000, page.until_ms / 1_000 * 1_000, figures);
                format!("{range} · {} {}", words::took(language), figures.duration(page.took_ms))
            })
        })
    };
    view! { <h2><span role="status">{count}</span></h2><small>{rest}</small> }
}

/// `1,234 events`.
pub fn events_text(events: u64, figures: &Figures) -> String {
    let word = if events == 1 { words::event(figures.language) } else { words::events(figures.language) };
    format!("{} {word}", figures.count(events))
}

/// Twice the time, around the same middle.
fn zoom_out(looking: Looking, page: Option<FoundPage>) {
    let Some(page) = page else { return };
    let half = (page.until_ms - page.from_ms) / 2;
    looking.change(|view| {
        view.range = match view.range {
            TimeRange::LastMinutes(minutes) => TimeRange::LastMinutes(minutes.saturating_mul(2).min(LONGEST_MINUTES)),
            TimeRange::Between { .. } => TimeRange::Between { from_ms: (page.from_ms - half).max(FIRST_MS), until_ms: (page.until_ms + half).min(LAST_MS) },
        }
    });
}

#[component]
fn Bars(looking: Looking, page: FoundPage, scale: Scale) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let bars = bar_shapes(&page.bars, &scale, &figures);
    let ticks = scale
        .ticks(&figures)
        .into_iter()
        .enumerate()
        .map(|(place, (left, text))| {
            let class = if place % 2 == 1 { "tick odd" } else { "tick" };
            view! { <text class=class x=percent(left) y="100%" dy="-3" text-anchor="middle">{text}</text> }
        })
        .collect_view();
    let label = format!("{}: {}, {}", words::over_time(language), events_text(page.total, &figures), between_text(scale.from_ms, scale.until_ms, &figures));
    let zoom = Callback::new(move |(from_ms, until_ms)| looking.change(|view| view.range = TimeRange::Between { from_ms, until_ms }));
    view! {
        <div class="bars">
            <span class="bars-top" aria-hidden="true">{figures.count(scale.most)}</span>
            <Brush bars=page.bars scale label on_choose=zoom>
                <svg class="bars-plot" aria-hidden="true" focusable="false">
                    <line class="bars-line" x1="0" x2="100%" y1="50%" y2="50%"></line>
                    {bars}
                </svg>
            </Brush>
            <svg class="bars-times" aria-hidden="true" focusable="false">{ticks}</svg>
        </div>
    }
}

/// Bars as SVG; each says its time and count to the pointer that rests on it.
pub fn bar_shapes(bars: &[Bar], scale: &Scale, figures: &Figures) -> impl IntoView + use<> {
    bars.iter()
        .map(|bar| {
            let drawn = scale.draw(bar);
            let (from_ms, until_ms) = scale.span(bar);
            let title = format!("{}: {}", between_text(from_ms, until_ms, figures), events_text(bar.events, figures));
            view! {
                <g class="bar-shape">
                    <rect class="bar-hit" x=percent(drawn.left) width=percent(drawn.width) y="0" height="100%"><title>{title}</title></rect>
                    <rect class="bar-mark" x=percent(drawn.left) width=percent(drawn.width) y=percent(100.0 - drawn.height) height=percent(drawn.height)></rect>
                </g>
            }
        })
        .collect_view()
}

pub fn percent(part: f64) -> String {
    format!("{}%", (part * 100.0).round() / 100.0)
}

#[component]
fn BarTable(looking: Looking, page: FoundPage, scale: Scale) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let row = |bar: &Bar| {
        let (from_ms, until_ms) = scale.span(bar);
        let text = between_text(from_ms, until_ms, &figures);
        let press = move |_| looking.change(|view| view.range = TimeRange::Between { from_ms, until_ms });
        let time = Cell {
            text: text.clone(),
            order: Some(from_ms as f64),
            view: Some(std::sync::Arc::new(move || view! { <button type="button" class="text-button" on:click=press>{text.clone()}</button> }.into_any())),
            ..Cell::default()
        };
        vec![time, Cell::figure(figures.count(bar.events), bar.events as f64)]
    };
    let rows = page.bars.iter().map(row).collect::<Vec<_>>();
    let columns = vec![Column::text("time", words::time(language)), Column::figure("events", words::events_head(language))];
    view! { <DataTable caption=words::over_time(language) columns rows/> }
}

//! Streams as they run: the list, and one with its history, its stages, its gaps and a try-out.

use super::{
    asks::{GapCard, LineCard, LineFigures, LineState, LineView, ListLines, MissedCard, OpenLine, StageCard},
    refill::RefillPanel,
    try_on::TryOnPanel,
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        browser,
        chart::Chart,
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        page::{Facts, PageHead, Panel},
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Figures come every ten seconds.
const LOOK_AGAIN_MS: u64 = 5_000;
/// What the page of a stream looks back over.
const MINUTES: u32 = 60;

#[component]
pub fn StreamsPage() -> impl IntoView {
    let language = use_language();
    let lines = Resource::new(|| (), |()| ask(ListLines {}));
    browser::every(LOOK_AGAIN_MS, move || lines.refetch());
    view! {
        <PageHead title=words::streams(language) lead=words::streams_lead(language)/>
        {answered(lines, "table", move |lines| list(lines, language))}
    }
}

fn list(lines: Vec<LineCard>, language: Language) -> AnyView {
    if lines.is_empty() {
        return view! { <Empty title=words::no_streams(language) text=words::no_streams_text(language) glyph=Glyph::Rising/> }.into_any();
    }
    let figures = use_figures();
    let shown = shown_of(lines.len() as u64, None, &figures);
    let rows = lines
        .into_iter()
        .map(|line| {
            let state = line.state;
            vec![
                Cell::text(line.title.get(language)).link(format!("/admin/streams/{}", line.name)),
                Cell::view(state_word(state, language), move || view! { <StateTag state/> }.into_any()),
                Cell::figure(figures.number(line.now.read_per_second, 1), line.now.read_per_second),
                Cell::figure(figures.number(line.now.indexed_per_second, 1), line.now.indexed_per_second),
                Cell::figure(figures.integer(line.now.lag), line.now.lag as f64),
                Cell::figure(figures.number(line.now.age_seconds, 1), line.now.age_seconds),
                Cell::figure(figures.bytes(line.now.queue_bytes.unsigned_abs()), line.now.queue_bytes as f64),
                Cell::figure(figures.integer(line.now.dead_letters), line.now.dead_letters as f64).link(dead_letters_of(&line.name)),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("stream", words::stream(language)),
        Column::text("state", words::line_state(language)),
        Column::figure("read", words::read(language)).unit(words::per_second(language)),
        Column::figure("indexed", words::indexed(language)).unit(words::per_second(language)),
        Column::figure("lag", words::lag(language)),
        Column::figure("age", words::age(language)),
        Column::figure("queue", words::queue(language)),
        Column::figure("dead", words::dead_letters(language)),
    ];
    view! { <section class="panel"><DataTable caption=words::streams(language) columns rows shown/></section> }.into_any()
}

/// The page of a stream's dead letters.
pub fn dead_letters_of(stream: &str) -> String {
    format!("/admin/dead-letters?stream={stream}")
}

#[component]
fn StateTag(state: LineState) -> impl IntoView {
    let mood = match state {
        LineState::Running => Mood::Good,
        LineState::Waiting => Mood::Lamp,
        LineState::Stopped => Mood::Bad,
    };
    view! { <Tag label=state_word(state, use_language()) mood/> }
}

fn state_word(state: LineState, language: Language) -> &'static str {
    match state {
        LineState::Running => words::running_line(language),
        LineState::Waiting => words::waiting_line(language),
        LineState::Stopped => words::stopped_line(language),
    }
}

#[component]
pub fn StreamPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("stream").unwrap_or_default()));
    let line = Resource::new(move || name.get(), move |name| ask(OpenLine { name, minutes: MINUTES, language }));
    browser::every(LOOK_AGAIN_MS, move || line.refetch());
    view! {
        {answered(line, "page", move |line| open(line, language))}
        {move || view! { <TryOnPanel stream=name.get()/> }}
        <RefillPanel stream=name/>
    }
}

fn open(line: LineView, language: Language) -> AnyView {
    let figures = use_figures();
    let state = line.card.state;
    let why = match state {
        LineState::Running => None,
        LineState::Waiting => Some(words::waiting_line_text(language)),
        LineState::Stopped => Some(words::stopped_line_text(language)),
    };
    let now = line.card.now;
    let facts = vec![
        (words::read(language).to_owned(), format!("{} {}", figures.number(now.read_per_second, 1), words::per_second(language))),
        (words::indexed(language).to_owned(), format!("{} {}", figures.number(now.indexed_per_second, 1), words::per_second(language))),
        (words::lag(language).to_owned(), figures.integer(now.lag)),
        (words::age(language).to_owned(), figures.number(now.age_seconds, 1)),
        (words::queue(language).to_owned(), figures.bytes(now.queue_bytes.unsigned_abs())),
        (words::dead_letters(language).to_owned(), figures.integer(now.dead_letters)),
    ];
    let history = StoredValue::new(line.history);
    let notes =
        line.notes.into_iter().map(|note| view! { <p class="banner"><Icon glyph=Glyph::Info/><span>{note.get(language).to_owned()}</span></p> }).collect_view();
    let table = move || history.with_value(|history| history_table(history, language));
    view! {
        <PageHead title=line.card.title.get(language)/>
        <p class="run-state" aria-live="polite"><StateTag state/></p>
        {why.map(|why| view! { <p class="banner lamp"><Icon glyph=Glyph::Info/><span>{why}</span></p> })}
        {notes}
        <Facts facts/>
        <div class="run-parts">
            <Panel title=words::speed(language) note=words::history_note(language)>
                <div class="line-chart"><Chart option=line.speed_chart label=words::speed(language) table/></div>
            </Panel>
            <Panel title=words::behind(language) note=words::history_note(language)>
                <div class="line-chart"><Chart option=line.waiting_chart label=words::behind(language) table/></div>
            </Panel>
            {stages(line.stages, &figures)}
            {missed(line.missed, &figures)}
            {gaps(line.gaps, &figures)}
        </div>
    }
    .into_any()
}

fn history_table(history: &[LineFigures], language: Language) -> AnyView {
    let figures = use_figures();
    let rows = history
        .iter()
        .rev()
        .map(|point| {
            vec![
                Cell::figure(figures.moment(point.at_ms), point.at_ms as f64),
                Cell::figure(figures.number(point.read_per_second, 1), point.read_per_second),
                Cell::figure(figures.number(point.indexed_per_second, 1), point.indexed_per_second),
                Cell::figure(figures.integer(point.lag), point.lag as f64),
                Cell::figure(figures.number(point.age_seconds, 1), point.age_seconds),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::figure("at", words::at(language)),
        Column::figure("read", words::read(language)).unit(words::per_second(language)),
        Column::figure("indexed", words::indexed(language)).unit(words::per_second(language)),
        Column::figure("lag", words::lag(language)),
        Column::figure("age", words::age(language)),
    ];
    view! { <DataTable caption=words::speed(language) columns rows/> }.into_any()
}

fn stages(stages: Vec<StageCard>, figures: &Figures) -> AnyView {
    let language = figures.language;
    let rows = stages
        .into_iter()
        .map(|stage| {
            vec![
                Cell::text(stage_word(&stage.stage, language)),
                Cell::figure(figures.count(stage.events), stage.events as f64),
                Cell::figure(figures.number(stage.per_second, 1), stage.per_second),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("stage", words::stage(language)),
        Column::figure("events", words::events(language)),
        Column::figure("speed", words::per_second(language)),
    ];
    view! {
        <Panel title=words::stages(language) note=words::stages_note(language)><DataTable caption=words::stages(language) columns rows/></Panel>
    }
    .into_any()
}

fn stage_word(stage: &str, language: Language) -> &'static str {
    match stage {
        "read" => words::stage_read(language),
        "parsed" => words::stage_parsed(language),
        "filtered" => words::stage_filtered(language),
        "duplicate" => words::stage_duplicate(language),
        "dead_letter" => words::stage_dead_letter(language),
        "indexed" => words::stage_indexed(language),
        "windowed" => words::stage_windowed(language),
        "late" => words::stage_late(language),
        "beyond" => words::stage_beyond(language),
        "archived" => words::stage_archived(language),
        _ => words::stage_gap(language),
    }
}

fn missed(missed: Vec<MissedCard>, figures: &Figures) -> AnyView {
    if missed.is_empty() {
        return ().into_any();
    }
    let language = figures.language;
    let rows = missed
        .into_iter()
        .map(|missed| {
            vec![
                Cell::text(missed.window),
                Cell::figure(figures.count(missed.late), missed.late as f64),
                Cell::figure(figures.count(missed.beyond), missed.beyond as f64),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("window", words::window(language)),
        Column::figure("late", words::stage_late(language)),
        Column::figure("beyond", words::stage_beyond(language)),
    ];
    view! { <Panel title=words::missed(language) note=words::missed_note(language)><DataTable caption=words::missed(language) columns rows/></Panel> }
        .into_any()
}

fn gaps(gaps: Vec<GapCard>, figures: &Figures) -> AnyView {
    if gaps.is_empty() {
        return ().into_any();
    }
    let language = figures.language;
    let rows = gaps
        .into_iter()
        .map(|gap| {
            vec![
                Cell::figure(figures.moment(gap.found_ms), gap.found_ms as f64),
                Cell::text(gap.place),
                Cell::figure(figures.integer(gap.from), gap.from as f64),
                Cell::figure(figures.integer(gap.until), gap.until as f64),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::figure("found", words::found(language)),
        Column::text("place", words::place(language)),
        Column::figure("from", words::from_offset(language)),
        Column::figure("until", words::until_offset(language)),
    ];
    view! { <Panel title=words::gaps(language) note=words::gaps_note(language)><DataTable caption=words::gaps(language) columns rows/></Panel> }.into_any()
}

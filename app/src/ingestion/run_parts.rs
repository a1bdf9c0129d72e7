//! The parts of a run's page: tables, findings, log, quarantine.

use super::{
    asks::{QuarantineCard, RunState, RunView},
    describe::{StateTag, state_word},
    words,
};
use crate::{
    text::Language,
    ui::{
        chip::{Mood, Tag},
        figures::use_figures,
        page::Panel,
        table::{Cell, Column, DataTable, shown_of},
    },
};
use leptos::prelude::*;

/// Rows in, out and quarantined of each table.
pub fn tables(run: &RunView, language: Language) -> Option<AnyView> {
    if run.tables.is_empty() {
        return None;
    }
    let figures = use_figures();
    let rows = run
        .tables
        .iter()
        .map(|table| {
            let state = table.state;
            let mut cells = vec![
                Cell::view(table.table.clone(), {
                    let name = table.table.clone();
                    move || view! { <code>{name.clone()}</code> }.into_any()
                }),
                Cell::view(state_word(state, language), move || view! { <StateTag state language/> }.into_any()),
            ];
            cells.extend([table.rows_in, table.rows_out, table.rows_quarantined].map(|rows| Cell::figure(figures.count(rows), rows as f64)));
            cells.push(Cell::figure(figures.bytes(table.bytes), table.bytes as f64));
            cells.push(Cell::figure(figures.duration(table.milliseconds), table.milliseconds as f64));
            cells
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("table", words::table(language)),
        Column::text("state", words::state(language)),
        Column::figure("in", words::rows_in(language)),
        Column::figure("out", words::rows_out(language)),
        Column::figure("quarantined", words::quarantined(language)),
        Column::figure("size", words::size(language)),
        Column::figure("took", words::took(language)),
    ];
    Some(
        view! {
            <Panel title=words::tables(language) note=words::tables_note(language) class="whole">
                <DataTable caption=words::tables(language) columns rows/>
            </Panel>
        }
        .into_any(),
    )
}

/// What the checks found: shown, never hidden.
pub fn findings(run: &RunView, language: Language) -> AnyView {
    let figures = use_figures();
    if run.findings.is_empty() {
        let published = matches!(run.card.state, RunState::Succeeded | RunState::Partial);
        let text = if published { words::no_findings(language) } else { words::checks_later(language) };
        return view! { <Panel title=words::findings(language) note=words::findings_note(language)><p class="quiet">{text}</p></Panel> }.into_any();
    }
    let rows = run
        .findings
        .iter()
        .map(|finding| {
            let error = finding.severity == "error";
            vec![
                Cell::text(finding.check.get(language)),
                Cell::text(finding.dataset.clone()),
                Cell::figure(figures.count(finding.rows), finding.rows as f64),
                Cell::view(finding.severity.clone(), move || {
                    let (label, mood) = if error { (words::severity_error(language), Mood::Bad) } else { (words::severity_warn(language), Mood::Lamp) };
                    view! { <Tag label mood/> }.into_any()
                }),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("check", words::check(language)),
        Column::text("dataset", words::dataset(language)),
        Column::figure("rows", words::rows(language)),
        Column::text("severity", words::severity(language)),
    ];
    view! {
        <Panel title=words::findings(language) note=words::findings_note(language)><DataTable caption=words::findings(language) columns rows/></Panel>
    }
    .into_any()
}

/// The log, oldest line first.
pub fn log(run: &RunView, language: Language) -> AnyView {
    let figures = use_figures();
    let lines = run
        .log
        .iter()
        .map(|line| {
            view! {
                <li class=format!("log-{}", line.level)>
                    <time>{figures.time_of_day(line.at_ms)}</time>
                    <span>{line.text.get(language).to_owned()}</span>
                </li>
            }
        })
        .collect_view();
    let empty = run.log.is_empty().then(|| view! { <p class="quiet">{words::no_log(language)}</p> });
    view! { <Panel title=words::log(language)>{empty}<ol class="log" tabindex="0" aria-label=words::log(language)>{lines}</ol></Panel> }.into_any()
}

/// Rows that did not fit, with position and reason; contents only where the reader may see rows.
pub fn quarantine(cards: Vec<QuarantineCard>, language: Language) -> AnyView {
    if cards.is_empty() {
        return ().into_any();
    }
    let figures = use_figures();
    let with_content = cards.iter().any(|card| card.content.is_some());
    let shown = shown_of(cards.len() as u64, None, &figures);
    let rows = cards
        .into_iter()
        .map(|card| {
            let mut cells = vec![Cell::text(card.position), Cell::text(card.table), Cell::text(card.reason.get(language))];
            if with_content {
                let content = card.content.unwrap_or_default();
                cells.push(Cell::view(content.clone(), move || view! { <code class="cut">{content.clone()}</code> }.into_any()));
            }
            cells
        })
        .collect::<Vec<_>>();
    let mut columns = vec![
        Column::text("position", words::position(language)),
        Column::text("table", words::table(language)),
        Column::text("reason", words::reason(language)),
    ];
    if with_content {
        columns.push(Column::text("content", words::content(language)));
    }
    let hint = (!with_content).then(|| view! { <p class="quiet">{words::content_hidden(language)}</p> });
    view! {
        <Panel title=words::quarantine(language) note=words::quarantine_note(language)>
            <DataTable caption=words::quarantine(language) columns rows shown/>
            {hint}
        </Panel>
    }
    .into_any()
}

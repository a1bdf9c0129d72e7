//! The audit log, newest first: what is looked for, whether its chain holds, and the records as a file.

use super::{
    asks::{AuditCard, AuditPage, ListAudit},
    audit_filter::{Asked, AuditFilter, outcome_in_words},
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        button::{LinkButton, Tone},
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The filter lives in the address, so that a link shows the same records and back undoes.
#[component]
pub fn Audit() -> impl IntoView {
    let language = use_language();
    let zone = use_figures().zone;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| Asked::read(|name| query.get(name))));
    let page = Resource::new(move || asked.with(|asked| asked.question(&zone)), ask::<ListAudit>);
    view! {
        <PageHead title=words::audit(language) lead=words::audit_lead(language)/>
        {move || view! { <AuditFilter asked=asked.get()/> }}
        {answered(page, "table", move |page| records(page, asked.get_untracked(), language))}
    }
}

fn records(page: AuditPage, asked: Asked, language: Language) -> AnyView {
    let figures = use_figures();
    let chain = chain_banner(&page, language);
    let newest = asked.before.map(|_| asked.address(None));
    let newest = newest.map(|href| view! { <LinkButton href label=words::newest(language) tone=Tone::Ghost/> }.into_any());
    if page.records.is_empty() {
        return view! { {chain}<Empty title=words::no_records(language) text=words::no_records_text(language) glyph=Glyph::Audit>{newest}</Empty> }.into_any();
    }
    let older = page.more.then(|| page.records.last().map(|record| asked.address(Some(record.sequence)))).flatten();
    let files = page.may_export.then(|| files(&asked, &figures));
    let rows = page.records.iter().map(|record| row(record, &figures)).collect::<Vec<_>>();
    let columns = vec![
        Column::figure("number", words::number(language)).fixed(),
        Column::figure("at", words::at(language)).fixed(),
        Column::text("actor", words::actor(language)).fixed(),
        Column::text("action", words::action(language)).fixed(),
        Column::text("object", words::object(language)).fixed(),
        Column::text("outcome", words::outcome(language)).fixed(),
        Column::text("place", words::place(language)).fixed(),
        Column::figure("version", words::under_version(language)).fixed(),
        Column::figure("rows", words::given_rows(language)).fixed(),
        Column::figure("bytes", words::given_bytes(language)).fixed(),
        Column::text("details", words::details(language)).fixed(),
    ];
    view! {
        {chain}
        <section class="panel audit-records">
            {files}
            <DataTable caption=words::audit(language) columns rows/>
            <div class="panel-foot">
                {newest}
                {older.map(|href| view! { <LinkButton href label=words::older(language) glyph=Glyph::Down/> })}
            </div>
        </section>
    }
    .into_any()
}

/// Everything that is found, not this page of it alone.
fn files(asked: &Asked, figures: &Figures) -> AnyView {
    let language = figures.language;
    let (csv, lines) = (asked.file("csv", &figures.zone), asked.file("jsonl", &figures.zone));
    view! {
        <div class="audit-files" role="group" aria-label=words::download_found(language)>
            <span>{words::download_found(language)}": "</span>
            <LinkButton href=csv label=words::as_csv(language) glyph=Glyph::Download external=true/>
            <LinkButton href=lines label=words::as_json_lines(language) glyph=Glyph::Download external=true/>
        </div>
    }
    .into_any()
}

fn row(record: &AuditCard, figures: &Figures) -> Vec<Cell> {
    let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    let details = record.details.clone();
    let version = if record.policy_version == 0 { String::new() } else { record.policy_version.to_string() };
    vec![
        Cell::text(record.sequence.to_string()),
        Cell::text(figures.moment(record.at_ms)),
        Cell::text(record.actor.clone()),
        Cell::text(super::actions::action_in_words(&record.action, figures.language)),
        Cell::text(record.object.clone()),
        Cell::text(outcome_in_words(&record.outcome, figures.language)),
        Cell::text(record.place.clone()),
        Cell::text(version),
        Cell::text(count(record.rows).map(|rows| figures.count(rows)).unwrap_or_default()),
        Cell::text(count(record.bytes).map(|bytes| figures.bytes(bytes)).unwrap_or_default()),
        Cell::view(details.clone(), move || view! { <code class="cut" title=details.clone()>{details.clone()}</code> }.into_any()),
    ]
}

fn chain_banner(page: &AuditPage, language: Language) -> AnyView {
    let said = page.broken.as_ref().map(|broken| broken.get(language).to_owned());
    match page.broken_at {
        Some(at) => view! {
            <p class="banner bad" role="alert">
                <Icon glyph=Glyph::Alert/>
                <span>
                    <b>{words::chain_broken(language)}" "{at}". "</b>
                    {said.map(|said| format!("{said}. "))}
                    {words::chain_broken_text(language)}
                </span>
            </p>
        }
        .into_any(),
        None => view! {
            <p class="chain">
                <Icon glyph=Glyph::Lock/>
                {words::chain_holds(language)}" "{page.verified_to}". "
                {words::checkpoints(language)}" "{page.checkpoints}"."
            </p>
        }
        .into_any(),
    }
}

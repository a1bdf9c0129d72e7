//! The audit log, newest first, and whether its chain holds.

use super::{
    asks::{AuditCard, AuditPage, ListAudit},
    words,
};
use crate::{
    ask::ask,
    front::frame::encode,
    text::Language,
    ui::{
        button::{Button, LinkButton},
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

/// `?search=` and `?before=` live in the address, so that a link shows the same records and back undoes.
#[component]
pub fn Audit() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get("search").unwrap_or_default()));
    let before = Memo::new(move |_| query.with(|query| query.get("before").and_then(|before| before.parse::<i64>().ok())));
    let page = Resource::new(move || (before.get(), search.get()), |(before, search)| ask(ListAudit { before, search }));
    view! {
        <PageHead title=words::audit(language) lead=words::audit_lead(language)>
            <form class="search-form" method="get" action="/admin/audit" role="search">
                <input type="search" name="search" prop:value=move || search.get() value=search.get_untracked() aria-label=words::search(language) placeholder=words::search(language)/>
                <Button label=words::search_verb(language).to_owned() glyph=Glyph::Search/>
            </form>
        </PageHead>
        {answered(page, "table", move |page| records(page, search.get_untracked(), language))}
    }
}

fn records(page: AuditPage, search: String, language: Language) -> AnyView {
    let figures = use_figures();
    let chain = chain_banner(&page, language);
    if page.records.is_empty() {
        return view! { {chain}<Empty title=words::no_records(language) glyph=Glyph::Audit/> }.into_any();
    }
    let older = page.more.then(|| page.records.last().map(|record| format!("/admin/audit?search={}&before={}", encode(&search), record.sequence))).flatten();
    let rows = page.records.iter().map(|record| row(record, &figures)).collect::<Vec<_>>();
    let columns = vec![
        Column::figure("number", words::number(language)).fixed(),
        Column::text("at", words::at(language)).fixed(),
        Column::text("actor", words::actor(language)).fixed(),
        Column::text("action", words::action(language)).fixed(),
        Column::text("object", words::object(language)).fixed(),
        Column::text("outcome", words::outcome(language)).fixed(),
    ];
    view! {
        {chain}
        <section class="panel">
            <DataTable caption=words::audit(language) columns rows/>
            {older.map(|href| view! { <div class="panel-foot"><LinkButton href label=words::older(language) glyph=Glyph::Down/></div> })}
        </section>
    }
    .into_any()
}

fn row(record: &AuditCard, figures: &Figures) -> Vec<Cell> {
    vec![
        Cell::text(record.sequence.to_string()),
        Cell::text(figures.moment(record.at_ms)),
        Cell::text(record.actor.clone()),
        Cell::text(super::actions::action_in_words(&record.action, figures.language)),
        Cell::text(record.object.clone()),
        Cell::text(record.outcome.clone()),
    ]
}

fn chain_banner(page: &AuditPage, language: Language) -> AnyView {
    match page.broken_at {
        Some(at) => view! {
            <p class="banner bad" role="alert"><Icon glyph=Glyph::Alert/><span><b>{words::chain_broken(language)}" "{at}". "</b>{words::chain_broken_text(language)}</span></p>
        }
        .into_any(),
        None => view! { <p class="chain"><Icon glyph=Glyph::Lock/>{words::chain_holds(language)}" "{page.verified_to}"."</p> }.into_any(),
    }
}

//! The page of one mart: what its columns and measures mean, how fresh it is, what of it one sees, some of its rows.

use super::{
    address::path_step,
    asks::{ChartKind, MartCard, OpenMart, Question},
    cells::unit_text,
    listing::Listing,
    say::{access_text, freshness_text, kind_name},
    words,
};
use crate::{
    ask::ask,
    identity::viewing,
    reports::{
        asks::Subject,
        download::{DownloadDialog, Downloads, Offer},
    },
    ui::{
        button::{Button, LinkButton, Tone},
        chip::ScopeChip,
        figures::{NONE, use_figures},
        icon::Glyph,
        page::{PageHead, Panel},
        states::{Skeleton, Stale, outcome},
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Rows of the sample.
const SAMPLE_ROWS: u64 = 10;

/// Address `/data/{mart}`.
#[component]
pub fn MartPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("mart").unwrap_or_default()));
    let mart = Resource::new(move || name.get(), |name| ask(OpenMart { name }));
    let retry = Callback::new(move |()| mart.refetch());
    view! {
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(mart.await, Some(retry), |mart| view! { <MartView mart/> }.into_any()) })}
        </Suspense>
    }
}

#[component]
fn MartView(mart: MartCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let downloads = Downloads::new();
    let title = mart.title.get(language).to_owned();
    let lead = freshness_text(&mart.freshness, &figures);
    let whole = Question { mart: mart.name.clone(), ..Default::default() };
    let offer = Offer {
        title: title.clone(),
        rows: mart.freshness.rows,
        subject: Subject::Question { title: title.clone(), question: whole.clone(), chart: ChartKind::Table },
    };
    let ask_href = format!("/data/{}/ask", path_step(&mart.name));
    let catalog_href = format!("/catalog/mart.{}", path_step(&mart.name));
    let access = access_text(&mart.access, language);
    let (measures, columns) = (measures(&mart, language), columns(&mart, language));
    let may_export = mart.may_export;
    view! {
        <PageHead title=title.clone() lead>
            <LinkButton href=catalog_href label=words::in_catalog(language) glyph=Glyph::Info/>
            {mart.may_explore.then(|| view! { <LinkButton href=ask_href label=words::ask(language) glyph=Glyph::Explore/> })}
            {mart
                .may_export
                .then(|| view! { <Button label=words::download(language).to_owned() tone=Tone::Solid glyph=Glyph::Download on_press=move |()| downloads.offer(offer.clone())/> })}
        </PageHead>
        {mart.freshness.stale.then(|| view! { <Stale loaded_ms=mart.freshness.loaded_at_ms/> })}
        <div class="mart-about">
            <p>{mart.description.get(language).to_owned()}</p>
            {mart.veiled.then(|| view! { <p class="field-help">{viewing::words::veiled_chip(language)}</p> })}
            {match access {
                Some(text) => view! { <ScopeChip text href="/access"/> }.into_any(),
                None => view! { <p class="field-help">{words::you_see_all(language)}</p> }.into_any(),
            }}
        </div>
        <div class="mart-panels">
            <Panel title=words::measures(language)>{measures}</Panel>
            <Panel title=words::columns(language)>{columns}</Panel>
        </div>
        <Panel title=words::sample(language)>
            <Listing question=Signal::stored(whole) caption=words::sample(language) page_rows=SAMPLE_ROWS only_first=true/>
        </Panel>
        {may_export.then(|| view! { <DownloadDialog downloads/> })}
    }
}

fn columns(mart: &MartCard, language: crate::text::Language) -> impl IntoView + use<> {
    let head =
        vec![Column::text("column", words::column(language)), Column::text("kind", words::kind(language)), Column::text("meaning", words::meaning(language))];
    let rows = mart
        .columns
        .iter()
        .map(|column| {
            let mut kind = kind_name(column.kind, language).to_owned();
            if column.dimension {
                kind = format!("{kind} · {}", words::dimension(language));
            }
            if column.masked {
                kind = format!("{kind} · {}", words::masked(language));
            }
            let (label, name) = (column.label.get(language).to_owned(), column.name.clone());
            vec![
                Cell::view(label.clone(), move || {
                    view! { <span class="two-lines"><b>{label.clone()}</b><span><code>{name.clone()}</code></span></span> }.into_any()
                }),
                Cell::text(kind),
                Cell::text(column.description.get(language)),
            ]
        })
        .collect::<Vec<_>>();
    view! { <DataTable caption=words::columns(language) columns=head rows/> }
}

fn measures(mart: &MartCard, language: crate::text::Language) -> impl IntoView + use<> {
    let head =
        vec![Column::text("measure", words::measure(language)), Column::text("unit", words::unit(language)), Column::text("meaning", words::meaning(language))];
    let rows = mart
        .measures
        .iter()
        .map(|measure| {
            let unit = unit_text(measure.unit.as_ref(), language);
            let mut meaning = measure.description.get(language).to_owned();
            if !measure.available {
                meaning = [meaning.as_str(), words::not_available(language)].iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(" · ");
            }
            vec![Cell::text(measure.label.get(language)), Cell::text(if unit.is_empty() { NONE.into() } else { unit }), Cell::text(meaning)]
        })
        .collect::<Vec<_>>();
    view! { <DataTable caption=words::measures(language) columns=head rows/> }
}

//! The page of one entry: what it is, its columns and measures, where it comes from and what uses it.

use super::{
    asks::{CheckResult, Entry, EntryCard, EntryMeasure, OpenEntry},
    columns::columns,
    edit::{ColumnForm, EntryForm},
    impact::Impact,
    lineage::lineage,
    say::{freshness_text, kind_name, quality_name, tag_name},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        button::{Button, LinkButton, Tone},
        chip::{Mood, Tag},
        dialog::{Dialog, open_while},
        figures::{Figures, NONE, use_figures},
        icon::Glyph,
        page::{Facts, PageHead, Panel},
        states::answered,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
    warehouse::cells::unit_text,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What the page and its dialogs share.
#[derive(Clone, Copy)]
pub(super) struct Room {
    entry: Resource<Result<Entry, Fault>>,
    describing: RwSignal<bool>,
    /// The column that is being described.
    pub column: RwSignal<Option<String>>,
    act: Act,
}

/// Address `/catalog/{entry}`.
#[component]
pub fn EntryPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("entry").unwrap_or_default()));
    let entry = Resource::new(move || name.get(), |name| ask(OpenEntry { name }));
    let room = Room { entry, describing: RwSignal::new(false), column: RwSignal::new(None), act: use_act() };
    let done = Callback::new(move |()| {
        room.describing.set(false);
        room.column.set(None);
        room.act.say(words::described(language));
        entry.refetch();
    });
    let column_open = open_while(room.column);
    let column_title = Signal::derive(move || format!("{}: {}", words::describe_column(language), room.column.get().unwrap_or_default()));
    view! {
        {answered(entry, "page", move |entry| shown(&entry, room, language))}
        <Dialog open=room.describing title=words::edit(language).to_owned() sheet=true>
            {move || room.entry.get().and_then(Result::ok).map(|entry| view! { <EntryForm entry done/> })}
        </Dialog>
        <Dialog open=column_open title=column_title sheet=true>
            {move || {
                let entry = room.entry.get().and_then(Result::ok)?;
                let column = room.column.get()?;
                Some(view! { <ColumnForm entry column done/> })
            }}
        </Dialog>
    }
}

fn shown(entry: &Entry, room: Room, language: Language) -> AnyView {
    let figures = use_figures();
    let card = &entry.card;
    let written = card.description.get(language);
    let description = if written.is_empty() { words::no_description(language) } else { written }.to_owned();
    let tags: Vec<String> = card.tags.iter().map(|tag| tag_name(tag, language)).collect();
    let lead = format!("{} · {}", kind_name(card.kind, language), card.name);
    let (open, may_describe) = (entry.open.clone(), entry.editing.is_some());
    let (facts, quality) = (facts(entry, &figures), quality(card, language));
    let (lineage, columns) = (lineage(entry, language), columns(entry, room, language));
    let measures = (!entry.measures.is_empty()).then(|| measures(&entry.measures, language));
    let checks = (!entry.checks.is_empty()).then(|| checks(&entry.checks, &figures));
    view! {
        <PageHead title=card.title.get(language) lead>
            {may_describe.then(|| view! { <Button label=words::edit(language).to_owned() glyph=Glyph::Edit on_press=move |()| room.describing.set(true)/> })}
            {open.map(|href| view! { <LinkButton href label=words::open(language) tone=Tone::Solid glyph=Glyph::Data/> })}
        </PageHead>
        <Panel title=words::about(language)>
            <p class="catalog-description">{description}</p>
            <p class="mart-tags">{tags.into_iter().map(|label| view! { <Tag label/> }).collect_view()}</p>
            <Facts facts/>
            <p>{quality}</p>
        </Panel>
        <Panel title=words::lineage(language) note=words::lineage_note(language)>{lineage}</Panel>
        <Impact entry=entry.clone()/>
        <Panel title=words::columns(language)>{columns}</Panel>
        {measures.map(|measures| view! { <Panel title=words::measures(language)>{measures}</Panel> })}
        {checks.map(|checks| view! { <Panel title=words::quality(language)>{checks}</Panel> })}
    }
    .into_any()
}

fn facts(entry: &Entry, figures: &Figures) -> Vec<(String, String)> {
    let (card, language) = (&entry.card, figures.language);
    let keeper = card.keeper.clone().unwrap_or_else(|| words::nobody(language).to_owned());
    let mut facts = vec![
        (words::department(language).to_owned(), card.department.get(language).to_owned()),
        (words::keeper(language).to_owned(), keeper),
        (words::freshness(language).to_owned(), freshness_text(card, figures)),
    ];
    facts.extend(card.rows.map(|rows| (words::rows(language).to_owned(), figures.count(rows))));
    facts.extend(entry.bytes.map(|bytes| (words::size(language).to_owned(), figures.bytes(bytes))));
    facts.extend(entry.quarantined.map(|rows| (words::set_aside(language).to_owned(), figures.count(rows))));
    facts
}

/// Whether its checks passed, and whether it is behind.
fn quality(card: &EntryCard, language: Language) -> AnyView {
    let (label, mood) = quality_name(card.quality, language);
    view! {
        <Tag label=format!("{}: {label}", words::quality(language)) mood/>
        {card.stale.then(|| view! { " "<Tag label=words::behind(language) mood=Mood::Lamp glyph=Glyph::Clock/> })}
    }
    .into_any()
}

fn measures(measures: &[EntryMeasure], language: Language) -> AnyView {
    let columns = vec![
        Column::text("measure", words::measure(language)),
        Column::text("unit", words::unit(language)),
        Column::text("formula", words::formula(language)),
        Column::text("meaning", words::meaning(language)),
    ];
    let rows = measures.iter().map(|measure| {
        let unit = unit_text(measure.unit.as_ref(), language);
        let (label, name) = (measure.label.get(language).to_owned(), measure.name.clone());
        vec![
            Cell::view(label.clone(), move || {
                view! { <span class="two-lines"><b>{label.clone()}</b><span><code>{name.clone()}</code></span></span> }.into_any()
            }),
            Cell::text(if unit.is_empty() { NONE.to_owned() } else { unit }),
            Cell::text(measure.formula.get(language)),
            Cell::text(measure.description.get(language)),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    view! { <DataTable caption=words::measures(language) columns rows/> }.into_any()
}

fn checks(checks: &[CheckResult], figures: &Figures) -> AnyView {
    let language = figures.language;
    let columns = vec![
        Column::text("check", words::check(language)),
        Column::text("severity", words::severity(language)),
        Column::figure("rows", words::wrong_rows(language)),
    ];
    let rows = checks.iter().map(|check| {
        let severity = if check.severity == "error" { words::severity_error(language) } else { words::severity_warn(language) };
        vec![Cell::text(check.text.get(language)), Cell::text(severity), Cell::figure(figures.count(check.rows), check.rows as f64)]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    view! { <DataTable caption=words::quality(language) columns rows/> }.into_any()
}

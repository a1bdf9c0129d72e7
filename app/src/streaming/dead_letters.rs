//! Dead letters: what could not be made events, why, and sending it through the line again.

use super::{
    asks::{DeadLetterCard, DeadLetterCount, DeadLetters, DiscardDeadLetters, ListDeadLetters, OriginKind, ReplayDeadLetters},
    streams::dead_letters_of,
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        act::use_act,
        button::{Button, LinkButton, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        dialog::Dialog,
        figures::{Figures, use_figures},
        icon::Glyph,
        page::{PageHead, Panel},
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn DeadLettersPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| ListDeadLetters {
            stream: query.get("stream").unwrap_or_default(),
            before_ms: query.get("before").and_then(|before| before.parse().ok()),
        })
    });
    let letters = Resource::new(move || wanted.get(), ask::<ListDeadLetters>);
    let again = Callback::new(move |()| letters.refetch());
    view! {
        <PageHead title=words::dead_letters(language) lead=words::dead_letters_lead(language)/>
        {answered(letters, "table", move |letters| view! { <Letters letters again/> }.into_any())}
    }
}

#[component]
fn Letters(letters: DeadLetters, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let chosen = letters.stream.clone();
    let streams = letters.streams.iter().map(|count| stream_link(count, count.stream == chosen, &figures)).collect_view();
    let body = if letters.letters.is_empty() {
        view! { <Empty title=words::no_dead_letters(language) text=words::no_dead_letters_text(language) glyph=Glyph::Check/> }.into_any()
    } else {
        view! { <Shown letters again/> }.into_any()
    };
    view! { <nav class="choices" aria-label=words::streams(language)>{streams}</nav>{body} }
}

fn stream_link(count: &DeadLetterCount, is_here: bool, figures: &Figures) -> AnyView {
    let language = figures.language;
    let label = format!("{} · {}", count.title.get(language), figures.count(count.letters));
    let full = count.full.then(|| view! { <Tag label=words::full(language) mood=Mood::Bad glyph=Glyph::Alert/> });
    view! { <a href=dead_letters_of(&count.stream) aria-current=is_here.then_some("page")>{label}{full}</a> }.into_any()
}

#[component]
fn Shown(letters: DeadLetters, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let act = use_act();
    let sure = RwSignal::new(false);
    let stream = letters.stream.clone();
    let replay = {
        let stream = stream.clone();
        move |()| {
            act.run(ReplayDeadLetters { stream: stream.clone(), until_ms: now_ms() }, move |replayed| {
                let figures = use_figures_of(language);
                let refused = match replayed.refused {
                    0 => String::new(),
                    refused => format!(", {} {}", figures.count(refused), words::refused_again(language)),
                };
                act.say(format!("{} {}{refused}", figures.count(replayed.sent), words::replayed_now(language)));
                again.run(());
            });
        }
    };
    let discard = {
        let stream = stream.clone();
        Callback::new(move |()| {
            act.run(DiscardDeadLetters { stream: stream.clone(), until_ms: now_ms() }, move |count| {
                act.say(format!("{} {}", use_figures_of(language).count(count), words::discarded_now(language)));
                sure.set(false);
                again.run(());
            });
        })
    };
    let older = letters.more.then(|| letters.letters.last().map(|last| format!("{}&before={}", dead_letters_of(&stream), last.dead_ms))).flatten();
    let hint = (!letters.may_see).then(|| view! { <p class="quiet">{words::original_hidden(language)}</p> });
    let table = table(letters.letters, letters.may_see, &figures);
    view! {
        <Panel title=words::dead_letters(language)>
            <div class="panel-actions">
                <Button label=words::replay_all(language).to_owned() tone=Tone::Solid glyph=Glyph::Again busy=act.busy on_press=replay/>
                <Button label=words::discard_all(language).to_owned() tone=Tone::Danger glyph=Glyph::Delete on_press=move |()| sure.set(true)/>
            </div>
            {table}
            {hint}
            <div class="panel-actions">
                <LinkButton href=dead_letters_of(&stream) label=words::newest(language) tone=Tone::Ghost/>
                {older.map(|href| view! { <LinkButton href label=words::older(language) glyph=Glyph::Right/> })}
            </div>
        </Panel>
        <Dialog open=sure title=words::discard_sure(language).to_owned()>
            <p>{words::discard_sure_text(language)}</p>
            <div class="form-actions">
                <Button label=words::discard_all(language).to_owned() tone=Tone::Danger glyph=Glyph::Delete busy=act.busy on_press=discard/>
            </div>
        </Dialog>
    }
}

/// Counts in messages that come after the page was made.
fn use_figures_of(language: Language) -> Figures {
    Figures { language, ..Figures::default() }
}

fn table(letters: Vec<DeadLetterCard>, may_see: bool, figures: &Figures) -> AnyView {
    let language = figures.language;
    let shown = shown_of(letters.len() as u64, None, figures);
    let rows = letters
        .into_iter()
        .map(|letter| {
            let mut cells = vec![
                Cell::figure(figures.moment(letter.dead_ms), letter.dead_ms as f64),
                Cell::text(stage(&letter.stage, language)),
                Cell::text(letter.reason.get(language)),
                Cell::text(letter.position),
                Cell::text(letter.origin.unwrap_or_else(|| origin(letter.origin_kind, language).to_owned())),
                Cell::figure(letter.attempts.to_string(), f64::from(letter.attempts)),
                Cell::figure(figures.bytes(letter.bytes), letter.bytes as f64),
            ];
            if may_see {
                let content = letter.content.unwrap_or_default();
                cells.push(Cell::view(content.clone(), move || view! { <code class="cut" title=content.clone()>{content.clone()}</code> }.into_any()));
            }
            cells
        })
        .collect::<Vec<_>>();
    let mut columns = vec![
        Column::figure("died", words::died(language)),
        Column::text("stage", words::stage_column(language)),
        Column::text("reason", words::reason(language)),
        Column::text("position", words::position(language)),
        Column::text("origin", words::origin(language)),
        Column::figure("attempts", words::attempts(language)),
        Column::figure("size", words::size(language)),
    ];
    if may_see {
        columns.push(Column::text("original", words::original(language)));
    }
    view! { <DataTable caption=words::dead_letters(language) columns rows shown/> }.into_any()
}

fn origin(kind: OriginKind, language: Language) -> &'static str {
    match kind {
        OriginKind::File => words::from_file(language),
        OriginKind::Syslog => words::from_syslog(language),
        OriginKind::Http => words::from_http(language),
        OriginKind::Kafka => words::from_kafka(language),
        OriginKind::Other => words::from_other(language),
    }
}

fn stage(stage: &str, language: Language) -> &'static str {
    match stage {
        "parse" => words::in_parse(language),
        "poison" => words::in_poison(language),
        _ => words::in_index(language),
    }
}

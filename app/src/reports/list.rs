//! The report store: one's own earlier downloads, and those that are made again by the clock.

use super::{
    asks::{DeleteReport, Format, ListReports, ReportCard, RunAgain, State},
    download::format_words,
    progress::{file_href, under_way},
    schedules::{Desk, ScheduleDialogs, Schedules, asks::ListSchedules, form::Repeating, words as schedule_words},
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    front::frame::use_reader,
    identity::asks::May,
    text::Language,
    ui::{
        browser,
        button::{Button, LinkButton, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        figures::{Figures, NONE, use_figures},
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        table::{Cell, Column, DataTable},
        toast::use_toasts,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// How often a list with reports under way is asked anew.
const ASK_EVERY_MS: u64 = 2_000;

/// Address `/reports`.
#[component]
pub fn Reports() -> impl IntoView {
    let language = use_language();
    let reader = use_reader();
    let reports = Resource::new(|| (), |()| ask(ListReports {}));
    let schedules = Resource::new(|| (), |()| ask(ListSchedules {}));
    let retry = Callback::new(move |()| {
        reports.refetch();
        schedules.refetch();
    });
    let desk = Desk::new(retry);
    let waiting = RwSignal::new(false);
    browser::every(ASK_EVERY_MS, move || {
        if waiting.get_untracked() {
            retry.run(());
        }
    });
    view! {
        <PageHead title=words::reports(language) lead=words::reports_lead(language)/>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let (answer, schedules) = (reports.await, schedules.await);
                let may = reader.me().await.map(|me| me.may).unwrap_or_default();
                waiting.set(answer.as_ref().is_ok_and(|reports| reports.iter().any(|report| under_way(report.state))));
                let list = match answer {
                    Err(fault) if fault.kind == FaultKind::Forbidden => view! { <Empty title=words::none_yet(language) text=words::may_not(language) glyph=Glyph::Report/> }.into_any(),
                    answer => outcome(answer, Some(retry), move |reports| view! { <ReportList reports may desk/> }.into_any()),
                };
                view! { {list}<Schedules answer=schedules may desk/> }
            })}
        </Transition>
        <ScheduleDialogs desk/>
    }
}

#[component]
fn ReportList(reports: Vec<ReportCard>, may: May, desk: Desk) -> impl IntoView {
    let language = use_language();
    if reports.is_empty() {
        return view! {
            <Empty title=words::none_yet(language) text=words::none_yet_text(language) glyph=Glyph::Report>
                <LinkButton href="/dashboards" label=words::see_dashboards(language)/>
            </Empty>
        }
        .into_any();
    }
    let figures = use_figures();
    let columns = vec![
        Column::text("title", words::title_head(language)),
        Column::text("state", words::state(language)),
        Column::figure("rows", words::rows(language)),
        Column::figure("size", words::size(language)),
        Column::text("made", words::made(language)),
        Column::text("expires", words::expires(language)),
        Column::figure("actions", words::actions(language)).fixed(),
    ];
    let now = now_ms();
    let rows = reports.into_iter().map(|report| row(report, may, &figures, now, desk)).collect::<Vec<_>>();
    view! { <section class="panel"><DataTable caption=words::reports(language) columns rows/></section> }.into_any()
}

fn row(report: ReportCard, may: May, figures: &Figures, now: i64, desk: Desk) -> Vec<Cell> {
    let language = figures.language;
    let done = report.state == State::Ready;
    let told = |known: bool, text: String| if known { text } else { NONE.into() };
    let (title, state) = (report.clone(), report.clone());
    let made = figures.when(report.made_ms, now);
    let expires = if report.state == State::Expired { NONE.to_owned() } else { figures.when(report.expires_ms, now) };
    vec![
        Cell::view(report.title.clone(), move || view! { <TitleCell report=title.clone()/> }.into_any()),
        Cell::view(state_words(report.state, language).0, move || view! { <StateCell report=state.clone() may/> }.into_any()),
        Cell::figure(told(report.rows > 0 || done, figures.count(report.rows)), report.rows as f64),
        Cell::figure(told(report.bytes > 0, figures.bytes(report.bytes)), report.bytes as f64),
        Cell::figure(made, report.made_ms as f64),
        Cell::figure(expires, report.expires_ms as f64),
        Cell::view("", move || view! { <Actions report=report.clone() may desk/> }.into_any()),
    ]
}

#[component]
fn TitleCell(report: ReportCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let format = format_words(report.format, language).0;
    let pages = report.pages.map(|pages| format!(" · {} {}", figures.count(u64::from(pages)), words::pages(language)));
    view! { <span class="two-lines"><b>{report.title}</b><span>{format}{pages}</span></span> }
}

fn state_words(state: State, language: Language) -> (&'static str, Mood) {
    match state {
        State::Waiting => (words::state_waiting(language), Mood::Busy),
        State::Making => (words::state_making(language), Mood::Busy),
        State::Ready => (words::state_ready(language), Mood::Good),
        State::Failed => (words::state_failed(language), Mood::Bad),
        State::RunAgain => (words::state_run_again(language), Mood::Lamp),
        State::Expired => (words::state_expired(language), Mood::Plain),
    }
}

/// Whoever downloads could once take this file along, and may no more.
fn withdrawn(may: May, format: Format) -> bool {
    may.export && !may.take(format)
}

#[component]
pub fn StateCell(report: ReportCard, may: May) -> impl IntoView {
    let language = use_language();
    let (label, mood) = state_words(report.state, language);
    let why = match report.state {
        State::Failed => report.fault.as_ref().map(|text| text.get(language).to_owned()),
        _ if withdrawn(may, report.format) => Some(words::format_withdrawn(language).to_owned()),
        State::RunAgain => Some(words::run_again_why(language).to_owned()),
        _ => report.left_out.as_ref().map(|text| text.get(language).to_owned()),
    };
    view! {
        <div class="report-state">
            <Tag label mood/>
            {report.progress.filter(|_| under_way(report.state)).map(|done| view! { <progress class="progress" max="100" value=(done * 100.0).round().to_string() aria-label=label></progress> })}
            {why.map(|why| view! { <small>{why}</small> })}
        </div>
    }
}

#[component]
fn Actions(report: ReportCard, may: May, desk: Desk) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let finish = move |outcome: Result<(), Fault>, said: &'static str| {
        busy.try_set(false);
        match outcome {
            Ok(()) => toasts.say(said),
            Err(fault) => toasts.fault(&fault, language),
        }
        desk.changed.run(());
    };
    let (delete_id, again_id) = (report.id.clone(), report.id.clone());
    let delete = move |()| {
        busy.set(true);
        let id = delete_id.clone();
        browser::spawn(async move { finish(ask(DeleteReport { id }).await, words::deleted(language)) });
    };
    let again = move |()| {
        busy.set(true);
        let id = again_id.clone();
        browser::spawn(async move { finish(ask(RunAgain { id }).await.map(drop), words::being_made_again(language)) });
    };
    let theirs = may.take(report.format);
    // What could not be made once is better put right first.
    let may_repeat = theirs && may.schedule && report.state != State::Failed;
    let about = Repeating::Report { id: report.id.clone(), title: report.title.clone() };
    let may_run_again = theirs && matches!(report.state, State::RunAgain | State::Failed | State::Expired);
    view! {
        <div class="row-actions">
            {(theirs && report.state == State::Ready).then(|| view! { <LinkButton href=file_href(&report.id) label=words::open_file(language) glyph=Glyph::Download external=true/> })}
            {may_run_again.then(|| view! { <Button label=words::run_again(language).to_owned() glyph=Glyph::Again busy on_press=again/> })}
            {may_repeat.then(|| view! { <Button label=schedule_words::repeat(language).to_owned() glyph=Glyph::Calendar on_press=move |()| desk.repeating.set(Some(about.clone()))/> })}
            <Button label=words::delete(language).to_owned() tone=Tone::Ghost glyph=Glyph::Delete busy on_press=delete/>
        </div>
    }
}

//! One job: when it runs, and all its runs.

use super::{
    asks::{JobCard, ListJobs, ListRuns, RunCard, RunNow},
    describe::{StateTag, asked_by, is_under_way, schedule, state_word, took},
    jobs::LOOK_AGAIN_MS,
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    text::{Language, Text},
    ui::{
        act::use_act,
        browser,
        button::{Button, Tone},
        calendar::now_ms,
        figures::{Figures, use_figures},
        icon::Glyph,
        page::{Facts, PageHead, Panel},
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The card of one job of those that the reader may see.
async fn open_job(name: String) -> Result<JobCard, Fault> {
    let missing = || Fault::new(FaultKind::NotFound, Text::of("There is no such job.", "No existe ese proceso."));
    ask(ListJobs {}).await?.into_iter().find(|job| job.name == name).ok_or_else(missing)
}

#[component]
pub fn JobPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("job").unwrap_or_default()));
    let job = Resource::new(move || name.get(), open_job);
    let runs = Resource::new(move || name.get(), |job| ask(ListRuns { job: Some(job) }));
    browser::every(LOOK_AGAIN_MS, move || {
        if runs.get_untracked().and_then(Result::ok).is_some_and(|runs| runs.iter().any(|run| is_under_way(run.state))) {
            runs.refetch();
        }
    });
    view! {
        {answered(job, "page", move |job| view! { <JobHead job/> }.into_any())}
        {answered(runs, "table", move |runs| run_list(runs, language))}
    }
}

#[component]
fn JobHead(job: JobCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let act = use_act();
    let navigate = use_navigate();
    let name = job.name.clone();
    let run = move |()| {
        let navigate = navigate.clone();
        act.run(RunNow { job: name.clone() }, move |id| navigate(&format!("/admin/runs/{id}"), Default::default()));
    };
    let next = match job.next_run_ms {
        _ if job.paused => words::paused(language).to_owned(),
        Some(ms) => figures.when(ms, now_ms()),
        None => "–".to_owned(),
    };
    let facts = vec![
        (words::department(language).to_owned(), job.department.clone()),
        (words::schedule(language).to_owned(), schedule(job.schedule.as_deref(), language)),
        (words::time_zone(language).to_owned(), job.time_zone.clone()),
        (words::next_run(language).to_owned(), next),
    ];
    view! {
        <PageHead title=job.title.get(language)>
            <Button label=words::run_now(language).to_owned() tone=Tone::Solid glyph=Glyph::Play busy=act.busy on_press=run/>
        </PageHead>
        <Facts facts/>
    }
}

fn run_list(runs: Vec<RunCard>, language: Language) -> AnyView {
    if runs.is_empty() {
        return view! { <Empty title=words::no_runs(language) glyph=Glyph::Clock/> }.into_any();
    }
    let figures = use_figures();
    let shown = shown_of(runs.len() as u64, None, &figures);
    let rows = runs.iter().map(|run| run_row(run, &figures)).collect::<Vec<_>>();
    let columns = vec![
        Column::text("started", words::started(language)),
        Column::text("state", words::state(language)),
        Column::figure("took", words::took(language)),
        Column::figure("in", words::rows_in(language)),
        Column::figure("out", words::rows_out(language)),
        Column::figure("quarantined", words::quarantined(language)),
        Column::figure("attempt", words::attempt(language)),
        Column::text("asked", words::asked_by(language)),
        Column::text("message", words::message(language)),
    ];
    view! { <Panel title=words::runs(language)><DataTable caption=words::runs(language) columns rows shown/></Panel> }.into_any()
}

fn run_row(run: &RunCard, figures: &Figures) -> Vec<Cell> {
    let language = figures.language;
    let now = now_ms();
    let state = run.state;
    let href = format!("/admin/runs/{}", run.id);
    let started = match run.started_ms {
        Some(ms) => Cell::figure(figures.when(ms, now), ms as f64),
        None => Cell::figure(words::waiting(language), f64::MAX),
    };
    let (taken, order) = took(run, now, figures).unwrap_or_else(|| ("–".into(), 0.0));
    let mut cells =
        vec![started.link(href), Cell::view(state_word(state, language), move || view! { <StateTag state language/> }.into_any()), Cell::figure(taken, order)];
    cells.extend([run.rows_in, run.rows_out, run.rows_quarantined].map(|rows| Cell::figure(figures.count(rows), rows as f64)));
    cells.push(Cell::figure(run.attempt.to_string(), f64::from(run.attempt)));
    cells.push(Cell::text(asked_by(&run.asked_by, language)));
    cells.push(Cell::text(run.message.as_ref().map_or("", |message| message.get(language))));
    cells
}

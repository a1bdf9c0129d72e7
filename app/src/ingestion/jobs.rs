//! All jobs: schedule, next and last run, and what can be done with each.

use super::{
    asks::{JobCard, ListJobs, PauseJob, RunNow},
    describe::{StateTag, is_under_way, schedule, took},
    sources::{department_title, departments},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        browser,
        button::{LinkButton, Tone},
        calendar::now_ms,
        figures::{Figures, use_figures},
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// How often a page looks again while something is under way.
pub const LOOK_AGAIN_MS: u64 = 1_500;

#[derive(Clone, Copy)]
struct Room {
    jobs: Resource<Result<Vec<JobCard>, Fault>>,
    act: Act,
}

#[component]
pub fn Jobs() -> impl IntoView {
    let language = use_language();
    let jobs = Resource::new(|| (), |()| ask(ListJobs {}));
    let departments = Resource::new(|| (), move |()| departments(language));
    let retry = Callback::new(move |()| jobs.refetch());
    let room = Room { jobs, act: use_act() };
    browser::every(LOOK_AGAIN_MS, move || {
        let under_way = |jobs: &Vec<JobCard>| jobs.iter().any(|job| job.last.as_ref().is_some_and(|run| is_under_way(run.state)));
        if jobs.get_untracked().and_then(Result::ok).is_some_and(|jobs| under_way(&jobs)) {
            jobs.refetch();
        }
    });
    view! {
        <PageHead title=words::jobs(language) lead=words::jobs_lead(language)>
            <LinkButton href="/admin/marts/new" label=words::new_mart(language) glyph=Glyph::Plus/>
            <LinkButton href="/admin/sources" label=words::connect(language) tone=Tone::Solid glyph=Glyph::Source/>
        </PageHead>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let titles = departments.await;
                outcome(jobs.await, Some(retry), |jobs| list(jobs, &titles, room, language))
            })}
        </Transition>
    }
}

fn list(jobs: Vec<JobCard>, departments: &[(String, String)], room: Room, language: Language) -> AnyView {
    if jobs.is_empty() {
        return view! {
            <Empty title=words::no_jobs(language) text=words::no_jobs_text(language) glyph=Glyph::Job>
                <LinkButton href="/admin/sources" label=words::upload_file(language) tone=Tone::Solid glyph=Glyph::Upload/>
            </Empty>
        }
        .into_any();
    }
    let figures = use_figures();
    let shown = shown_of(jobs.len() as u64, None, &figures);
    let rows = jobs.into_iter().map(|job| row(job, departments, room, &figures)).collect::<Vec<_>>();
    let columns = vec![
        Column::text("job", words::job(language)),
        Column::text("state", words::state(language)),
        Column::text("last", words::last_run(language)),
        Column::figure("took", words::took(language)),
        Column::figure("in", words::rows_in(language)),
        Column::figure("out", words::rows_out(language)),
        Column::figure("quarantined", words::quarantined(language)),
        Column::text("schedule", words::schedule(language)),
        Column::text("next", words::next_run(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    view! { <section class="panel"><DataTable caption=words::jobs(language) columns rows shown/></section> }.into_any()
}

fn row(job: JobCard, departments: &[(String, String)], room: Room, figures: &Figures) -> Vec<Cell> {
    let language = figures.language;
    let now = now_ms();
    let mut cells = vec![job_cell(&job, department_title(departments, &job.department), language)];
    match &job.last {
        Some(run) => {
            let state = run.state;
            let href = format!("/admin/runs/{}", run.id);
            let started = run.started_ms.map_or_else(|| Cell::text("–"), |ms| Cell::figure(figures.when(ms, now), ms as f64).link(href));
            let (taken, order) = took(run, now, figures).unwrap_or_else(|| ("–".into(), 0.0));
            cells.push(Cell::view(super::describe::state_word(state, language), move || view! { <StateTag state language/> }.into_any()));
            cells.push(started);
            cells.push(Cell::figure(taken, order));
            cells.extend([run.rows_in, run.rows_out, run.rows_quarantined].map(|rows| Cell::figure(figures.count(rows), rows as f64)));
        }
        None => {
            cells.push(Cell::text(words::never_ran(language)));
            cells.extend((0..5).map(|_| Cell::text("–")));
        }
    }
    let next = match (job.paused, job.next_run_ms) {
        (true, _) => Cell::text(words::paused(language)),
        (false, Some(ms)) => Cell::figure(figures.when(ms, now), ms as f64),
        (false, None) => Cell::text("–"),
    };
    cells.extend([Cell::text(schedule(job.schedule.as_deref(), language)), next, Cell::view("", move || job_menu(job.clone(), room, language))]);
    cells
}

fn job_cell(job: &JobCard, department: String, language: Language) -> Cell {
    let title = job.title.get(language).to_owned();
    let href = format!("/admin/jobs/{}", job.name);
    Cell::view(title.clone(), move || {
        view! { <span class="two-lines"><a href=href.clone()>{title.clone()}</a><span>{department.clone()}</span></span> }.into_any()
    })
}

fn job_menu(job: JobCard, room: Room, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), job.title.get(language));
    let (name, paused) = (job.name.clone(), job.paused);
    let run = move |()| {
        room.act.run(RunNow { job: job.name.clone() }, move |_| {
            room.act.say(words::started_now(language));
            room.jobs.refetch();
        });
    };
    let pause = move |()| {
        room.act.run(PauseJob { job: name.clone(), paused: !paused }, move |()| {
            room.act.say(if paused { words::resumed_now(language) } else { words::paused_now(language) });
            room.jobs.refetch();
        });
    };
    let pause_label = if paused { words::resume(language) } else { words::pause(language) };
    view! {
        <Menu label>
            <MenuItem label=words::run_now(language) glyph=Glyph::Play on_press=run/>
            <MenuItem label=pause_label glyph=Glyph::Pause on_press=pause/>
        </Menu>
    }
    .into_any()
}

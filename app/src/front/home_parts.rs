//! The parts of the start page.

use super::{home::Overview, words};
use crate::{
    identity::asks::Me,
    ingestion::{
        asks::{DismissNotice, Notice},
        describe::StateTag,
    },
    text::Language,
    ui::{
        act::use_act,
        button::{IconButton, LinkButton, Tone},
        calendar::now_ms,
        chip::Tag,
        figures::use_figures,
        icon::{Glyph, Icon},
        page::Panel,
        states::Empty,
    },
    warehouse::{address::path_step, say::freshness_text},
};
use leptos::prelude::*;

/// What failed and nobody has seen yet. A dismissed notice goes at once.
pub fn notices(notices: Vec<Notice>, language: Language) -> Option<AnyView> {
    if notices.is_empty() {
        return None;
    }
    let act = use_act();
    let left = RwSignal::new(notices);
    let figures = use_figures();
    let now = now_ms();
    let item = move |notice: Notice| {
        let id = notice.id.clone();
        let dismiss = move |()| {
            let gone = id.clone();
            act.run(DismissNotice { id: id.clone() }, move |()| left.update(|left| left.retain(|notice| notice.id != gone)));
        };
        view! {
            <li class="banner lamp">
                <Icon glyph=Glyph::Alert/>
                <span><a href=notice.href>{notice.text.get(language).to_owned()}</a>" "<small>{figures.when(notice.at_ms, now)}</small></span>
                <IconButton label=words::dismiss(language).to_owned() glyph=Glyph::Close on_press=dismiss/>
            </li>
        }
    };
    Some(view! { <ul class="notices" aria-label=words::notices(language)>{move || left.get().into_iter().map(item.clone()).collect_view()}</ul> }.into_any())
}

/// Cards of the dashboards that the reader may open.
pub fn dashboards(overview: &Overview, may_explore: bool, language: Language) -> AnyView {
    if overview.dashboards.is_empty() {
        let text = if may_explore { words::no_dashboards_text(language) } else { words::no_marts_text(language) };
        return view! {
            <section>
                <Empty title=words::no_dashboards(language) text glyph=Glyph::Dashboard>
                    {may_explore.then(|| view! { <LinkButton href="/data" label=words::see_data(language) tone=Tone::Solid glyph=Glyph::Data/> })}
                </Empty>
            </section>
        }
        .into_any();
    }
    let figures = use_figures();
    let cards = overview
        .dashboards
        .iter()
        .map(|card| {
            let foot = format!("{} {}", figures.count(u64::from(card.tiles)), words::tiles(language));
            view! {
                <li>
                    <a class="card" href=format!("/dashboards/{}", card.id)>
                        <Icon glyph=Glyph::Dashboard/>
                        <b>{card.title.get(language).to_owned()}</b>
                        <span>{card.description.get(language).to_owned()}</span>
                        <small>{foot}{card.own.then(|| view! { " "<Tag label=words::own(language)/> })}</small>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="home-dashboards">
            <div class="section-head"><h2 id="home-dashboards">{words::your_dashboards(language)}</h2><a href="/dashboards">{words::all_dashboards(language)}</a></div>
            <ul class="cards">{cards}</ul>
        </section>
    }
    .into_any()
}

/// Cards of the marts that the reader may ask, with how fresh each is.
pub fn data(overview: &Overview, language: Language) -> AnyView {
    const SHOWN: usize = 6;
    let figures = use_figures();
    let cards = overview
        .marts
        .iter()
        .take(SHOWN)
        .map(|mart| {
            view! {
                <li>
                    <a class="card" href=format!("/data/{}", path_step(&mart.name))>
                        <Icon glyph=Glyph::Data/>
                        <b>{mart.title.get(language).to_owned()}</b>
                        <span>{mart.description.get(language).to_owned()}</span>
                        <small>{freshness_text(&mart.freshness, &figures)}</small>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="home-data">
            <div class="section-head"><h2 id="home-data">{words::your_data(language)}</h2><a href="/data">{words::all_data(language)}</a></div>
            <ul class="cards">{cards}</ul>
        </section>
    }
    .into_any()
}

/// How the jobs stand, for who looks after them.
pub fn jobs(overview: &Overview, language: Language) -> AnyView {
    let figures = use_figures();
    let now = now_ms();
    let lines = overview
        .jobs
        .iter()
        .take(8)
        .map(|job| {
            let (state, when) = match &job.last {
                Some(run) => (Some(run.state), run.started_ms.map(|ms| figures.when(ms, now)).unwrap_or_default()),
                None => (None, String::new()),
            };
            view! {
                <li>
                    <a href=format!("/admin/jobs/{}", job.name)>{job.title.get(language).to_owned()}</a>
                    <small>{when}</small>
                    {state.map(|state| view! { <StateTag state language/> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <Panel title=words::last_runs(language) class="home-side">
            <ul class="lines-list">{lines}</ul>
            <a class="panel-more" href="/admin/jobs">{words::all_jobs(language)}</a>
        </Panel>
    }
    .into_any()
}

/// The last downloads, or why there are none.
pub fn recent_reports(overview: &Overview, may_download: bool, language: Language) -> AnyView {
    let figures = use_figures();
    let now = now_ms();
    let body = if overview.reports.is_empty() {
        let text = if may_download { words::no_reports(language) } else { words::no_export(language) };
        view! { <p class="quiet">{text}</p> }.into_any()
    } else {
        let lines = overview
            .reports
            .iter()
            .take(6)
            .map(|report| {
                view! {
                    <li>
                        <a href="/reports">{report.title.clone()}</a>
                        <small>{figures.when(report.made_ms, now)}</small>
                        <Tag label=report.format.name().to_uppercase()/>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="lines-list">{lines}</ul><a class="panel-more" href="/reports">{words::all_reports(language)}</a> }.into_any()
    };
    view! { <Panel title=words::recent_reports(language) class="home-side">{body}</Panel> }.into_any()
}

/// From an empty house to the first dashboard.
pub fn steps(me: &Me, language: Language) -> AnyView {
    let step = |shown: bool, href: &'static str, glyph, title: &'static str, text: &'static str| {
        shown.then(|| {
            view! {
                <li>
                    <a class="card step" href=href><Icon glyph/><b>{title}</b><span>{text}</span></a>
                </li>
            }
        })
    };
    view! {
        <section aria-labelledby="first-steps">
            <div class="section-head"><h2 id="first-steps">{words::first_steps(language)}</h2></div>
            <p class="section-lead">{words::first_steps_text(language)}</p>
            <ol class="cards steps">
                {step(me.may.administer_people, "/admin/people", Glyph::People, words::step_people(language), words::step_people_text(language))}
                {step(true, "/admin/sources", Glyph::Upload, words::step_source(language), words::step_source_text(language))}
                {step(true, "/admin/marts/new", Glyph::Data, words::step_mart(language), words::step_mart_text(language))}
                {step(true, "/access", Glyph::Dashboard, words::step_dashboard(language), words::step_dashboard_text(language))}
            </ol>
        </section>
    }
    .into_any()
}

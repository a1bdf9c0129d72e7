//! One run: its counts table by table, what the checks found, its log, its quarantine.

use super::{
    asks::{CancelRun, ListQuarantine, OpenRun, RunNow, RunView},
    describe::{StateTag, asked_by, is_under_way, took},
    jobs::LOOK_AGAIN_MS,
    run_parts::{findings, log, quarantine, tables},
    words,
};
use crate::{
    ask::ask,
    ui::{
        act::use_act,
        browser,
        button::{Button, LinkButton, Tone},
        calendar::now_ms,
        figures::use_figures,
        icon::{Glyph, Icon},
        page::{Facts, PageHead},
        states::answered,
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn RunPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("run").unwrap_or_default()));
    let run = Resource::new(move || id.get(), |id| ask(OpenRun { id }));
    let rejected = Resource::new(move || id.get(), |run| ask(ListQuarantine { run: Some(run) }));
    browser::every(LOOK_AGAIN_MS, move || {
        if run.get_untracked().and_then(Result::ok).is_some_and(|run| is_under_way(run.card.state)) {
            run.refetch();
            rejected.refetch();
        }
    });
    let refetch = Callback::new(move |()| run.refetch());
    view! {
        {answered(run, "page", move |run| {
            let parts = (tables(&run, language), findings(&run, language), log(&run, language));
            view! { <RunHead run refetch/><div class="run-parts">{parts.0}{parts.1}{parts.2}</div> }.into_any()
        })}
        {answered(rejected, "table", move |rows| quarantine(rows, language))}
    }
}

#[component]
fn RunHead(run: RunView, refetch: Callback<()>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let act = use_act();
    let card = run.card;
    let now = now_ms();
    let moment = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| figures.moment(ms));
    let facts = vec![
        (words::started(language).to_owned(), moment(card.started_ms)),
        (words::finished(language).to_owned(), moment(card.finished_ms)),
        (words::took(language).to_owned(), took(&card, now, &figures).map_or_else(|| "–".to_owned(), |(text, _)| text)),
        (words::rows_in(language).to_owned(), figures.count(card.rows_in)),
        (words::rows_out(language).to_owned(), figures.count(card.rows_out)),
        (words::quarantined(language).to_owned(), figures.count(card.rows_quarantined)),
        (words::attempt(language).to_owned(), card.attempt.to_string()),
        (words::asked_by(language).to_owned(), asked_by(&card.asked_by, language)),
    ];
    let id = card.id.clone();
    let cancel = move |()| {
        act.run(CancelRun { id: id.clone() }, move |()| {
            act.say(words::cancel_asked(language));
            refetch.run(());
        });
    };
    let navigate = use_navigate();
    let job = card.job.clone();
    let again = move |()| {
        let navigate = navigate.clone();
        act.run(RunNow { job: job.clone() }, move |id| navigate(&format!("/admin/runs/{id}"), Default::default()));
    };
    let under_way = is_under_way(card.state);
    view! {
        <PageHead title=format!("{}: {}", words::run(language), card.job)>
            <LinkButton href=format!("/admin/jobs/{}", card.job) label=words::back_to_job(language) tone=Tone::Ghost/>
            {(under_way && run.may_cancel).then(|| view! { <Button label=words::cancel_run(language).to_owned() tone=Tone::Danger glyph=Glyph::Stop busy=act.busy on_press=cancel/> })}
            {(!under_way && run.may_run).then(|| view! { <Button label=words::run_now(language).to_owned() tone=Tone::Solid glyph=Glyph::Play busy=act.busy on_press=again/> })}
        </PageHead>
        <p class="run-state" aria-live="polite"><StateTag state=card.state language/></p>
        {card.message.map(|message| view! { <p class="banner lamp"><Icon glyph=Glyph::Info/><span>{message.get(language).to_owned()}</span></p> })}
        <Facts facts/>
    }
}

//! What a statement gave: its rows as any other answer, or what to change, under the editor.

use super::{
    asks::Selected,
    run::{Run, State},
    saved::Kept,
    words,
};
use crate::{
    reports::{
        asks::Subject,
        download::{Downloads, Offer},
    },
    ui::{
        button::Button,
        figures::use_figures,
        icon::{Glyph, Icon},
        states::{Empty, FaultView, Skeleton},
        table::shown_of,
    },
    visit::use_language,
    warehouse::{
        answer_table::AnswerTable,
        asks::{Answer, Question},
    },
};
use leptos::prelude::*;

/// What is wrong with the statement that was run last, under the editor.
#[component]
pub fn WrongLine(run: Run) -> impl IntoView {
    let language = use_language();
    let text = move || {
        run.state.with(|state| match state {
            State::Wrong(fault) if fault.field.is_some() => Some(fault.message.get(language).to_owned()),
            _ => None,
        })
    };
    view! {
        <div id="sql-wrong" role="alert">
            {move || text().map(|text| view! { <p class="banner bad"><Icon glyph=Glyph::Alert/><span>{text}</span></p> })}
        </div>
    }
}

#[component]
pub fn ResultPanel(run: Run, kept: Kept, downloads: Downloads, may_export: bool) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let offer = move |()| {
        let State::Done(statement, selected) = run.state.get_untracked() else { return };
        let title = kept.title_of(&statement);
        let rows = (!selected.truncated).then_some(selected.rows.len() as u64);
        downloads.offer(Offer { title: title.clone(), rows, subject: Subject::Statement { title, statement } });
    };
    let done = move || run.state.with(|state| matches!(state, State::Done(..)));
    let shown = move || match run.state.get() {
        State::Nothing => view! { <Empty title=words::nothing_run(language) text=words::nothing_run_text(language) glyph=Glyph::Code/> }.into_any(),
        State::Running => view! { <Skeleton shape="table"/> }.into_any(),
        State::Stopped => view! { <Empty title=words::stopped(language) text=words::stopped_text(language) glyph=Glyph::Stop/> }.into_any(),
        State::Wrong(fault) if fault.field.is_some() => {
            view! { <Empty title=words::not_run(language) text=words::not_run_text(language) glyph=Glyph::Alert/> }.into_any()
        }
        State::Wrong(fault) => view! { <FaultView fault/> }.into_any(),
        State::Done(_, selected) if selected.rows.is_empty() => {
            view! { <Empty title=words::no_rows(language) text=words::no_rows_text(language) glyph=Glyph::Filter/> }.into_any()
        }
        State::Done(_, selected) => figures.with_value(|figures| {
            let cut = selected.truncated.then(|| format!("{} {}. ", words::first_rows(language), figures.count(selected.rows.len() as u64)));
            let rest = if may_export { words::download_all(language) } else { "" };
            let answer = answer(selected);
            view! {
                {cut.map(|cut| view! { <p class="banner lamp">{cut}{rest}</p> })}
                <AnswerTable question=Question::default() answer caption=words::result(language)/>
            }
            .into_any()
        }),
    };
    let said = move || {
        run.state.with(|state| match state {
            State::Running => words::running(language).to_owned(),
            State::Done(_, selected) => figures.with_value(|figures| {
                let rows = shown_of(selected.rows.len() as u64, None, figures);
                format!("{rows} · {} {}", words::took(language), figures.duration(selected.took_ms))
            }),
            State::Nothing | State::Wrong(_) | State::Stopped => String::new(),
        })
    };
    view! {
        <section class="panel sql-result" aria-label=words::result(language)>
            <header class="ask-head">
                <h2>{words::result(language)}</h2>
                {may_export
                    .then(|| {
                        view! {
                            <div class="ask-actions" class:gone=move || !done()>
                                <Button label=words::download(language).to_owned() glyph=Glyph::Download on_press=offer/>
                            </div>
                        }
                    })}
            </header>
            {shown}
            <p class="ask-foot" role="status">{said}</p>
        </section>
    }
}

/// As the table of answers takes it: its rows are all there are to sort.
fn answer(selected: Selected) -> Answer {
    let Selected { columns, rows, truncated, took_ms } = selected;
    let total_rows = (!truncated).then_some(rows.len() as u64);
    Answer { columns, rows, total_rows, earlier: None, freshness: Default::default(), option: None, period: None, took_ms, cached: false, veiled: false }
}

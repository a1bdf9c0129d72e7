//! Saved questions: the list, opening one, and deleting with a way back.

use super::{
    asks::{DeleteQuestion, ListQuestions, SaveQuestion, SavedQuestion},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Text,
    ui::{
        browser,
        button::{Button, LinkButton, Tone},
        calendar::now_ms,
        figures::{Figures, NONE, use_figures},
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        table::{Cell, Column, DataTable},
        toast::use_toasts,
    },
    visit::use_language,
    warehouse::{
        address::{View, path_step, read_search, write_view},
        asks::ListMarts,
        say::{chart_name, spelled},
    },
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};

/// Address `/questions`; with `?open={id}` it leads on to where that question can be seen and changed.
#[component]
pub fn Questions() -> impl IntoView {
    let language = use_language();
    let questions = Resource::new(
        || (),
        |()| {
            let (questions, marts) = (ask(ListQuestions {}), ask(ListMarts {}));
            async move {
                let questions = questions.await?;
                // Titles of the data; without them its names do.
                let titles = marts.await.unwrap_or_default().into_iter().map(|mart| (mart.name, mart.title)).collect::<Vec<_>>();
                Ok::<_, Fault>((questions, titles))
            }
        },
    );
    let retry = Callback::new(move |()| questions.refetch());
    let deleted = RwSignal::new(None::<SavedQuestion>);
    let search = use_location().search;
    let wanted = move || read_search(&search.get_untracked()).into_iter().find(|(name, _)| name == "open").map(|(_, id)| id);
    view! {
        <PageHead title=words::questions(language) lead=words::questions_lead(language)/>
        <Undo deleted changed=retry/>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let answer = questions.await;
                let opened = answer.as_ref().ok().zip(wanted()).and_then(|((questions, _), id)| questions.iter().find(|question| question.id == id).map(href));
                match opened {
                    Some(path) => view! { <Redirect path/> }.into_any(),
                    None => outcome(answer, Some(retry), move |(questions, titles)| view! { <QuestionList questions titles deleted changed=retry/> }.into_any()),
                }
            })}
        </Transition>
    }
}

/// The page on which a question is asked.
pub fn href(saved: &SavedQuestion) -> String {
    let view = View { question: saved.question.clone(), chart: saved.chart };
    format!("/data/{}/ask{}", path_step(&saved.question.mart), write_view(&view))
}

#[component]
fn QuestionList(questions: Vec<SavedQuestion>, titles: Vec<(String, Text)>, deleted: RwSignal<Option<SavedQuestion>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    if questions.is_empty() {
        return view! {
            <Empty title=words::no_questions(language) text=words::no_questions_text(language) glyph=Glyph::Question>
                <LinkButton href="/data" label=words::ask_question(language) glyph=Glyph::Explore/>
            </Empty>
        }
        .into_any();
    }
    let figures = use_figures();
    let columns = vec![
        Column::text("question", words::question(language)),
        Column::text("data", words::data(language)),
        Column::text("chart", words::shown_as(language)),
        Column::text("dashboard", words::on_dashboard(language)),
        Column::text("saved", words::saved_when(language)),
        Column::figure("actions", words::actions(language)).fixed(),
    ];
    let now = now_ms();
    let rows = questions.into_iter().map(|question| row(question, &titles, &figures, now, deleted, changed)).collect::<Vec<_>>();
    view! { <section class="panel"><DataTable caption=words::questions(language) columns rows/></section> }.into_any()
}

fn row(
    question: SavedQuestion,
    titles: &[(String, Text)],
    figures: &Figures,
    now: i64,
    deleted: RwSignal<Option<SavedQuestion>>,
    changed: Callback<()>,
) -> Vec<Cell> {
    let language = figures.language;
    let title = titles.iter().find(|(name, _)| *name == question.question.mart).map(|(_, title)| title.get(language).to_owned());
    let data = title.unwrap_or_else(|| spelled(&question.question.mart));
    let dashboard = match &question.dashboard {
        Some(id) => Cell::text(words::open(language)).link(format!("/dashboards/{}", path_step(id))),
        None => Cell::text(NONE),
    };
    vec![
        Cell::text(question.title.get(language)).link(href(&question)),
        Cell::text(data),
        Cell::text(chart_name(question.chart, language)),
        dashboard,
        Cell::figure(figures.when(question.updated_ms, now), question.updated_ms as f64),
        Cell::view("", move || view! { <Delete question=question.clone() deleted changed/> }.into_any()),
    ]
}

#[component]
fn Delete(question: SavedQuestion, deleted: RwSignal<Option<SavedQuestion>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let delete = move |()| {
        busy.set(true);
        let question = question.clone();
        browser::spawn(async move {
            match ask(DeleteQuestion { id: question.id.clone() }).await {
                Ok(()) => deleted.set(Some(question)),
                Err(fault) => toasts.fault(&fault, language),
            }
            busy.try_set(false);
            changed.run(());
        });
    };
    view! { <div class="row-actions"><Button label=words::delete(language).to_owned() tone=Tone::Ghost glyph=Glyph::Delete busy on_press=delete/></div> }
}

/// Says what was deleted and brings it back; stays until the page is left.
#[component]
fn Undo(deleted: RwSignal<Option<SavedQuestion>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let bring_back = move |_| {
        let Some(question) = deleted.get_untracked() else { return };
        browser::spawn(async move {
            let again = SaveQuestion {
                title: question.title.get(language).to_owned(),
                question: question.question,
                chart: question.chart,
                dashboard: None,
                new_dashboard: None,
            };
            match ask(again).await {
                Ok(_) => deleted.set(None),
                Err(fault) => toasts.fault(&fault, language),
            }
            changed.run(());
        });
    };
    view! {
        <div role="status">
            {move || {
                deleted
                    .get()
                    .map(|question| {
                        view! {
                            <p class="banner">
                                <span>"“"{question.title.get(language).to_owned()}"” "{words::was_deleted(language)}</span>
                                <button type="button" class="text-button" on:click=bring_back>{words::undo(language)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

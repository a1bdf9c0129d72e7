//! One thing that somebody keeps, a question or SQL: its row among the others, deleting it, bringing it back.

use super::{
    asks::{DeleteQuestion, SaveQuestion, SavedQuestion},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::{Language, Text},
    ui::{
        browser,
        button::{Button, Tone},
        chip::Tag,
        figures::{Figures, NONE},
        icon::Glyph,
        table::Cell,
        toast::use_toasts,
    },
    visit::use_language,
    warehouse::{
        address::{View, path_step, write_view},
        asks::ChartKind,
        say::{chart_name, spelled},
        sql::{
            address_of,
            asks::{DeleteStatement, SaveStatement, SavedStatement},
        },
    },
};
use leptos::prelude::*;

#[derive(Clone)]
pub enum Saved {
    Question(Box<SavedQuestion>),
    Statement(SavedStatement),
}

impl Saved {
    pub fn changed_ms(&self) -> i64 {
        match self {
            Self::Question(question) => question.updated_ms,
            Self::Statement(statement) => statement.changed_ms,
        }
    }

    fn title(&self, language: Language) -> String {
        match self {
            Self::Question(question) => question.title.get(language).to_owned(),
            Self::Statement(statement) => statement.title.clone(),
        }
    }

    async fn delete(&self) -> Result<(), Fault> {
        match self {
            Self::Question(question) => ask(DeleteQuestion { id: question.id.clone() }).await,
            Self::Statement(statement) => ask(DeleteStatement { id: statement.id.clone() }).await,
        }
    }

    async fn bring_back(self, language: Language) -> Result<(), Fault> {
        match self {
            Self::Question(question) => {
                let title = question.title.get(language).to_owned();
                let SavedQuestion { question, chart, .. } = *question;
                ask(SaveQuestion { title, question, chart, dashboard: None, new_dashboard: None }).await.map(drop)
            }
            Self::Statement(SavedStatement { title, statement, .. }) => ask(SaveStatement { id: String::new(), title, statement }).await.map(drop),
        }
    }
}

/// The page on which a question is asked.
pub fn href(saved: &SavedQuestion) -> String {
    let view = View { question: saved.question.clone(), chart: saved.chart };
    format!("/data/{}/ask{}", path_step(&saved.question.mart), write_view(&view))
}

/// What a row needs to know of the page.
#[derive(Clone, Copy)]
pub struct Page {
    pub now: i64,
    /// What was deleted last.
    pub deleted: RwSignal<Option<Saved>>,
    pub changed: Callback<()>,
}

/// Title, data, drawing, dashboard, when it was changed, what can be done with it. `titles` are those of the data.
pub fn row(saved: Saved, titles: &[(String, Text)], figures: &Figures, page: Page) -> Vec<Cell> {
    let language = figures.language;
    let changed_ms = saved.changed_ms();
    let [title, data, chart, dashboard] = match &saved {
        Saved::Question(question) => of_question(question, titles, language),
        Saved::Statement(statement) => of_statement(statement, language),
    };
    vec![
        title,
        data,
        chart,
        dashboard,
        Cell::figure(figures.when(changed_ms, page.now), changed_ms as f64),
        Cell::view("", move || view! { <Delete saved=saved.clone() page/> }.into_any()),
    ]
}

fn of_question(question: &SavedQuestion, titles: &[(String, Text)], language: Language) -> [Cell; 4] {
    let title = titles.iter().find(|(name, _)| *name == question.question.mart).map(|(_, title)| title.get(language).to_owned());
    let dashboard = match &question.dashboard {
        Some(id) => Cell::text(words::open(language)).link(format!("/dashboards/{}", path_step(id))),
        None => Cell::text(NONE),
    };
    [
        Cell::text(question.title.get(language)).link(href(question)),
        Cell::text(title.unwrap_or_else(|| spelled(&question.question.mart))),
        Cell::text(chart_name(question.chart, language)),
        dashboard,
    ]
}

/// What it reads stands in the statement; its result is a table.
fn of_statement(statement: &SavedStatement, language: Language) -> [Cell; 4] {
    let (title, address) = (statement.title.clone(), address_of(&statement.id));
    let marked = move || view! { <a href=address.clone()>{title.clone()}</a>" "<Tag label="SQL"/> }.into_any();
    [Cell::view(statement.title.clone(), marked), Cell::text(NONE), Cell::text(chart_name(ChartKind::Table, language)), Cell::text(NONE)]
}

#[component]
fn Delete(saved: Saved, page: Page) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let delete = move |()| {
        busy.set(true);
        let saved = saved.clone();
        browser::spawn(async move {
            match saved.delete().await {
                Ok(()) => page.deleted.set(Some(saved)),
                Err(fault) => toasts.fault(&fault, language),
            }
            busy.try_set(false);
            page.changed.run(());
        });
    };
    view! { <div class="row-actions"><Button label=words::delete(language).to_owned() tone=Tone::Ghost glyph=Glyph::Delete busy on_press=delete/></div> }
}

/// Says what was deleted and brings it back; stays until the page is left.
#[component]
pub fn Undo(deleted: RwSignal<Option<Saved>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let bring_back = move |_| {
        let Some(saved) = deleted.get_untracked() else { return };
        browser::spawn(async move {
            match saved.bring_back(language).await {
                Ok(()) => deleted.set(None),
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
                    .map(|saved| {
                        view! {
                            <p class="banner">
                                <span>"“"{saved.title(language)}"” "{words::was_deleted(language)}</span>
                                <button type="button" class="text-button" on:click=bring_back>{words::undo(language)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

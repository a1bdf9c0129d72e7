//! Saved questions and, for who writes it, saved SQL: the list, and where each can be seen and changed.

use super::{
    asks::{ListQuestions, SavedQuestion},
    saved::{Page, Saved, Undo, href, row},
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    front::frame::use_reader,
    text::Text,
    ui::{
        button::LinkButton,
        calendar::now_ms,
        figures::use_figures,
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        table::{Column, DataTable},
    },
    visit::use_language,
    warehouse::{
        address::read_search,
        asks::ListMarts,
        sql::asks::{ListStatements, SavedStatement},
    },
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// All that somebody keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Everything {
    questions: Vec<SavedQuestion>,
    statements: Vec<SavedStatement>,
    /// Titles of the data; without them its names do.
    titles: Vec<(String, Text)>,
}

/// Address `/questions`; with `?open={id}` it leads on to where that question can be seen and changed.
#[component]
pub fn Questions() -> impl IntoView {
    let language = use_language();
    let reader = use_reader();
    let everything = Resource::new(
        || (),
        move |()| {
            let (questions, marts) = (ask(ListQuestions {}), ask(ListMarts {}));
            async move {
                let questions = questions.await?;
                let titles = marts.await.unwrap_or_default().into_iter().map(|mart| (mart.name, mart.title)).collect();
                let writes_sql = reader.me().await.is_some_and(|me| me.may.sql);
                let statements = if writes_sql { statements().await? } else { Vec::new() };
                Ok::<_, Fault>(Everything { questions, statements, titles })
            }
        },
    );
    let retry = Callback::new(move |()| everything.refetch());
    let deleted = RwSignal::new(None::<Saved>);
    let search = use_location().search;
    let wanted = move || read_search(&search.get_untracked()).into_iter().find(|(name, _)| name == "open").map(|(_, id)| id);
    view! {
        <PageHead title=words::questions(language) lead=words::questions_lead(language)/>
        <Undo deleted changed=retry/>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let answer = everything.await;
                let opened = answer.as_ref().ok().zip(wanted()).and_then(|(known, id)| known.questions.iter().find(|question| question.id == id).map(href));
                match opened {
                    Some(path) => view! { <Redirect path/> }.into_any(),
                    None => outcome(answer, Some(retry), move |everything| view! { <SavedList everything deleted changed=retry/> }.into_any()),
                }
            })}
        </Transition>
    }
}

/// One's saved SQL; none for whom the right to it was withdrawn meanwhile.
async fn statements() -> Result<Vec<SavedStatement>, Fault> {
    match ask(ListStatements {}).await {
        Err(fault) if fault.kind == FaultKind::Forbidden => Ok(Vec::new()),
        answer => answer,
    }
}

#[component]
fn SavedList(everything: Everything, deleted: RwSignal<Option<Saved>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let Everything { questions, statements, titles } = everything;
    let questions = questions.into_iter().map(|question| Saved::Question(Box::new(question)));
    let mut saved: Vec<Saved> = questions.chain(statements.into_iter().map(Saved::Statement)).collect();
    if saved.is_empty() {
        return view! {
            <Empty title=words::no_questions(language) text=words::no_questions_text(language) glyph=Glyph::Question>
                <LinkButton href="/data" label=words::ask_question(language) glyph=Glyph::Explore/>
            </Empty>
        }
        .into_any();
    }
    saved.sort_by_key(|saved| Reverse(saved.changed_ms()));
    let figures = use_figures();
    let columns = vec![
        Column::text("question", words::question(language)),
        Column::text("data", words::data(language)),
        Column::text("chart", words::shown_as(language)),
        Column::text("dashboard", words::on_dashboard(language)),
        Column::text("saved", words::saved_when(language)),
        Column::figure("actions", words::actions(language)).fixed(),
    ];
    let page = Page { now: now_ms(), deleted, changed };
    let rows = saved.into_iter().map(|saved| row(saved, &titles, &figures, page)).collect::<Vec<_>>();
    view! { <section class="panel"><DataTable caption=words::questions(language) columns rows/></section> }.into_any()
}

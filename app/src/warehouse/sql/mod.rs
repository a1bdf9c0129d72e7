//! SQL of one's own over the governed marts: an editor, what it gives, the tables at the side, statements that are kept.

pub mod asks;
mod caret;
mod complete;
mod editor;
mod keywords;
mod lexer;
mod result;
mod run;
mod saved;
mod tables;
mod words;

use crate::{
    ask::{Fault, ask},
    reports::download::{DownloadDialog, Downloads},
    ui::{
        button::{Button, LinkButton, Tone},
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, Skeleton, outcome},
    },
    visit::use_language,
    warehouse::address::{read_search, write_search},
};
use asks::{DescribeSql, ListStatements, SavedStatement, SqlSchema};
use editor::{Editor, SqlEditor};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use result::{ResultPanel, WrongLine};
use run::Run;
use saved::{Kept, SaveButton, SavedPanel};
use serde::{Deserialize, Serialize};
use tables::TablePanel;

/// What an address calls the statement that the page begins with.
const STATEMENT: &str = "statement";

/// Where a saved statement stands in the editor.
pub fn address_of(id: &str) -> String {
    format!("/sql{}", write_search(&[(STATEMENT.to_owned(), id.to_owned())]))
}

/// What the page begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Opening {
    schema: SqlSchema,
    statement: Option<SavedStatement>,
    /// The address names one that is not there, or not the reader's.
    gone: bool,
}

async fn opening(wanted: Option<String>) -> Result<Opening, Fault> {
    let schema = ask(DescribeSql {}).await?;
    let statement = match &wanted {
        Some(id) => ask(ListStatements {}).await?.into_iter().find(|known| known.id == *id),
        None => None,
    };
    Ok(Opening { schema, gone: wanted.is_some() && statement.is_none(), statement })
}

/// Address `/sql`; `?statement={id}` begins with that saved statement.
#[component]
pub fn SqlPage() -> impl IntoView {
    let language = use_language();
    let search = use_location().search;
    let wanted = move || read_search(&search.get_untracked()).into_iter().find(|(name, _)| name == STATEMENT).map(|(_, id)| id);
    let page = Resource::new(|| (), move |()| opening(wanted()));
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <PageHead title="SQL" lead=words::lead(language)/>
        <Transition fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(page.await, Some(retry), |opening| view! { <SqlView opening/> }.into_any()) })}
        </Transition>
    }
}

#[component]
fn SqlView(opening: Opening) -> impl IntoView {
    let language = use_language();
    let Opening { schema, statement, gone } = opening;
    if schema.tables.is_empty() {
        return view! {
            <Empty title=words::no_tables(language) text=words::no_tables_text(language) glyph=Glyph::Data>
                <LinkButton href="/data" label=crate::warehouse::words::data(language)/>
            </Empty>
        }
        .into_any();
    }
    let may_export = schema.may_export;
    let schema = StoredValue::new(schema);
    let (title, text) = statement.map(|known| (known.title, known.statement)).unwrap_or_default();
    let (editor, run, kept, downloads) = (Editor::new(schema, text), Run::new(), Kept::new(title), Downloads::new());
    let start = move || run.start(editor.text());
    let wrong = Signal::derive(move || run.is_wrong());
    let running = Signal::derive(move || run.is_running());
    view! {
        {gone.then(|| view! { <p class="banner lamp" role="status"><Icon glyph=Glyph::Alert/><span>{words::gone(language)}</span></p> })}
        <div class="sql">
            <div class="sql-main">
                <section class="panel" aria-label=words::statement(language)>
                    <SqlEditor editor wrong on_run=move |()| start()/>
                    <WrongLine run/>
                    <div class="sql-actions">
                        <Button label=words::run(language).to_owned() tone=Tone::Solid glyph=Glyph::Play busy=running on_press=move |()| start()/>
                        <div class:gone=move || !running.get()>
                            <Button label=words::cancel(language).to_owned() glyph=Glyph::Stop on_press=move |()| run.cancel()/>
                        </div>
                        <SaveButton kept editor/>
                    </div>
                </section>
                <ResultPanel run kept downloads may_export/>
            </div>
            <div class="sql-side">
                <TablePanel schema editor/>
                <SavedPanel kept editor/>
            </div>
        </div>
        {may_export.then(|| view! { <DownloadDialog downloads/> })}
    }
    .into_any()
}

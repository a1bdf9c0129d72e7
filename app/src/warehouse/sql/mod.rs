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
    ask::ask,
    reports::download::{DownloadDialog, Downloads},
    ui::{
        button::{Button, LinkButton, Tone},
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
    },
    visit::use_language,
};
use asks::{DescribeSql, SqlSchema};
use editor::{Editor, SqlEditor};
use leptos::prelude::*;
use result::{ResultPanel, WrongLine};
use run::Run;
use saved::{Kept, SaveButton, SavedPanel};
use tables::TablePanel;

/// Address `/sql`.
#[component]
pub fn SqlPage() -> impl IntoView {
    let language = use_language();
    let schema = Resource::new(|| (), |()| ask(DescribeSql {}));
    let retry = Callback::new(move |()| schema.refetch());
    view! {
        <PageHead title="SQL" lead=words::lead(language)/>
        <Transition fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(schema.await, Some(retry), |schema| view! { <SqlView schema/> }.into_any()) })}
        </Transition>
    }
}

#[component]
fn SqlView(schema: SqlSchema) -> impl IntoView {
    let language = use_language();
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
    let (editor, run, kept, downloads) = (Editor::new(schema), Run::new(), Kept::new(), Downloads::new());
    let start = move || run.start(editor.text());
    let wrong = Signal::derive(move || run.is_wrong());
    let running = Signal::derive(move || run.is_running());
    view! {
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

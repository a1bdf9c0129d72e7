//! The tables and columns that may be read, beside the editor: pressed, their names go into the statement.

use super::{
    asks::{SqlColumn, SqlSchema, SqlTable},
    editor::Editor,
    keywords::name_in_sql,
    words,
};
use crate::{
    text::Language,
    ui::icon::{Glyph, Icon},
    visit::use_language,
    warehouse::say::kind_name,
};
use leptos::prelude::*;

/// Up to so many tables are shown with their columns from the beginning.
const OPEN: usize = 2;

#[component]
pub fn TablePanel(schema: StoredValue<SqlSchema>, editor: Editor) -> impl IntoView {
    let language = use_language();
    let wanted = RwSignal::new(String::new());
    let tables = schema.with_value(|schema| schema.tables.clone());
    let open = tables.len() <= OPEN;
    let nothing = {
        let names: Vec<String> = tables.iter().map(searched).collect();
        move || wanted.with(|wanted| names.iter().all(|name| !name.contains(&wanted.trim().to_lowercase())))
    };
    let items = tables.into_iter().map(|table| view! { <Table table editor wanted open/> }).collect_view();
    view! {
        <section class="panel sql-tables" aria-label=words::tables(language)>
            <h2>{words::tables(language)}</h2>
            <input
                type="search"
                class="field-search"
                aria-label=words::find(language)
                placeholder=words::find(language)
                autocomplete="off"
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            {items}
            <p class="quiet" role="status">{move || nothing().then(|| words::nothing_found(language))}</p>
        </section>
    }
}

/// Everything by which a table is found.
fn searched(table: &SqlTable) -> String {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let words = [table.name.as_str(), table.title.en.as_str(), table.title.es.as_str()].into_iter().chain(columns).collect::<Vec<_>>();
    words.join(" ").to_lowercase()
}

#[component]
fn Table(table: SqlTable, editor: Editor, wanted: RwSignal<String>, open: bool) -> impl IntoView {
    let language = use_language();
    let names = searched(&table);
    let hidden = move || wanted.with(|wanted| !names.contains(&wanted.trim().to_lowercase()));
    let SqlTable { name, title, description, columns } = table;
    let (spelled, press_label) = (name_in_sql(&name), format!("{}: {name}", words::insert(language)));
    let columns = columns.into_iter().map(|column| view! { <Field column editor language/> }).collect_view();
    view! {
        <details class="sql-table" class:gone=hidden open=open>
            <summary title=description.get(language).to_owned()>
                <Icon glyph=Glyph::Table/>
                <span class="two-lines"><b><code>{name}</code></b><span>{title.get(language).to_owned()}</span></span>
            </summary>
            <button type="button" class="text-button" on:click=move |_| editor.insert(&spelled)>{press_label}</button>
            <ul class="sql-columns">{columns}</ul>
        </details>
    }
}

#[component]
fn Field(column: SqlColumn, editor: Editor, language: Language) -> impl IntoView {
    let SqlColumn { name, kind, description, masked } = column;
    let spelled = name_in_sql(&name);
    let mut about = kind_name(kind, language).to_owned();
    if masked {
        about = format!("{about} · {}", words::masked(language));
    }
    view! {
        <li>
            <button type="button" title=description.get(language).to_owned() on:click=move |_| editor.insert(&spelled)>
                <code>{name}</code>
                <small>{about}</small>
            </button>
        </li>
    }
}

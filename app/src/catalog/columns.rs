//! The columns of an entry: type, meaning, how they are changed for this reader, which hold personal data.

use super::{
    asks::{Entry, EntryColumn},
    entry::Room,
    words,
};
use crate::{
    text::Language,
    ui::{
        button::IconButton,
        chip::{Mood, Tag},
        icon::Glyph,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
    warehouse::say::kind_name,
};
use leptos::prelude::*;

pub fn columns(entry: &Entry, room: Room, language: Language) -> AnyView {
    if entry.columns.is_empty() {
        return view! { <p class="field-help">{words::no_columns(language)}</p> }.into_any();
    }
    let described = entry.editing.is_some();
    let mut columns = vec![
        Column::text("column", words::column(language)),
        Column::text("kind", words::kind(language)),
        Column::text("meaning", words::meaning(language)),
        Column::text("access", words::your_access(language)),
    ];
    if described {
        columns.push(Column::text("actions", words::actions(language)).fixed());
    }
    let open = entry.open.is_some();
    let rows: Vec<Vec<Cell>> = entry.columns.iter().map(|column| row(column, open, described.then_some(room), language)).collect();
    view! { <DataTable caption=words::columns(language) columns rows/> }.into_any()
}

fn row(column: &EntryColumn, open: bool, room: Option<Room>, language: Language) -> Vec<Cell> {
    let (label, name, personal) = (column.label.get(language).to_owned(), column.name.clone(), column.personal);
    let access = match &column.mask {
        Some(mask) => mask.get(language),
        None if open => words::as_is(language),
        None => crate::ui::figures::NONE,
    };
    let mut cells = vec![
        Cell::view(label.clone(), move || {
            view! {
                <span class="two-lines">
                    <b>{label.clone()}</b>
                    <span><code>{name.clone()}</code></span>
                    {personal.then(|| view! { <span><Tag label=words::personal(language) mood=Mood::Lamp glyph=Glyph::Person/></span> })}
                </span>
            }
            .into_any()
        }),
        Cell::text(kind_name(column.kind, language)),
        Cell::text(column.description.get(language)),
        Cell::text(access),
    ];
    if let Some(room) = room {
        let name = column.name.clone();
        cells.push(Cell::view("", move || view! { <Describe name=name.clone() room/> }.into_any()));
    }
    cells
}

#[component]
fn Describe(name: String, room: Room) -> impl IntoView {
    let language = use_language();
    let label = format!("{}: {name}", words::describe_column(language));
    view! { <IconButton label glyph=Glyph::Edit on_press=move |()| room.column.set(Some(name.clone()))/> }
}

//! Two small buttons beside a value: add it to the query, or exclude it.

use super::{
    asks::FieldCard,
    cell::value_text,
    edit::{clause, narrowed},
    page::Looking,
    words,
};
use crate::{
    ui::{button::IconButton, figures::use_figures, icon::Glyph},
    visit::use_language,
    warehouse::asks::Value,
};
use leptos::prelude::*;

/// Nothing for a masked field: it cannot be asked for.
#[component]
pub fn Narrow(looking: Looking, field: FieldCard, value: Value) -> impl IntoView {
    let language = use_language();
    if field.masked {
        return None;
    }
    let said = format!("{}: {}", field.name, value_text(&value, &field, &use_figures()));
    let clause = StoredValue::new(clause(&field, &value));
    let press = move |exclude: bool| {
        looking.change(|view| view.query = clause.with_value(|clause| narrowed(&view.query, clause, exclude)));
    };
    Some(view! {
        <span class="value-ways">
            <IconButton label=format!("{} {said}", words::add(language)) glyph=Glyph::Plus on_press=move |()| press(false)/>
            <IconButton label=format!("{} {said}", words::exclude(language)) glyph=Glyph::Minus on_press=move |()| press(true)/>
        </span>
    })
}

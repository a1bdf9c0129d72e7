//! The fields of a stream: kind, top values on opening one, and whether it is a column. Beside the rows, or in a drawer on a phone.

use super::{
    asks::{FieldCard, FieldKind},
    page::Looking,
    top::Top,
    words,
};
use crate::{
    text::Language,
    ui::{
        button::{Button, IconButton},
        dialog::Dialog,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// From so many fields on, they can be searched by name.
const MANY: usize = 8;

#[component]
pub fn FieldPane(looking: Looking) -> impl IntoView {
    let language = use_language();
    view! {
        <aside class="panel field-pane" aria-label=words::fields(language)>
            <h2>{words::fields(language)}</h2>
            <FieldList looking place="side"/>
        </aside>
    }
}

/// The same behind a button, where there is no room beside the rows.
#[component]
pub fn FieldDrawer(looking: Looking) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    view! {
        <div class="field-drawer">
            <Button label=words::fields(language).to_owned() glyph=Glyph::Filter on_press=move |()| open.set(true)/>
            <Dialog open title=words::fields(language).to_owned() sheet=true><FieldList looking place="drawer"/></Dialog>
        </div>
    }
}

/// `place` keeps the ids of the two lists apart.
#[component]
fn FieldList(looking: Looking, place: &'static str) -> impl IntoView {
    let language = use_language();
    let wanted = RwSignal::new(String::new());
    let fields = looking.card.with_value(|card| card.fields.clone());
    let many = fields.len() > MANY;
    let items = fields
        .into_iter()
        .map(|field| {
            let name = field.name.to_lowercase();
            let hidden = move || wanted.with(|wanted| !name.contains(&wanted.to_lowercase()));
            view! { <li class:gone=hidden><FieldItem looking field place/></li> }
        })
        .collect_view();
    view! {
        {many
            .then(|| {
                view! {
                    <input
                        type="search"
                        class="field-search"
                        aria-label=words::find_field(language)
                        placeholder=words::find_field(language)
                        autocomplete="off"
                        on:input=move |event| wanted.set(event_target_value(&event))
                    />
                }
            })}
        <ul class="field-list">{items}</ul>
    }
}

#[component]
fn FieldItem(looking: Looking, field: FieldCard, place: &'static str) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    let name = field.name.clone();
    let body_id = format!("field-{place}-{name}");
    let (sign, kind) = (kind_sign(field.kind), kind_name(field.kind, language));
    let column = {
        let name = name.clone();
        Memo::new(move |_| looking.columns().contains(&name))
    };
    let column_label = {
        let name = name.clone();
        Signal::derive(move || format!("{}: {name}", if column.get() { words::hide_column(language) } else { words::show_column(language) }))
    };
    let toggle = {
        let name = name.clone();
        move |()| looking.toggle_column(&name)
    };
    let masked = field.masked;
    let description = field.description.get(language).to_owned();
    let field = StoredValue::new(field);
    view! {
        <div class="field-item">
            <button type="button" class="field-name" aria-expanded=move || open.get().to_string() aria-controls=body_id.clone() on:click=move |_| open.update(|open| *open = !*open)>
                <span class="kind-sign" aria-hidden="true">{sign}</span>
                <span class="field-word">{name}</span>
                <span class="hidden">", "{kind}</span>
                {masked.then(|| view! { <span class="masked" title=words::masked(language)><Icon glyph=Glyph::Shield/><span class="hidden">{words::masked(language)}</span></span> })}
            </button>
            <IconButton label=column_label glyph=Glyph::Table pressed=column on_press=toggle/>
        </div>
        <div class="field-body" id=body_id class:gone=move || !open.get()>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <p class="quiet">{kind}{(!description.is_empty()).then(|| format!(". {description}"))}</p>
                            {if masked {
                                view! { <p class="field-masked"><Icon glyph=Glyph::Shield/><span>{words::masked_why(language)}</span></p> }.into_any()
                            } else {
                                view! { <Top looking field=field.get_value()/> }.into_any()
                            }}
                        }
                    })
            }}
        </div>
    }
}

/// A letter or sign for a kind, where its word has no room.
pub fn kind_sign(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Keyword => "k",
        FieldKind::Text => "t",
        FieldKind::Integer | FieldKind::Number => "#",
        FieldKind::Bool => "?",
        FieldKind::Timestamp => "◷",
    }
}

pub fn kind_name(kind: FieldKind, language: Language) -> &'static str {
    match kind {
        FieldKind::Keyword => words::kind_keyword(language),
        FieldKind::Text => words::kind_text(language),
        FieldKind::Integer => words::kind_integer(language),
        FieldKind::Number => words::kind_number(language),
        FieldKind::Bool => words::kind_bool(language),
        FieldKind::Timestamp => words::kind_timestamp(language),
    }
}

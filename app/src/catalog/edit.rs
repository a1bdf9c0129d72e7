//! The forms in which administrators say what data is: the whole, or one of its columns.

use super::{
    asks::{DescribeColumn, DescribeEntry, Editing, Entry},
    words,
};
use crate::{
    text::Text,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{AreaField, CheckField, FormFault, TextField},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn EntryForm(entry: Entry, done: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let Some(editing) = entry.editing else { return ().into_any() };
    let Editing { version, description, tags, keeper, .. } = editing;
    let name = entry.card.name;
    let people = keeper.is_some();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = DescribeEntry {
            name: name.clone(),
            version,
            description: Text::of(form.text("description-en"), form.text("description-es")),
            tags: form.text("tags").split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            keeper: people.then(|| form.text("keeper")),
        };
        faults.clear();
        act.run_or(question, move |_| done.run(()), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <Descriptions description/>
            <TextField name="tags" label=words::tags(language) value=tags.join(", ") help=words::tags_help(language) error=faults.under("tags") optional=true/>
            {keeper.map(|address| view! {
                <TextField
                    name="keeper"
                    label=words::keeper_address(language)
                    kind="email"
                    value=address
                    help=words::keeper_help(language)
                    error=faults.under("keeper")
                    optional=true
                    autocomplete="off".to_owned()
                />
            })}
            <FormFault text=faults.above(&["tags", "keeper"])/>
            <div class="form-actions"><Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
    .into_any()
}

#[component]
pub fn ColumnForm(entry: Entry, column: String, done: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let personal = entry.columns.iter().any(|known| known.name == column && known.personal);
    let Some(editing) = entry.editing else { return ().into_any() };
    let description = editing.columns.into_iter().find(|(name, _)| *name == column).map(|(_, written)| written).unwrap_or_default();
    let (name, version) = (entry.card.name, editing.version);
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = DescribeColumn {
            name: name.clone(),
            version,
            column: column.clone(),
            description: Text::of(form.text("description-en"), form.text("description-es")),
            personal: form.ticked("personal"),
        };
        faults.clear();
        act.run_or(question, move |_| done.run(()), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <Descriptions description/>
            <CheckField name="personal" label=words::is_personal(language) ticked=personal help=words::is_personal_help(language)/>
            <FormFault text=faults.above(&[])/>
            <div class="form-actions"><Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
    .into_any()
}

/// The same text in both languages.
#[component]
fn Descriptions(description: Text) -> impl IntoView {
    let language = use_language();
    let help = words::description_help(language);
    view! {
        <AreaField name="description-en" label=words::description_en(language) value=description.en help rows=4 optional=true/>
        <AreaField name="description-es" label=words::description_es(language) value=description.es help rows=4 optional=true/>
    }
}

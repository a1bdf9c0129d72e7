//! The panel of roles beside the matrix: who holds how many, and roles of one's own.

use super::{
    asks::{AddRole, DeleteRole, RoleCard},
    words,
};
use crate::{
    text::{Language, Text},
    ui::{
        act::{Act, use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        chip::{Mood, Tag},
        confirm::Confirm,
        dialog::Dialog,
        form::{FormFault, SelectField, TextField},
        icon::Glyph,
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the form calls the role that is none.
const NONE: &str = "-";
const PLACED: &[&str] = &["name", "title_en", "title_es", "like"];

/// All roles; `changed` is called when one was added or deleted.
pub fn roles_panel(roles: Vec<RoleCard>, may_change: bool, changed: Callback<()>, language: Language) -> AnyView {
    let (adding, deleting) = (RwSignal::new(false), RwSignal::new(None::<RoleCard>));
    let rows: Vec<Vec<Cell>> = roles.iter().map(|role| row(role, may_change, deleting, language)).collect();
    let columns = vec![
        Column::text("role", words::role(language)),
        Column::text("short", words::short_name(language)),
        Column::text("kind", words::kind(language)),
        Column::figure("people", words::held_by(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    let add = may_change.then(|| view! { <Button label=words::add_role(language).to_owned() glyph=Glyph::Plus on_press=move |()| adding.set(true)/> });
    let roles = StoredValue::new(roles);
    let act = use_act();
    let added = Callback::new(move |()| {
        adding.set(false);
        act.say(words::role_added(language));
        changed.run(());
    });
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{words::roles(language)}</h2><div class="panel-actions">{add}</div></header>
            <DataTable caption=words::roles(language) columns rows/>
        </section>
        <Dialog open=adding title=words::add_role(language).to_owned()><RoleForm roles=roles.get_value() added/></Dialog>
        <ConfirmDelete deleting act changed/>
    }
    .into_any()
}

fn row(role: &RoleCard, may_change: bool, deleting: RwSignal<Option<RoleCard>>, language: Language) -> Vec<Cell> {
    let (label, mood) = if role.built_in { (words::built_in(language), Mood::Plain) } else { (words::own(language), Mood::Good) };
    let title = role.title.get(language).to_owned();
    let may_delete = may_change && !role.built_in && role.holders == 0;
    let card = role.clone();
    let delete = move || {
        let (card, label) = (card.clone(), format!("{}: {}", words::delete(language), card.title.get(language)));
        view! { <IconButton label glyph=Glyph::Delete on_press=move |()| deleting.set(Some(card.clone()))/> }.into_any()
    };
    vec![
        Cell::text(title),
        Cell::text(role.name.clone()),
        Cell::view(label, move || view! { <Tag label mood/> }.into_any()),
        Cell::figure(role.holders.to_string(), role.holders as f64),
        if may_delete { Cell::view("", delete) } else { Cell::default() },
    ]
}

#[component]
fn RoleForm(roles: Vec<RoleCard>, added: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let like = Some(form.text("like")).filter(|like| like != NONE).unwrap_or_default();
        let question = AddRole { name: form.text("name"), title: Text::of(form.text("title_en"), form.text("title_es")), like };
        faults.clear();
        act.run_or(question, move |_| added.run(()), move |fault| faults.set(fault));
    };
    let mut likes = vec![(NONE.to_owned(), words::begins_with_nothing(language).to_owned())];
    likes.extend(roles.into_iter().map(|role| (role.name, role.title.get(language).to_owned())));
    view! {
        <form class="form" on:submit=send>
            <TextField
                name="name"
                label=words::short_name(language)
                help=words::short_name_help(language)
                error=faults.under("name")
                autocomplete="off".to_owned()
            />
            <div class="two">
                <TextField name="title_en" label=words::title_en(language) error=faults.under("title_en") autocomplete="off".to_owned()/>
                <TextField name="title_es" label=words::title_es(language) error=faults.under("title_es") autocomplete="off".to_owned()/>
            </div>
            <SelectField name="like" label=words::begins_like(language) options=likes value=NONE error=faults.under("like")/>
            <FormFault text=faults.above(PLACED)/>
            <div class="form-actions"><Button label=words::add_role(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

#[component]
fn ConfirmDelete(deleting: RwSignal<Option<RoleCard>>, act: Act, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let name = Callback::new(move |role: RoleCard| view! { <b>{role.title.get(language).to_owned()}</b> }.into_any());
    let on_sure = Callback::new(move |role: RoleCard| {
        act.run(DeleteRole { name: role.name }, move |_| {
            act.say(words::deleted(language));
            changed.run(());
        });
    });
    view! {
        <Confirm
            about=deleting
            title=words::delete_title(language)
            name
            text=words::delete_text(language)
            verb=words::delete(language)
            busy=act.busy
            on_sure
        />
    }
}

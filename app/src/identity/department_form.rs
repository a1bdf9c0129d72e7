//! The form that adds a department.

use super::words;
use crate::{
    governance::asks::SaveDepartment,
    text::Text,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{FormFault, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn DepartmentForm(added: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = SaveDepartment { name: form.text("name"), title: Text::of(form.text("title_en"), form.text("title_es")) };
        faults.clear();
        let done = move |()| {
            act.say(words::department_added(language));
            added.run(());
        };
        act.run_or(question, done, move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::department_name(language) help=words::department_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <TextField name="title_en" label=words::title_en(language) autocomplete="off".to_owned()/>
            <TextField name="title_es" label=words::title_es(language) autocomplete="off".to_owned()/>
            <FormFault text=faults.above(&["name"])/>
            <div class="form-actions"><Button label=words::add(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

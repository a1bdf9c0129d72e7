//! The dialog that deletes a person and asks who takes over what they own.

use super::{
    asks::{DeletePerson, HandedOver},
    words,
};
use crate::{
    ask::Fault,
    identity::asks::{People, PersonCard},
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FormFault, SelectField},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the choice of nobody is sent as: no id is like it.
const NOBODY: &str = "-";

#[component]
pub fn Leaving(people: Resource<Result<People, Fault>>, person: RwSignal<Option<PersonCard>>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let open = open_while(person);
    let done = Callback::new(move |gone: HandedOver| {
        person.set(None);
        act.say(words::deleted(gone, language));
        people.refetch();
    });
    view! {
        <Dialog open title=words::delete_title(language).to_owned()>
            {move || {
                let known = people.get().and_then(Result::ok)?;
                let whom = person.get()?;
                Some(view! { <Choice people=known whom person done/> })
            }}
        </Dialog>
    }
}

#[component]
fn Choice(people: People, whom: PersonCard, person: RwSignal<Option<PersonCard>>, done: Callback<HandedOver>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let others = people.people.into_iter().filter(|other| other.id != whom.id && !other.disabled);
    let mut heirs: Vec<(String, String)> = others.map(|other| (other.id, format!("{} · {}", other.name, other.email))).collect();
    heirs.push((NOBODY.to_owned(), words::nobody(language).to_owned()));
    let id = whom.id;
    let send = move |event: SubmitEvent| {
        let heir = Some(browser::read_form(&event).text("heir")).filter(|heir| heir != NOBODY);
        faults.clear();
        act.run_or(DeletePerson { id: id.clone(), heir }, move |gone| done.run(gone), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <p><b>{whom.name}</b>" · "{whom.email}</p>
            <p>{words::delete_text(language)}</p>
            <SelectField name="heir" label=words::heir(language) help=words::heir_help(language) options=heirs error=faults.under("heir")/>
            <FormFault text=faults.above(&["heir"])/>
            <div class="form-actions">
                <Button label=ui_words::cancel(language).to_owned() on_press=move |()| person.set(None)/>
                <Button label=words::delete_now(language).to_owned() tone=Tone::Danger busy=act.busy/>
            </div>
        </form>
    }
}

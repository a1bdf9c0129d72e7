//! The form that adds a person, or changes one.

use super::{
    asks::{AddPerson, ChangePerson, FirstPassword, People, PersonCard},
    words,
};
use crate::{
    ask::Fault,
    governance::cases::{
        anyway::{Anyway, Refused},
        asks::HeldBackPerson,
    },
    ui::{
        act::{use_act, use_form_faults},
        browser::{self, Filled},
        button::{Button, Tone},
        form::{FormFault, SelectField, TextField},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

const PLACED: &[&str] = &["name", "email", "department", "role"];

/// `done` gets the first password of whom it added, nothing when it changed somebody.
#[component]
pub fn PersonForm(people: People, #[prop(optional_no_strip)] person: Option<PersonCard>, done: Callback<Option<FirstPassword>>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    // A change that breaks policy tests.
    let refused = RwSignal::new(None::<Refused<HeldBackPerson>>);
    let choices = |list: Vec<(String, crate::text::Text)>| list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect::<Vec<_>>();
    let (departments, roles) = (choices(people.departments), choices(people.roles));
    let names = people.attributes.clone();
    let id = person.as_ref().map(|person| person.id.clone());
    let verb = if id.is_some() { ui_words::save(language) } else { words::add(language) };
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let (name, department, role) = (form.text("name"), form.text("department"), form.text("role"));
        let attributes = attributes(&form, &names);
        faults.clear();
        refused.set(None);
        match id.clone() {
            Some(id) => {
                let question = ChangePerson { id, name, department, role, attributes };
                let change = HeldBackPerson::Change(question.clone());
                let failed = move |fault: Fault| {
                    refused.set(Refused::of(change, &fault));
                    faults.set(fault);
                };
                act.run_or(question, move |()| done.run(None), failed);
            }
            None => {
                let question = AddPerson { name, email: form.text("email"), department, role, attributes };
                act.run_or(question, move |first| done.run(Some(first)), move |fault| faults.set(fault));
            }
        }
    };
    let known = person.unwrap_or_else(nobody);
    let of_attribute = |name: &str| known.attributes.iter().find(|(n, _)| n == name).map(|(_, values)| values.join(", ")).unwrap_or_default();
    let new = known.id.is_empty();
    let changed = Callback::new(move |()| done.run(None));
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::name(language) value=known.name.clone() error=faults.under("name") autocomplete="off".to_owned()/>
            {new.then(|| view! { <TextField name="email" label=words::email(language) kind="email" error=faults.under("email") autocomplete="off".to_owned()/> })}
            <SelectField name="department" label=words::department(language) options=departments value=known.department.clone() error=faults.under("department")/>
            <SelectField name="role" label=words::role(language) options=roles value=known.role.clone() error=faults.under("role")/>
            {people
                .attributes
                .iter()
                .map(|name| {
                    let value = of_attribute(name);
                    view! {
                        <TextField name=format!("attribute-{name}") label=name.clone() value help=words::attribute_help(language) optional=true autocomplete="off".to_owned()/>
                    }
                })
                .collect_view()}
            <FormFault text=faults.above(PLACED)/>
            <div class="form-actions"><Button label=verb.to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
        <Anyway refused done=changed/>
    }
}

fn nobody() -> PersonCard {
    PersonCard {
        id: String::new(),
        name: String::new(),
        email: String::new(),
        department: String::new(),
        role: String::new(),
        memberships: Vec::new(),
        attributes: Vec::new(),
        disabled: false,
        last_sign_in_ms: None,
    }
}

/// What a form says of these attributes.
pub(super) fn attributes(form: &Filled, names: &[String]) -> Vec<(String, Vec<String>)> {
    names.iter().map(|name| (name.clone(), values(&form.text(&format!("attribute-{name}"))))).filter(|(_, values)| !values.is_empty()).collect()
}

/// The values of a field that takes several, separated by commas.
fn values(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn commas_separate_and_spaces_do_not_count() {
        assert_eq!(values(" North, South ,,"), ["North", "South"]);
        assert!(values("  ").is_empty());
    }
}

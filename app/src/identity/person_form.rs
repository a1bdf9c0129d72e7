//! The form that adds a person.

use super::{
    asks::{AddPerson, FirstPassword, People},
    words,
};
use crate::{
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{FormFault, SelectField, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// Gives the first password of whom it added.
#[component]
pub fn PersonForm(people: People, added: Callback<FirstPassword>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let choices = |list: Vec<(String, crate::text::Text)>| list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect::<Vec<_>>();
    let (departments, roles) = (choices(people.departments), choices(people.roles));
    let names = people.attributes.clone();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let attributes =
            names.iter().map(|name| (name.clone(), values(&form.text(&format!("attribute-{name}"))))).filter(|(_, values)| !values.is_empty()).collect();
        let question =
            AddPerson { name: form.text("name"), email: form.text("email"), department: form.text("department"), role: form.text("role"), attributes };
        faults.clear();
        act.run_or(question, move |first| added.run(first), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::name(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <TextField name="email" label=words::email(language) kind="email" error=faults.under("email") autocomplete="off".to_owned()/>
            <SelectField name="department" label=words::department(language) options=departments error=faults.under("department")/>
            <SelectField name="role" label=words::role(language) options=roles error=faults.under("role")/>
            {people
                .attributes
                .into_iter()
                .map(|name| view! { <TextField name=format!("attribute-{name}") label=name help=words::attribute_help(language) optional=true autocomplete="off".to_owned()/> })
                .collect_view()}
            <FormFault text=faults.above(&["name", "email", "department", "role"])/>
            <div class="form-actions"><Button label=words::add(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
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

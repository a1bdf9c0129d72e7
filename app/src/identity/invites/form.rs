//! The form that invites a person.

use super::{
    asks::{InviteLink, InvitePerson},
    words as own,
};
use crate::{
    identity::{asks::People, person_form::attributes, words},
    text::Text,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{CheckField, FormFault, SelectField, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

const PLACED: &[&str] = &["name", "email", "department", "role", "days"];

/// `mail`: whether the portal sends mail. `done` gets the link.
#[component]
pub fn InviteForm(people: People, mail: bool, done: Callback<InviteLink>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let choices = |list: Vec<(String, Text)>| list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect::<Vec<_>>();
    let (departments, roles) = (choices(people.departments), choices(people.roles));
    let names = people.attributes.clone();
    let days = [("1", own::one_day(language)), ("7", own::seven_days(language)), ("30", own::thirty_days(language))];
    let days: Vec<(String, String)> = days.into_iter().map(|(days, title)| (days.to_owned(), title.to_owned())).collect();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = InvitePerson {
            name: form.text("name"),
            email: form.text("email"),
            department: form.text("department"),
            role: form.text("role"),
            attributes: attributes(&form, &names),
            days: form.text("days").parse().unwrap_or_default(),
            mail: form.ticked("mail"),
        };
        faults.clear();
        act.run_or(question, move |link| done.run(link), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <p class="quiet">{own::invite_text(language)}</p>
            <TextField name="name" label=words::name(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <TextField name="email" label=words::email(language) kind="email" error=faults.under("email") autocomplete="off".to_owned()/>
            <SelectField name="department" label=words::department(language) options=departments error=faults.under("department")/>
            <SelectField name="role" label=words::role(language) options=roles error=faults.under("role")/>
            {people
                .attributes
                .iter()
                .map(|name| {
                    view! {
                        <TextField name=format!("attribute-{name}") label=name.clone() help=words::attribute_help(language) optional=true autocomplete="off".to_owned()/>
                    }
                })
                .collect_view()}
            <SelectField name="days" label=own::good_for(language) options=days value="7" error=faults.under("days")/>
            {mail.then(|| view! { <CheckField name="mail" label=own::by_mail(language) ticked=true/> })}
            <FormFault text=faults.above(PLACED)/>
            <div class="form-actions"><Button label=own::invite(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

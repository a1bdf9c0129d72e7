//! The sheet in which an administrator says in which departments a person has which roles.

pub mod asks;
pub mod leaving;
pub mod words;

use self::asks::{Membership, SetMemberships};
use crate::{
    ask::Fault,
    governance::cases::{
        anyway::{Anyway, Refused},
        asks::HeldBackPerson,
    },
    identity::{
        asks::{People, PersonCard},
        words as identity_words,
    },
    text::Text,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        chip::Tag,
        dialog::{Dialog, open_while},
        form::{FormFault, SelectField},
        icon::Glyph,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn Memberships(people: Resource<Result<People, Fault>>, person: RwSignal<Option<PersonCard>>) -> impl IntoView {
    let language = use_language();
    let open = open_while(person);
    let title = Signal::derive(move || {
        let name = person.with(|person| person.as_ref().map(|person| person.name.clone())).unwrap_or_default();
        format!("{}: {name}", words::memberships(language))
    });
    view! {
        <Dialog open title sheet=true>
            {move || {
                let known = people.get().and_then(Result::ok)?;
                let whom = person.get()?;
                let done = Callback::new(move |()| {
                    person.set(None);
                    people.refetch();
                });
                Some(view! { <Sheet people=known person=whom done/> })
            }}
        </Dialog>
    }
}

/// What is held is changed here and saved as a whole: one new policy version, whatever the number of changes.
#[component]
fn Sheet(people: People, person: PersonCard, done: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let before = person.memberships.clone();
    let held = RwSignal::new(person.memberships);
    let (departments, roles) = (people.departments, people.roles);
    let choices = |list: &[(String, Text)]| list.iter().map(|(name, title)| (name.clone(), title.get(language).to_owned())).collect::<Vec<_>>();
    let (department_choices, role_choices) = (choices(&departments), choices(&roles));
    let add = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let new = Membership { department: form.text("seat-department"), role: form.text("seat-role") };
        held.update(|held| {
            if !held.contains(&new) {
                held.push(new);
            }
        });
    };
    let id = person.id;
    // A change that breaks policy tests.
    let refused = RwSignal::new(None::<Refused<HeldBackPerson>>);
    let saved = Callback::new(move |()| {
        act.say(words::memberships_saved(language));
        done.run(());
    });
    let save = move |()| {
        faults.clear();
        refused.set(None);
        let question = SetMemberships { person: id.clone(), memberships: held.get_untracked() };
        let change = HeldBackPerson::Place(question.clone());
        let failed = move |fault: Fault| {
            refused.set(Refused::of(change, &fault));
            faults.set(fault);
        };
        act.run_or(question, move |()| saved.run(()), failed);
    };
    let changed = Memo::new(move |_| held.with(|held| *held != before));
    let lines = move || {
        let named = |list: &[(String, Text)], name: &str| {
            list.iter().find(|(known, _)| known == name).map_or(name.to_owned(), |(_, title)| title.get(language).to_owned())
        };
        let all = held.get();
        let single = all.len() == 1;
        all.into_iter()
            .enumerate()
            .map(|(at, one)| line(held, at, single, format!("{} · {}", named(&departments, &one.department), named(&roles, &one.role))))
            .collect_view()
    };
    view! {
        <p class="quiet">{words::memberships_text(language)}</p>
        <ul class="session-list">{lines}</ul>
        <form class="form" on:submit=add>
            <h3 class="settings-head">{words::one_more(language)}</h3>
            <SelectField name="seat-department" label=identity_words::department(language) options=department_choices/>
            <SelectField name="seat-role" label=identity_words::role(language) options=role_choices/>
            <div class="form-actions"><Button label=words::place(language).to_owned() glyph=Glyph::Plus/></div>
        </form>
        <FormFault text=faults.above(&[])/>
        <p class="quiet" role="status">{move || changed.get().then(|| words::unsaved(language))}</p>
        <div class="form-actions"><Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=act.busy on_press=save/></div>
        <Anyway refused done=saved/>
    }
}

fn line(held: RwSignal<Vec<Membership>>, at: usize, single: bool, title: String) -> AnyView {
    let language = use_language();
    let first = move |()| {
        held.update(|held| {
            let one = held.remove(at);
            held.insert(0, one);
        });
    };
    let (up, away) = (format!("{}: {title}", words::make_first(language)), format!("{}: {title}", words::take_away(language)));
    view! {
        <li>
            <div><b>{title}{(at == 0).then(|| view! { <Tag label=words::begins_here(language)/> })}</b></div>
            {(at > 0).then(|| view! { <IconButton label=up glyph=Glyph::Rising on_press=first/> })}
            {(!single).then(|| view! { <IconButton label=away glyph=Glyph::Close on_press=move |()| held.update(|held| drop(held.remove(at)))/> })}
        </li>
    }
    .into_any()
}

//! People: who may sign in. Administrators add, disable and give new passwords.

use super::{
    asks::{DisablePerson, EndPersonSessions, FirstPassword, ListPeople, People, PersonCard, ResetPassword},
    department_form::DepartmentForm,
    factors,
    factors::asks::RemoveFactors,
    import::ImportDialog,
    invites,
    invites::asks::InviteLink,
    invites::form::InviteForm,
    invites::{OpenInvites, use_invites},
    memberships,
    memberships::Memberships,
    memberships::leaving::Leaving,
    person_form::PersonForm,
    sessions::PersonSessions,
    viewing,
    viewing::asks::BeginViewing,
    words,
};
use crate::{
    ask::ask,
    governance::why,
    text::Language,
    ui::{
        act::{Act, use_act},
        browser,
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        dialog::{Dialog, open_while},
        figures::use_figures,
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// What is being asked of the administrator about one person.
#[derive(Clone, PartialEq)]
enum Wanted {
    Disable(PersonCard),
    Reset(PersonCard),
    EndSessions(PersonCard),
    RemoveFactors(PersonCard),
}

#[derive(Clone, Copy)]
struct Room {
    people: Resource<Result<People, crate::ask::Fault>>,
    act: Act,
    changing: RwSignal<Option<PersonCard>>,
    /// Whose departments and roles are changed.
    placing: RwSignal<Option<PersonCard>>,
    /// Who is to be deleted.
    leaving: RwSignal<Option<PersonCard>>,
    /// Whose sessions are shown.
    seated: RwSignal<Option<PersonCard>>,
    wanted: RwSignal<Option<Wanted>>,
    password: RwSignal<Option<FirstPassword>>,
}

#[component]
pub fn PeoplePage() -> impl IntoView {
    let language = use_language();
    let people = Resource::new(|| (), |()| ask(ListPeople {}));
    let room = Room {
        people,
        act: use_act(),
        changing: RwSignal::new(None),
        placing: RwSignal::new(None),
        leaving: RwSignal::new(None),
        seated: RwSignal::new(None),
        wanted: RwSignal::new(None),
        password: RwSignal::new(None),
    };
    let (adding, founding) = (RwSignal::new(false), RwSignal::new(false));
    let (inviting, importing) = (RwSignal::new(false), RwSignal::new(false));
    let invites = use_invites();
    let invited = Callback::new(move |link: InviteLink| {
        inviting.set(false);
        invites.link.set(Some(link));
        invites.invites.refetch();
    });
    let imported = Callback::new(move |()| {
        people.refetch();
        invites.invites.refetch();
    });
    let done = Callback::new(move |first: Option<FirstPassword>| {
        adding.set(false);
        room.changing.set(None);
        match first {
            Some(first) => room.password.set(Some(first)),
            None => room.act.say(words::person_changed(language)),
        }
        people.refetch();
    });
    let founded = Callback::new(move |()| {
        founding.set(false);
        people.refetch();
    });
    let changing = open_while(room.changing);
    let seated = open_while(room.seated);
    let seated_title = Signal::derive(move || {
        let name = room.seated.with(|person| person.as_ref().map(|person| person.name.clone())).unwrap_or_default();
        format!("{}: {name}", words::sessions(language))
    });
    view! {
        <PageHead title=words::people(language) lead=words::people_lead(language)>
            <Button label=words::add_department(language).to_owned() glyph=Glyph::Plus on_press=move |()| founding.set(true)/>
            <Button label=invites::words::import(language).to_owned() glyph=Glyph::Upload on_press=move |()| importing.set(true)/>
            <Button label=words::add_person(language).to_owned() glyph=Glyph::Plus on_press=move |()| adding.set(true)/>
            <Button label=invites::words::invite_person(language).to_owned() tone=Tone::Solid glyph=Glyph::Link on_press=move |()| inviting.set(true)/>
        </PageHead>
        {answered(people, "table", move |people| list(people, room, language))}
        <OpenInvites room=invites/>
        <Dialog open=inviting title=invites::words::invite_person(language).to_owned() sheet=true>
            {move || {
                let people = people.get().and_then(Result::ok)?;
                let mail = invites.invites.get().and_then(Result::ok).is_some_and(|invites| invites.mail);
                Some(view! { <InviteForm people mail done=invited/> })
            }}
        </Dialog>
        <ImportDialog open=importing done=imported/>
        <Dialog open=adding title=words::add_person(language).to_owned() sheet=true>
            {move || people.get().and_then(Result::ok).map(|people| view! { <PersonForm people person=None done/> })}
        </Dialog>
        <Dialog open=changing title=words::change_person(language).to_owned() sheet=true>
            {move || {
                let people = people.get().and_then(Result::ok)?;
                let person = room.changing.get()?;
                Some(view! { <PersonForm people person=Some(person) done/> })
            }}
        </Dialog>
        <Dialog open=seated title=seated_title sheet=true>
            {move || {
                let person = room.seated.get()?;
                let id = person.id.clone();
                let end_all = move |()| {
                    room.seated.set(None);
                    room.wanted.set(Some(Wanted::EndSessions(person.clone())));
                };
                Some(view! { <PersonSessions person=id end_all/> })
            }}
        </Dialog>
        <Memberships people person=room.placing/>
        <Leaving people person=room.leaving/>
        <Dialog open=founding title=words::add_department(language).to_owned()><DepartmentForm added=founded/></Dialog>
        <Confirm room/>
        <PasswordOnce room/>
    }
}

fn list(people: People, room: Room, language: Language) -> AnyView {
    if people.people.is_empty() {
        return view! { <Empty title=words::no_people(language) text=words::no_people_text(language) glyph=Glyph::People/> }.into_any();
    }
    let figures = use_figures();
    let title =
        |list: &[(String, crate::text::Text)], name: &str| list.iter().find(|(n, _)| n == name).map_or(name.to_owned(), |(_, t)| t.get(language).to_owned());
    let now = now_ms();
    let rows: Vec<Vec<Cell>> = people
        .people
        .iter()
        .map(|person| {
            let attributes = person.attributes.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect::<Vec<_>>().join(" · ");
            let signed_in = match person.last_sign_in_ms {
                Some(ms) => Cell::figure(figures.when(ms, now), ms as f64),
                None => Cell::text(words::never(language)),
            };
            let (name, email, disabled) = (person.name.clone(), person.email.clone(), person.disabled);
            let whom = person.clone();
            vec![
                Cell::view(name.clone(), move || view! { <span class="two-lines"><b>{name.clone()}</b><span>{email.clone()}</span></span> }.into_any()),
                Cell::text(listed(person.memberships.iter().map(|held| title(&people.departments, &held.department)))),
                Cell::text(listed(person.memberships.iter().map(|held| title(&people.roles, &held.role)))),
                Cell::text(attributes),
                signed_in,
                Cell::view(if disabled { "1" } else { "0" }, move || state_tag(disabled, language)),
                Cell::view("", move || person_menu(whom.clone(), room, language)),
            ]
        })
        .collect();
    let shown = shown_of(rows.len() as u64, None, &figures);
    let columns = vec![
        Column::text("name", words::name(language)),
        Column::text("department", words::department(language)),
        Column::text("role", words::role(language)),
        Column::text("attributes", words::attributes(language)),
        Column::text("last", words::last_sign_in(language)),
        Column::text("state", words::state(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    view! { <section class="panel"><DataTable caption=words::people(language) columns rows shown/></section> }.into_any()
}

/// Each once, in their order.
fn listed(titles: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for title in titles {
        if !seen.contains(&title) {
            seen.push(title);
        }
    }
    seen.join(", ")
}

fn state_tag(disabled: bool, language: Language) -> AnyView {
    if disabled {
        view! { <Tag label=words::disabled(language)/> }.into_any()
    } else {
        view! { <Tag label=words::active(language) mood=Mood::Good/> }.into_any()
    }
}

fn person_menu(person: PersonCard, room: Room, language: Language) -> AnyView {
    let (for_change, for_sessions, for_reset, for_state) = (person.clone(), person.clone(), person.clone(), person.clone());
    let (for_places, for_leaving) = (person.clone(), person.clone());
    let for_factors = person.clone();
    let label = format!("{}: {}", ui_words::more_actions(language), person.name);
    let switch = if person.disabled { words::enable(language) } else { words::disable(language) };
    let why = format!("/admin/people/{}/why", person.id);
    let look = {
        let question = BeginViewing { person: person.id.clone(), department: None };
        // All that is on the page was asked under one's own name: everything is loaded anew.
        move |()| room.act.run(question.clone(), move |()| browser::load("/"))
    };
    let change_state = move |()| {
        if for_state.disabled {
            let question = DisablePerson { id: for_state.id.clone(), disabled: false };
            room.act.run(question, move |()| {
                room.act.say(words::enabled_now(language));
                room.people.refetch();
            });
        } else {
            room.wanted.set(Some(Wanted::Disable(for_state.clone())));
        }
    };
    view! {
        <Menu label>
            <MenuItem label=words::change(language) glyph=Glyph::Edit on_press=move |()| room.changing.set(Some(for_change.clone()))/>
            <MenuItem label=memberships::words::memberships(language) glyph=Glyph::People on_press=move |()| room.placing.set(Some(for_places.clone()))/>
            <MenuItem label=words::sessions(language) glyph=Glyph::Globe on_press=move |()| room.seated.set(Some(for_sessions.clone()))/>
            <a class="menu-item" href=why><Icon glyph=Glyph::Shield/><span>{why::words::why(language)}</span></a>
            {(!person.disabled).then(|| view! { <MenuItem label=viewing::words::view_as(language) glyph=Glyph::Person on_press=look/> })}
            <MenuItem label=words::new_password_for(language) glyph=Glyph::Key on_press=move |()| room.wanted.set(Some(Wanted::Reset(for_reset.clone())))/>
            <MenuItem label=factors::words::remove_factors(language) glyph=Glyph::Shield on_press=move |()| room.wanted.set(Some(Wanted::RemoveFactors(for_factors.clone())))/>
            <MenuItem label=switch glyph=Glyph::Lock danger=!person.disabled on_press=change_state/>
            <MenuItem label=memberships::words::delete(language) glyph=Glyph::Delete danger=true on_press=move |()| room.leaving.set(Some(for_leaving.clone()))/>
        </Menu>
    }
    .into_any()
}

/// Asks once more before somebody's sessions end.
#[component]
fn Confirm(room: Room) -> impl IntoView {
    let language = use_language();
    let open = open_while(room.wanted);
    let title = Signal::derive(move || {
        let title = room.wanted.with(|wanted| match wanted {
            Some(Wanted::Reset(_)) => words::reset_title(language),
            Some(Wanted::EndSessions(_)) => words::end_all_title(language),
            Some(Wanted::RemoveFactors(_)) => factors::words::remove_factors_title(language),
            Some(Wanted::Disable(_)) | None => words::disable_title(language),
        });
        title.to_owned()
    });
    // The dialog closes first, so that a message about a failure is not behind it.
    let go = move |()| {
        let wanted = room.wanted.get_untracked();
        room.wanted.set(None);
        match wanted {
            Some(Wanted::Disable(person)) => room.act.run(DisablePerson { id: person.id, disabled: true }, move |()| {
                room.act.say(words::disabled_now(language));
                room.people.refetch();
            }),
            Some(Wanted::Reset(person)) => room.act.run(ResetPassword { id: person.id }, move |first| room.password.set(Some(first))),
            Some(Wanted::EndSessions(person)) => room.act.run(EndPersonSessions { person: person.id }, move |()| room.act.say(words::sessions_ended(language))),
            Some(Wanted::RemoveFactors(person)) => room.act.run(RemoveFactors { person: person.id }, move |any| {
                room.act.say(if any { factors::words::factors_removed(language) } else { factors::words::no_factors(language) });
            }),
            None => {}
        }
    };
    view! {
        <Dialog open title>
            {move || {
                let (person, text, verb) = match room.wanted.get() {
                    Some(Wanted::Disable(person)) => (person, words::disable_text(language), words::disable(language)),
                    Some(Wanted::Reset(person)) => (person, words::reset_text(language), words::new_password_for(language)),
                    Some(Wanted::EndSessions(person)) => (person, words::end_all_text(language), words::end_all(language)),
                    Some(Wanted::RemoveFactors(person)) => (person, factors::words::remove_factors_text(language), factors::words::remove_factors(language)),
                    None => return ().into_any(),
                };
                view! {
                    <p><b>{person.name}</b>" · "{person.email}</p>
                    <p>{text}</p>
                    <div class="form-actions">
                        <Button label=ui_words::cancel(language).to_owned() on_press=move |()| room.wanted.set(None)/>
                        <Button label=verb.to_owned() tone=Tone::Danger busy=room.act.busy on_press=go/>
                    </div>
                }
                .into_any()
            }}
        </Dialog>
    }
}

/// A new password, shown this once.
#[component]
fn PasswordOnce(room: Room) -> impl IntoView {
    let language = use_language();
    let password = room.password;
    let open = open_while(password);
    let name = move |id: &str| {
        let people = room.people.get().and_then(Result::ok).map(|people| people.people).unwrap_or_default();
        people.into_iter().find(|person| person.id == id).map_or_else(|| id.to_owned(), |person| person.email)
    };
    view! {
        <Dialog open title=words::first_password(language).to_owned()>
            {move || password.get().map(|first| {
                let secret = first.password.clone();
                view! {
                    <p>{words::first_password_text(language)}</p>
                    <p class="secret">
                        <span>{name(&first.person)}</span>
                        <code>{first.password}</code>
                        <IconButton label=ui_words::copy(language).to_owned() glyph=Glyph::Copy on_press=move |()| {
                            browser::copy(&secret);
                            room.act.say(ui_words::copied(language));
                        }/>
                    </p>
                    <div class="form-actions"><Button label=words::done(language).to_owned() tone=Tone::Solid on_press=move |()| password.set(None)/></div>
                }
            })}
        </Dialog>
    }
}

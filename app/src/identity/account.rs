//! One's own account: who one is here, a new password, and where one is signed in.

use super::{
    asks::{ChangePassword, ListSessions},
    factors::SecondFactors,
    keys::OwnKeys,
    sessions::{OwnSessions, Sessions},
    sign_on::JoinSignOn,
    viewing::OwnViewings,
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    identity::asks::Me,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, LinkButton, Tone},
        form::{FormFault, TextField},
        icon::Glyph,
        page::{Facts, PageHead, Panel},
        states::answered,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn Account() -> impl IntoView {
    let language = use_language();
    let reader = use_reader();
    let sessions: Sessions = Resource::new(|| (), |()| ask(ListSessions {}));
    view! {
        <PageHead title=words::account(language)/>
        <div class="account">
        {answered(reader.0, "page", move |me| {
            // What is changed here is one's own: not for who looks as somebody else.
            let own = me.viewing.is_none();
            view! { <Card me/>{own.then(|| view! { <Own sessions/> })} }.into_any()
        })}
        <OwnViewings/>
        </div>
    }
}

/// What one alone sees and changes of oneself.
#[component]
fn Own(sessions: Sessions) -> impl IntoView {
    view! { <NewPassword sessions/><SecondFactors sessions/><JoinSignOn/><OwnSessions sessions/><OwnKeys/> }
}

#[component]
fn Card(me: Me) -> impl IntoView {
    let language = use_language();
    let roles = me.roles.iter().map(|role| role.get(language)).collect::<Vec<_>>().join(", ");
    let facts = vec![
        (words::name(language).to_owned(), me.name),
        (words::email(language).to_owned(), me.email),
        (words::department(language).to_owned(), me.department.get(language).to_owned()),
        (words::roles(language).to_owned(), roles),
    ];
    view! {
        <section class="panel narrow">
            <Facts facts/>
            <LinkButton href="/access" label=words::what_you_see(language) glyph=Glyph::Shield/>
        </section>
    }
}

#[component]
fn NewPassword(sessions: Sessions) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let reader = use_reader();
    let faults = use_form_faults();
    let not_same = RwSignal::new(None::<String>);
    // Bumped after a success, so that the form starts afresh with empty fields.
    let turn = RwSignal::new(0u32);
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let (old, new) = (form.exact("old"), form.exact("new"));
        faults.clear();
        let same = new == form.exact("again");
        not_same.set((!same).then(|| words::not_same(language).to_owned()));
        if same {
            let done = move |()| {
                act.say(words::password_changed(language));
                turn.update(|turn| *turn += 1);
                reader.0.refetch();
                sessions.refetch();
            };
            act.run_or(ChangePassword { old, new }, done, move |fault| faults.set(fault));
        }
    };
    view! {
        <Panel title=words::change_password(language) class="narrow">
            {move || {
                turn.track();
                view! {
                    <form class="form" on:submit=send>
                        <FormFault text=faults.above(&["old", "new"])/>
                        <TextField name="old" label=words::old_password(language) kind="password" error=faults.under("old") autocomplete="current-password".to_owned()/>
                        <TextField name="new" label=words::new_password(language) kind="password" help=words::password_help(language) error=faults.under("new") autocomplete="new-password".to_owned()/>
                        <TextField name="again" label=words::new_again(language) kind="password" error=not_same autocomplete="new-password".to_owned()/>
                        <div class="form-actions"><Button label=words::change_password(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
                    </form>
                }
            }}
        </Panel>
    }
}

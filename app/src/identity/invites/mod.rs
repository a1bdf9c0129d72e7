//! Open invitations on the page of people: who, by whom, until when; a new link, or taking it back.

pub mod asks;
pub mod form;
pub mod page;
pub mod words;

use self::asks::{InviteCard, InviteLink, Invites, ListInvites, MailState, RenewInvite, RevokeInvite};
use crate::{
    ask::{Fault, ask},
    identity::words as identity_words,
    text::Language,
    ui::{
        act::{Act, use_act},
        browser,
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        confirm::Confirm,
        dialog::{Dialog, open_while},
        figures::use_figures,
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::Panel,
        states::answered,
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The list, and what is under way with it. Made by the page, so that its buttons can make it anew.
#[derive(Clone, Copy)]
pub struct InviteRoom {
    pub invites: Resource<Result<Invites, Fault>>,
    /// A link to be shown once.
    pub link: RwSignal<Option<InviteLink>>,
    act: Act,
    revoking: RwSignal<Option<InviteCard>>,
}

/// Must be called while the page is made.
pub fn use_invites() -> InviteRoom {
    InviteRoom { invites: Resource::new(|| (), |()| ask(ListInvites {})), link: RwSignal::new(None), act: use_act(), revoking: RwSignal::new(None) }
}

#[component]
pub fn OpenInvites(room: InviteRoom) -> impl IntoView {
    let language = use_language();
    view! {
        <Panel title=words::invites(language)>
            {answered(room.invites, "table", move |invites| list(invites, room, language))}
        </Panel>
        <Revoke room/>
        <LinkOnce room/>
    }
}

fn list(invites: Invites, room: InviteRoom, language: Language) -> AnyView {
    if invites.invites.is_empty() {
        return view! { <p class="quiet">{words::no_invites(language)}</p> }.into_any();
    }
    let figures = use_figures();
    let (mail, now) = (invites.mail, now_ms());
    let rows: Vec<Vec<Cell>> = invites
        .invites
        .into_iter()
        .map(|invite| {
            let (name, email) = (invite.name.clone(), invite.email.clone());
            let until = if invite.expired { words::expired(language).to_owned() } else { figures.when(invite.expires_ms, now) };
            let state = mail_state(invite.mail, language);
            let order = state.map(|(word, _)| word).unwrap_or_default();
            vec![
                Cell::view(name.clone(), move || view! { <span class="two-lines"><b>{name.clone()}</b><span>{email.clone()}</span></span> }.into_any()),
                Cell::text(invite.department.get(language)),
                Cell::text(invite.role.get(language)),
                Cell::text(invite.invited_by.clone()),
                Cell::figure(until, invite.expires_ms as f64),
                Cell::view(order, move || state.map(|(word, mood)| view! { <Tag label=word mood/> }).into_any()),
                Cell::view("", move || menu(invite.clone(), mail, room, language)),
            ]
        })
        .collect();
    let shown = shown_of(rows.len() as u64, None, &figures);
    let columns = vec![
        Column::text("name", identity_words::name(language)),
        Column::text("department", identity_words::department(language)),
        Column::text("role", identity_words::role(language)),
        Column::text("by", words::invited_by(language)),
        Column::text("until", words::until(language)),
        Column::text("mail", identity_words::state(language)),
        Column::text("actions", identity_words::actions(language)).fixed(),
    ];
    view! { <DataTable caption=words::invites(language) columns rows shown/> }.into_any()
}

fn mail_state(state: MailState, language: Language) -> Option<(&'static str, Mood)> {
    match state {
        MailState::None => None,
        MailState::Waiting => Some((words::mail_waiting(language), Mood::Busy)),
        MailState::Sent => Some((words::mail_sent(language), Mood::Good)),
        MailState::Failed => Some((words::mail_failed(language), Mood::Bad)),
    }
}

fn menu(invite: InviteCard, mail: bool, room: InviteRoom, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), invite.name);
    let renew = move |id: String, mail: bool| {
        room.act.run(RenewInvite { id, mail }, move |link| {
            room.link.set(Some(link));
            room.invites.refetch();
        });
    };
    let (id, id_for_mail) = (invite.id.clone(), invite.id.clone());
    let by_mail = mail.then(|| {
        let id = id_for_mail;
        view! { <MenuItem label=words::new_link_mail(language) glyph=Glyph::Again on_press=move |()| renew(id.clone(), true)/> }
    });
    view! {
        <Menu label>
            <MenuItem label=words::new_link(language) glyph=Glyph::Key on_press=move |()| renew(id.clone(), false)/>
            {by_mail}
            <MenuItem label=words::revoke(language) glyph=Glyph::Lock danger=true on_press=move |()| room.revoking.set(Some(invite.clone()))/>
        </Menu>
    }
    .into_any()
}

/// Asks once more before a link stops working.
#[component]
fn Revoke(room: InviteRoom) -> impl IntoView {
    let language = use_language();
    let name = Callback::new(|invite: InviteCard| view! { <b>{invite.name}</b>" · "{invite.email} }.into_any());
    let on_sure = Callback::new(move |invite: InviteCard| {
        room.act.run(RevokeInvite { id: invite.id }, move |()| {
            room.act.say(words::revoked(language));
            room.invites.refetch();
        });
    });
    view! {
        <Confirm
            about=room.revoking
            title=words::revoke_title(language)
            name
            text=words::revoke_text(language)
            verb=words::revoke(language)
            busy=room.act.busy
            on_sure
        />
    }
}

/// A new link, shown this once.
#[component]
fn LinkOnce(room: InviteRoom) -> impl IntoView {
    let language = use_language();
    let link = room.link;
    let open = open_while(link);
    view! {
        <Dialog open title=words::link_once(language).to_owned()>
            {move || link.get().map(|shown| {
                let secret = shown.link.clone();
                view! {
                    <p>{words::link_once_text(language)}</p>
                    {shown.mailed.then(|| view! { <p>{words::link_mailed(language)}</p> })}
                    <p class="secret">
                        <span>{shown.email}</span>
                        <code>{shown.link}</code>
                        <IconButton label=ui_words::copy(language).to_owned() glyph=Glyph::Copy on_press=move |()| {
                            browser::copy(&secret);
                            room.act.say(ui_words::copied(language));
                        }/>
                    </p>
                    <div class="form-actions"><Button label=identity_words::done(language).to_owned() tone=Tone::Solid on_press=move |()| link.set(None)/></div>
                }
            })}
        </Dialog>
    }
}

//! The page behind an invitation's link: a plain form like signing in, so that it works without a script.

use super::{
    asks::{OpenInvite, OpenedInvite},
    words as own,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    front::frame::Switches,
    identity::words,
    text::Language,
    ui::{
        button::{Button, LinkButton, Tone},
        form::{FormFault, TextField},
        icon::Tower,
        states::Skeleton,
    },
    visit::{set_status, use_language},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/invite/:token`; `?problem=` and `?field=` say why the last attempt failed.
#[component]
pub fn InvitePage() -> impl IntoView {
    let language = use_language();
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let query = use_query_map().get_untracked();
    let problem = Problem { word: query.get("problem"), field: query.get("field") };
    let asked = token.clone();
    let invite = Resource::new(|| (), move |()| ask(OpenInvite { token: asked.clone() }));
    let card = move || {
        let (token, problem) = (token.clone(), problem.clone());
        Suspend::new(async move {
            match invite.await {
                Ok(invite) => form(invite, token, problem, language),
                Err(fault) => bad_link(&fault, own::gone_text(language), language).into_any(),
            }
        })
    };
    view! {
        <Title text=own::welcome(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <Transition fallback=move || view! { <Skeleton shape="page"/> }>{card}</Transition>
        </main>
    }
}

fn form(invite: OpenedInvite, token: String, problem: Problem, language: Language) -> AnyView {
    view! {
        <form class="alone-card" method="post" action="/invite">
            <p class="alone-brand"><Tower/>"Atalaya"</p>
            <h1>{own::welcome(language)}</h1>
            <p class="alone-lead">{own::welcome_to(language)}" "<b>{invite.organisation}</b>". "{own::welcome_text(language)}</p>
            <FormFault text=problem.above(language)/>
            <input type="hidden" name="token" value=token/>
            <p><b>{invite.name}</b>" · "{invite.email}</p>
            <NewPassword problem language/>
            <Button label=own::accept(language).to_owned() tone=Tone::Solid/>
        </form>
    }
    .into_any()
}

/// A password twice.
#[component]
pub fn NewPassword(problem: Problem, language: Language) -> impl IntoView {
    view! {
        <TextField name="password" label=words::new_password(language) kind="password" help=words::password_help(language) error=problem.under("password", own::weak(language)) autocomplete="new-password".to_owned()/>
        <TextField name="again" label=own::again(language) kind="password" error=problem.under("again", words::not_same(language)) autocomplete="new-password".to_owned()/>
    }
}

/// What stands in place of a form whose link is not good; nothing tells why.
pub fn bad_link(fault: &Fault, text: &'static str, language: Language) -> impl IntoView + use<> {
    let (title, text) = match fault.kind {
        FaultKind::NotFound => {
            set_status(404);
            (own::gone(language), text)
        }
        FaultKind::TooMany => {
            set_status(429);
            (own::gone(language), words::too_many(language))
        }
        _ => {
            set_status(503);
            (own::welcome(language), words::failed(language))
        }
    };
    view! {
        <section class="alone-card">
            <p class="alone-brand"><Tower/>"Atalaya"</p>
            <h1>{title}</h1>
            <p class="alone-lead">{text}</p>
            <LinkButton href="/sign-in" label=own::back(language)/>
        </section>
    }
}

/// Why the last attempt failed, as the address says it.
#[derive(Clone)]
pub struct Problem {
    pub word: Option<String>,
    pub field: Option<String>,
}

impl Problem {
    /// Above the fields: what belongs to none of them.
    pub fn above(&self, language: Language) -> Signal<Option<String>> {
        let text = self.word.as_deref().filter(|word| *word != "invalid").map(|word| match word {
            "too_many" => words::too_many(language),
            "expired" => own::gone(language),
            _ => words::failed(language),
        });
        Signal::stored(text.map(str::to_owned))
    }

    pub fn under(&self, field: &str, text: &str) -> Signal<Option<String>> {
        Signal::stored((self.field.as_deref() == Some(field)).then(|| text.to_owned()))
    }
}

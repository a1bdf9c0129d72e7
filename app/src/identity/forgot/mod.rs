//! A forgotten password: asking for a link, and choosing a new one behind it. Plain forms like signing in.

pub mod asks;

use self::asks::CheckReset;
use crate::{
    ask::{FaultKind, ask},
    front::frame::Switches,
    identity::{
        invites::page::{NewPassword, Problem, bad_link},
        invites::words as own,
        sign_on::asks::SignInWays,
        words,
    },
    text::Language,
    ui::{
        button::{Button, LinkButton, Tone},
        form::{FormFault, TextField},
        icon::Tower,
        states::Skeleton,
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/forgot`; `?sent=yes` after the form, the same for every address.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let sent = query.get("sent").is_some();
    let problem = Problem { word: query.get("problem"), field: None };
    let ways = Resource::new(|| (), |()| ask(SignInWays {}));
    let card = move || {
        let problem = problem.clone();
        Suspend::new(async move {
            match ways.await.map(|ways| ways.mail) {
                Ok(true) if sent => view! { <p class="banner" role="status">{own::sent(language)}</p> }.into_any(),
                Ok(true) => address(&problem, language),
                _ => view! { <p class="alone-lead">{own::no_mail(language)}</p> }.into_any(),
            }
        })
    };
    view! {
        <Title text=own::forgot_title(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <section class="alone-card">
                <p class="alone-brand"><Tower/>"Atalaya"</p>
                <h1>{own::forgot_title(language)}</h1>
                <Transition fallback=move || view! { <Skeleton shape="line"/> }>{card}</Transition>
                <p class="alone-foot"><a href="/sign-in">{own::back(language)}</a></p>
            </section>
        </main>
    }
}

fn address(problem: &Problem, language: Language) -> AnyView {
    view! {
        <form class="form" method="post" action="/forgot">
            <p class="alone-lead">{own::forgot_text(language)}</p>
            <FormFault text=problem.above(language)/>
            <TextField name="email" label=words::email(language) kind="email" autocomplete="username".to_owned()/>
            <Button label=own::send_link(language).to_owned() tone=Tone::Solid/>
        </form>
    }
    .into_any()
}

/// `/reset/:token`; `?problem=` and `?field=` say why the last attempt failed.
#[component]
pub fn ResetPage() -> impl IntoView {
    let language = use_language();
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let query = use_query_map().get_untracked();
    let problem = Problem { word: query.get("problem"), field: query.get("field") };
    let asked = token.clone();
    let good = Resource::new(|| (), move |()| ask(CheckReset { token: asked.clone() }));
    let card = move || {
        let (token, problem) = (token.clone(), problem.clone());
        Suspend::new(async move {
            match good.await {
                Ok(()) => choose(token, problem, language),
                Err(fault) => {
                    let another =
                        (fault.kind == FaultKind::NotFound).then(|| view! { <LinkButton href="/forgot" label=own::another(language) tone=Tone::Solid/> });
                    view! {
                        {bad_link(&fault, own::gone_reset_text(language), language)}
                        {another}
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <Title text=own::choose_title(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <Transition fallback=move || view! { <Skeleton shape="page"/> }>{card}</Transition>
        </main>
    }
}

fn choose(token: String, problem: Problem, language: Language) -> AnyView {
    view! {
        <form class="alone-card" method="post" action="/reset">
            <p class="alone-brand"><Tower/>"Atalaya"</p>
            <h1>{own::choose_title(language)}</h1>
            <p class="alone-lead">{own::choose_text(language)}</p>
            <FormFault text=problem.above(language)/>
            <input type="hidden" name="token" value=token/>
            <NewPassword problem language/>
            <Button label=own::choose(language).to_owned() tone=Tone::Solid/>
        </form>
    }
    .into_any()
}

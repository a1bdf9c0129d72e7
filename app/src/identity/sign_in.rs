//! The sign-in page: a plain form, so that it works before the page is alive and never puts a password into an address.

use super::{
    factors::passkeys::PasskeyDoor,
    invites, sign_on,
    sign_on::asks::{SignInWays, Ways},
    words,
};
use crate::{
    ask::ask,
    front::frame::{Switches, encode},
    text::Language,
    ui::{
        button::{Button, LinkButton, Tone},
        form::{FormFault, TextField},
        icon::{Glyph, Tower},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `?problem=wrong|too_many|expired|failed|no_passwords|oidc_…` says why the last attempt failed, `?next=` where to go afterwards, `?done=reset`
/// that a new password was set.
#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let problem = query.get("problem");
    let reset = query.get("done").is_some_and(|done| done == "reset");
    let next = query.get("next").filter(|next| is_own_address(next)).unwrap_or_else(|| "/".into());
    let ways = Resource::new_blocking(|| (), |()| ask(SignInWays {}));
    view! {
        <Title text=words::sign_in(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <Suspense fallback=|| ()>
                {move || {
                    let (problem, next) = (problem.clone(), next.clone());
                    Suspend::new(async move {
                        // Where nobody can say, the form is there: whoever may not use it is told when it is sent.
                        let ways = ways.await.unwrap_or(Ways { sign_on: None, passwords: true, passkey: false, mail: false, contact: String::new() });
                        card(ways, problem, reset, next, language)
                    })
                }}
            </Suspense>
        </main>
    }
}

fn card(ways: Ways, problem: Option<String>, reset: bool, next: String, language: Language) -> AnyView {
    let problem = Signal::stored(problem.map(|problem| sentence(&problem, &ways.contact, language)));
    let by_service = ways.sign_on.map(|name| {
        let href = format!("/sign-in/oidc?next={}", encode(&next));
        let tone = if ways.passwords { Tone::Line } else { Tone::Solid };
        let label = format!("{} {name}", sign_on::words::sign_in_with(language));
        view! { <LinkButton href label tone glyph=Glyph::Key external=true/> }
    });
    let by_passkey = ways.passkey.then(|| view! { <PasskeyDoor next=next.clone()/> });
    let forgotten = if ways.mail {
        view! { <p class="alone-foot"><a href="/forgot">{invites::words::forgot(language)}</a></p> }.into_any()
    } else {
        view! { <p class="alone-foot"><span>{words::forgot(language)}</span></p> }.into_any()
    };
    let head = view! {
        <p class="alone-brand"><Tower/>"Atalaya"</p>
        <h1>{words::sign_in(language)}</h1>
        <p class="alone-lead">{words::tagline(language)}</p>
        {reset.then(|| view! { <p class="banner" role="status">{invites::words::reset_done(language)}</p> })}
        <FormFault text=problem/>
    };
    if !ways.passwords {
        return view! { <div class="alone-card">{head}{by_service}{by_passkey}<p class="alone-foot">{sign_on::words::only_this_way(language)}</p></div> }
            .into_any();
    }
    view! {
        <form class="alone-card" method="post" action="/sign-in">
            {head}
            <input type="hidden" name="next" value=next/>
            <TextField name="email" label=words::email(language) kind="email" autocomplete="username".to_owned()/>
            <TextField name="password" label=words::password(language) kind="password" autocomplete="current-password".to_owned()/>
            <Button label=words::sign_in(language).to_owned() tone=Tone::Solid/>
            {by_service}
            {by_passkey}
            {forgotten}
        </form>
    }
    .into_any()
}

fn sentence(problem: &str, contact: &str, language: Language) -> String {
    if let Some(sentence) = sign_on::words::problem(problem, language) {
        let asks = sign_on::words::asks_somebody(problem) && !contact.is_empty();
        return if asks { format!("{sentence} {} {contact}", sign_on::words::ask(language)) } else { sentence.to_owned() };
    }
    let known = match problem {
        "too_many" => words::too_many(language),
        "expired" => words::expired(language),
        "failed" => words::failed(language),
        _ => words::wrong(language),
    };
    known.to_owned()
}

/// Only addresses of this portal: a link must not lead elsewhere after signing in.
pub fn is_own_address(next: &str) -> bool {
    next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_own_address;

    #[test]
    fn the_next_page_is_one_of_ours() {
        assert!(is_own_address("/dashboards/a?region=Norte"));
        for foreign in ["https://example.com", "//example.com", "/\\example.com", "", "/\texample"] {
            assert!(!is_own_address(foreign), "{foreign:?}");
        }
    }
}

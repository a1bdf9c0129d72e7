//! The sign-in page: a plain form, so that it works before the page is alive and never puts a password into an address.

use super::{factor_asks::ListDoors, passkeys::PasskeyDoor, words};
use crate::{
    ask::ask,
    front::frame::Switches,
    ui::{
        button::{Button, Tone},
        form::{FormFault, TextField},
        icon::Tower,
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `?problem=wrong|too_many|expired|failed` says why the last attempt failed, `?next=` where to go afterwards.
#[component]
pub fn SignInPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let problem = query.get("problem").map(|problem| match problem.as_str() {
        "too_many" => words::too_many(language),
        "expired" => words::expired(language),
        "failed" => words::failed(language),
        _ => words::wrong(language),
    });
    let next = query.get("next").filter(|next| is_own_address(next)).unwrap_or_else(|| "/".into());
    let doors = Resource::new(|| (), |()| ask(ListDoors {}));
    let after = next.clone();
    view! {
        <Title text=words::sign_in(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <form class="alone-card" method="post" action="/sign-in">
                <p class="alone-brand"><Tower/>"Atalaya"</p>
                <h1>{words::sign_in(language)}</h1>
                <p class="alone-lead">{words::tagline(language)}</p>
                <FormFault text=Signal::stored(problem.map(str::to_owned))/>
                <input type="hidden" name="next" value=next/>
                <TextField name="email" label=words::email(language) kind="email" autocomplete="username".to_owned()/>
                <TextField name="password" label=words::password(language) kind="password" autocomplete="current-password".to_owned()/>
                <Button label=words::sign_in(language).to_owned() tone=Tone::Solid/>
                <Suspense fallback=|| ()>
                    {move || {
                        let next = after.clone();
                        Suspend::new(async move { doors.await.is_ok_and(|doors| doors.passkey).then(|| view! { <PasskeyDoor next/> }) })
                    }}
                </Suspense>
                <p class="alone-foot">{words::forgot(language)}</p>
            </form>
        </main>
    }
}

/// Only addresses of this portal: a link must not lead elsewhere after signing in.
pub(super) fn is_own_address(next: &str) -> bool {
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

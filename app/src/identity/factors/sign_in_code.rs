//! The second step of signing in: a code after the password. A plain form like the first one.

use super::words;
use crate::{
    front::frame::Switches,
    identity::{sign_in::is_own_address, words as sign_in_words},
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

/// `?problem=wrong|too_many|failed` says why the last code was not taken, `?next=` where to go afterwards.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let problem = query.get("problem").map(|problem| match problem.as_str() {
        "too_many" => words::too_many_codes(language),
        "wrong" => words::wrong_code(language),
        _ => sign_in_words::failed(language),
    });
    let next = query.get("next").filter(|next| is_own_address(next)).unwrap_or_else(|| "/".into());
    view! {
        <Title text=words::code_title(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <form class="alone-card" method="post" action="/sign-in/code">
                <p class="alone-brand"><Tower/>"Atalaya"</p>
                <h1>{words::code_title(language)}</h1>
                <p class="alone-lead">{words::code_lead(language)}</p>
                <FormFault text=Signal::stored(problem.map(str::to_owned))/>
                <input type="hidden" name="next" value=next/>
                <TextField name="code" label=words::code(language) help=words::code_help(language) autocomplete="one-time-code".to_owned()/>
                <Button label=sign_in_words::sign_in(language).to_owned() tone=Tone::Solid/>
                <p class="alone-foot">{words::lost(language)}</p>
                <p class="alone-foot"><a href="/sign-in">{words::start_again(language)}</a></p>
            </form>
        </main>
    }
}

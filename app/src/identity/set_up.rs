//! The set-up page behind the link that an empty portal prints: the first administrator. A plain form like signing in.

use super::words;
use crate::{
    front::frame::Switches,
    ui::{
        browser,
        button::{Button, Tone},
        form::{FormFault, TextField},
        icon::Tower,
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `?token=` is the one-time code; `?problem=expired|too_many|invalid|failed` says why the last attempt failed, `?field=` where.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    let (problem, field) = (query.get("problem"), query.get("field"));
    let above = problem
        .filter(|problem| problem != "invalid")
        .map(|problem| match problem.as_str() {
            "expired" => words::bad_token(language),
            "too_many" => words::too_many(language),
            _ => words::set_up_failed(language),
        })
        .map(str::to_owned);
    let under = |name: &str, text: &str| Signal::stored((field.as_deref() == Some(name)).then(|| text.to_owned()));
    let bad = words::bad_field(language);
    // The zone of whoever sets up is most often the organisation's.
    Effect::new(|_| browser::suggest_time_zone("time_zone"));
    view! {
        <Title text=words::set_up(language)/>
        <main class="alone">
            <div class="alone-top"><Switches/></div>
            <form class="alone-card wide" method="post" action="/set-up">
                <p class="alone-brand"><Tower/>"Atalaya"</p>
                <h1>{words::set_up(language)}</h1>
                <p class="alone-lead">{words::set_up_text(language)}</p>
                <FormFault text=Signal::stored(above)/>
                {if token.is_empty() {
                    view! { <TextField name="token" label=words::token(language) help=words::token_help(language) autocomplete="off".to_owned()/> }.into_any()
                } else {
                    view! { <input type="hidden" name="token" value=token/> }.into_any()
                }}
                <div class="two">
                    <TextField name="organisation" label=words::organisation(language) error=under("organisation", bad) autocomplete="organization".to_owned()/>
                    <TextField name="time_zone" label=words::time_zone(language) value="Europe/Madrid" help=words::time_zone_help(language) error=under("time_zone", words::bad_zone(language)) autocomplete="off".to_owned()/>
                </div>
                <div class="two">
                    <TextField name="name" label=words::your_name(language) error=under("name", bad) autocomplete="name".to_owned()/>
                    <TextField name="email" label=words::email(language) kind="email" error=under("email", bad) autocomplete="username".to_owned()/>
                </div>
                <TextField
                    name="password"
                    label=words::password(language)
                    kind="password"
                    help=words::password_help(language)
                    error=under("password", words::password_help(language))
                    autocomplete="new-password".to_owned()
                />
                <Button label=words::begin(language).to_owned() tone=Tone::Solid/>
            </form>
        </main>
    }
}

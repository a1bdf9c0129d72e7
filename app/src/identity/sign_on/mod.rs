//! Single sign-on: the administrators' page, and the way to join one's own account to it.

pub mod asks;
pub mod form;
pub mod words;

use self::{
    asks::{ReadSignOn, SignInWays},
    form::SignOnForm,
};
use crate::{
    ask::ask,
    ui::{
        button::LinkButton,
        icon::Glyph,
        page::{PageHead, Panel},
        states::answered,
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn SignOnPage() -> impl IntoView {
    let language = use_language();
    let state = Resource::new(|| (), |()| ask(ReadSignOn {}));
    let saved = Callback::new(move |()| state.refetch());
    view! {
        <PageHead title=words::title(language) lead=words::lead(language)/>
        {answered(state, "page", move |state| view! { <SignOnForm state saved/> }.into_any())}
    }
}

/// For one's own page: shown where there is a sign-in service.
#[component]
pub fn JoinSignOn() -> impl IntoView {
    let language = use_language();
    let ways = Resource::new(|| (), |()| ask(SignInWays {}));
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                let name = ways.await.ok()?.sign_on?;
                let label = format!("{} {name}", words::sign_in_with(language));
                Some(view! {
                    <Panel title=words::join(language) class="narrow">
                        <p>{words::join_text(language)}</p>
                        <LinkButton href="/sign-in/oidc?next=/account" label glyph=Glyph::Key external=true/>
                    </Panel>
                })
            })}
        </Transition>
    }
}

//! The states of a page or a tile: loading, empty, failed, not found, not up to date.

use super::{
    button::{Button, LinkButton, Tone},
    calendar::now_ms,
    figures::use_figures,
    icon::{Glyph, Icon},
    words,
};
use crate::{
    ask::{Fault, FaultKind},
    visit::{set_status, use_language},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// A still shape of the size of what is coming, which says after a second that it is being loaded: `figure`, `chart`, `table`, `line` or `page`.
#[component]
pub fn Skeleton(#[prop(into)] shape: String) -> impl IntoView {
    let language = use_language();
    view! { <div class=format!("skeleton {shape}") role="status"><span>{words::loading(language)}</span></div> }
}

/// What would be here and how to get it; children are the ways.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state empty">
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <h2>{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="state-ways">{children()}</div> })}
        </div>
    }
}

/// What happened, who can act, and a way to try again.
#[component]
pub fn FaultView(fault: Fault, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let language = use_language();
    let title = match fault.kind {
        FaultKind::SignIn => words::sign_in_again(language),
        FaultKind::Forbidden => words::forbidden(language),
        FaultKind::TooMany | FaultKind::Unavailable => words::busy(language),
        FaultKind::NotFound => words::not_found(language),
        _ => words::went_wrong(language),
    };
    let signed_out = fault.kind == FaultKind::SignIn;
    view! {
        <div class="state fault" role="alert">
            <Icon glyph=Glyph::Alert/>
            <h2>{title}</h2>
            <p>{fault.message.get(language).to_owned()}</p>
            <div class="state-ways">
                {signed_out.then(|| view! { <LinkButton href="/sign-in" label=words::sign_in(language) tone=Tone::Solid external=true/> })}
                {retry
                    .filter(|_| !signed_out)
                    .map(|retry| view! { <Button label=words::retry(language).to_owned() glyph=Glyph::Again on_press=retry/> })}
            </div>
        </div>
    }
}

/// An unknown address and a thing that is not this reader's to see look the same.
#[component]
pub fn NotFound() -> impl IntoView {
    let language = use_language();
    set_status(404);
    view! {
        <Title text=words::not_found(language)/>
        <div class="state not-found">
            <h1>{words::not_found(language)}</h1>
            <p>{words::not_found_text(language)}</p>
            <div class="state-ways"><LinkButton href="/" label=words::go_home(language)/></div>
        </div>
    }
}

/// The data is older than it should be, and since when.
#[component]
pub fn Stale(#[prop(into)] loaded_ms: Option<i64>) -> impl IntoView {
    let language = use_language();
    let when = loaded_ms.map(|ms| use_figures().when(ms, now_ms())).unwrap_or_default();
    view! {
        <p class="banner lamp" role="status">
            <Icon glyph=Glyph::Clock/>
            <span><b>{words::stale(language)}". "</b>{words::stale_since(language)}" "{when}"."</span>
        </p>
    }
}

/// The page for an answer: what `show` makes of it, or the state that its fault calls for.
pub fn outcome<T>(answer: Result<T, Fault>, retry: Option<Callback<()>>, show: impl FnOnce(T) -> AnyView) -> AnyView {
    match answer {
        Ok(answer) => show(answer),
        Err(fault) if fault.kind == FaultKind::NotFound => view! { <NotFound/> }.into_any(),
        Err(fault) => {
            match fault.kind {
                FaultKind::Forbidden => set_status(403),
                FaultKind::TooMany => set_status(429),
                FaultKind::Unavailable => set_status(503),
                FaultKind::Internal => set_status(500),
                // Without a session the frame leads to the sign-in page.
                _ => {}
            }
            match retry {
                Some(retry) => view! { <FaultView fault retry/> }.into_any(),
                None => view! { <FaultView fault/> }.into_any(),
            }
        }
    }
}

/// A part of a page that waits for its answer: a skeleton first, then what `show` makes of it, or its fault with a way to retry.
pub fn answered<T>(resource: Resource<Result<T, Fault>>, shape: &'static str, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    let retry = Callback::new(move |()| resource.refetch());
    let show = move || {
        let show = show.clone();
        Suspend::new(async move { outcome(resource.await, Some(retry), show) })
    };
    view! { <Transition fallback=move || view! { <Skeleton shape/> }>{show}</Transition> }.into_any()
}

//! A small menu behind a button, made of the browser's own disclosure so that it opens without script too.

use super::{
    icon::{Glyph, Icon},
    words,
};
use crate::visit::use_language;
use leptos::{html, prelude::*};

/// Children are buttons and links, one a line. Closes when one is pressed, on Escape, and when the focus leaves.
#[component]
pub fn Menu(
    /// Name of the menu for screen readers; "More actions" when empty.
    #[prop(optional, into)]
    label: String,
    /// Shown on the button; three dots when there is none.
    #[prop(optional, into)]
    face: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let label = if label.is_empty() { words::more_actions(language).to_owned() } else { label };
    let node = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = node.get_untracked() {
            details.set_open(false);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    view! {
        <details class="menu" node_ref=node on:keydown=key on:focusout=move |event| close_when_left(&event, node)>
            <summary aria-label=label.clone() title=label>
                {match face {
                    Some(face) => face.run(),
                    None => view! { <Icon glyph=Glyph::Dots/> }.into_any(),
                }}
            </summary>
            <div class="menu-items" on:click=move |_| close()>{children()}</div>
        </details>
    }
}

/// One line of a menu that does something.
#[component]
pub fn MenuItem(
    #[prop(into)] label: String,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional)] danger: bool,
) -> impl IntoView {
    view! {
        <button type="button" class="menu-item" class:danger=danger on:click=move |_| on_press.run(())>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{label}</span>
        </button>
    }
}

fn close_when_left(event: &leptos::ev::FocusEvent, node: NodeRef<html::Details>) {
    #[cfg(feature = "hydrate")]
    if let Some(details) = node.get_untracked() {
        use wasm_bindgen::JsCast;
        let inside = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok()).is_some_and(|to| details.contains(Some(&to)));
        // A press on something that takes no focus keeps the menu until the next one.
        if !inside && event.related_target().is_some() {
            details.set_open(false);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, node);
}

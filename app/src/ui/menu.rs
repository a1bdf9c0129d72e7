//! A small menu behind a button, made of the browser's own disclosure so that it opens without script too.

use super::{
    icon::{Glyph, Icon},
    words,
};
use crate::visit::use_language;
use leptos::{html, prelude::*};

/// Children are buttons and links, one a line. Closes when one is pressed, on Escape, and at a press elsewhere.
#[component]
pub fn Menu(
    /// Name of the menu's three dots for screen readers; "More actions" when empty.
    #[prop(optional, into)]
    label: String,
    /// Shown on the button instead of three dots; its words are its name.
    #[prop(optional, into)]
    face: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let label = face.is_none().then(|| if label.is_empty() { words::more_actions(language).to_owned() } else { label });
    let node = NodeRef::<html::Details>::new();
    let items = NodeRef::<html::Div>::new();
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close(node, true);
        }
    };
    view! {
        <details class="menu" node_ref=node on:keydown=key on:toggle=move |_| opened(node, items)>
            <summary aria-label=label.clone() title=label>
                {match face {
                    Some(face) => face.run(),
                    None => view! { <Icon glyph=Glyph::Dots/> }.into_any(),
                }}
            </summary>
            <div class="menu-items" node_ref=items on:click=move |_| close(node, false)>{children()}</div>
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

/// Closes the menu; by key, the focus goes back to its button.
fn close(node: NodeRef<html::Details>, by_key: bool) {
    let Some(details) = node.get_untracked() else { return };
    details.set_open(false);
    #[cfg(feature = "hydrate")]
    if by_key {
        use wasm_bindgen::JsCast;
        if let Ok(Some(summary)) = details.query_selector("summary")
            && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = summary.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = by_key;
}

/// Places an open menu beside its button and above everything that scrolls or cuts, and closes it at a press elsewhere.
fn opened(node: NodeRef<html::Details>, items: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    {
        use std::{cell::RefCell, rc::Rc};
        use wasm_bindgen::JsCast;
        let (Some(details), Some(items)) = (node.get_untracked(), items.get_untracked()) else { return };
        if !details.open() {
            return;
        }
        place(&details.get_bounding_client_rect(), &items);
        // Listeners for this opening alone: a page may hold a hundred menus, of which one is open.
        let listeners: Rc<RefCell<Vec<WindowListenerHandle>>> = Rc::default();
        for name in ["pointerdown", "wheel"] {
            let (details, own) = (details.clone(), listeners.clone());
            let listener = window_event_listener_untyped(name, move |event| {
                let inside = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok()).is_some_and(|target| details.contains(Some(&target)));
                if !inside || !details.open() {
                    details.set_open(false);
                    own.take().into_iter().for_each(WindowListenerHandle::remove);
                }
            });
            listeners.borrow_mut().push(listener);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (node, items);
}

#[cfg(feature = "hydrate")]
fn place(button: &web_sys::DomRect, items: &web_sys::HtmlElement) {
    let side = |side: web_sys::Window| (side.inner_width().ok().and_then(|w| w.as_f64()), side.inner_height().ok().and_then(|h| h.as_f64()));
    let (Some(width), Some(height)) = side(window()) else { return };
    let style = items.style();
    let set = |name: &str, value: Option<f64>| {
        let _ = style.set_property(name, &value.map_or_else(|| "auto".to_owned(), |value| format!("{value}px")));
    };
    let below = button.bottom() + f64::from(items.offset_height()) + 8.0 < height;
    set("top", below.then(|| button.bottom() + 4.0));
    set("bottom", (!below).then(|| height - button.top() + 4.0));
    let leftwards = button.left() > width / 2.0;
    set("left", (!leftwards).then(|| button.left()));
    set("right", leftwards.then(|| width - button.right()));
    let _ = style.set_property("position", "fixed");
}

//! Buttons and links that look like buttons.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// How much a button asks to be pressed. One `Solid` on a page at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Solid,
    #[default]
    Line,
    Ghost,
    /// Takes something away.
    Danger,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Solid => "button solid",
            Self::Line => "button line",
            Self::Ghost => "button ghost",
            Self::Danger => "button danger",
        }
    }
}

/// A button with a verb. Without `on_press` it sends the form around it.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] glyph: Option<Glyph>,
    /// Work is under way: shown, and not pressed twice.
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
) -> impl IntoView {
    let kind = if on_press.is_some() { "button" } else { "submit" };
    let press = move |_| {
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button type=kind class=tone.class() disabled=move || busy.get() || disabled.get() aria-busy=move || busy.get().then_some("true") on:click=press>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{move || label.get()}</span>
        </button>
    }
}

/// A button with an icon alone; `label` is its name for screen readers and its tip.
#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    glyph: Glyph,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional, into)] pressed: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button ghost square"
            aria-label=move || label.get()
            title=move || label.get()
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            on:click=move |_| on_press.run(())
        >
            <Icon glyph/>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] glyph: Option<Glyph>,
    /// Loads the page anew (files, addresses that the server answers itself).
    #[prop(optional)]
    external: bool,
) -> impl IntoView {
    view! {
        <a class=tone.class() href=href rel=external.then_some("external")>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{label}</span>
        </a>
    }
}

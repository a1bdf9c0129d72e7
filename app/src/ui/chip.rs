//! Small labels: states, filters in force, and the access chip.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What a label says at a glance; its word says it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Plain,
    Good,
    Bad,
    /// Look here.
    Lamp,
    /// Under way.
    Busy,
}

impl Mood {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::Good => "tag good",
            Self::Bad => "tag bad",
            Self::Lamp => "tag lamp",
            Self::Busy => "tag busy",
        }
    }
}

/// A state in one word.
#[component]
pub fn Tag(#[prop(into)] label: String, #[prop(optional)] mood: Mood, #[prop(optional, into)] glyph: Option<Glyph>) -> impl IntoView {
    view! { <span class=mood.class()>{glyph.map(|glyph| view! { <Icon glyph/> })}{label}</span> }
}

/// A filter: its name and the value in force; `on` when it is not the default. Opens with `on_press`.
#[component]
pub fn FilterChip(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional, into)] glyph: Option<Glyph>,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" class:on=move || on.get() aria-haspopup="dialog" on:click=move |_| on_press.run(())>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{label}": "<b>{move || value.get()}</b></span>
        </button>
    }
}

/// What this reader's access hides or changes, in words; leads to the page that says why.
#[component]
pub fn ScopeChip(#[prop(into)] text: String, #[prop(into)] href: String) -> impl IntoView {
    view! { <a class="scope" href=href><Icon glyph=Glyph::Shield/><span>{text}</span></a> }
}

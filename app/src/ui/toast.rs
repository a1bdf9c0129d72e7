//! Short messages that come and go: what was done, or why it could not be.

use super::{
    browser,
    icon::{Glyph, Icon},
    words,
};
use crate::{ask::Fault, visit::use_language};
use leptos::prelude::*;

/// Where pages put their messages; provided by the frame.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<Toast>>);

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
}

/// The page's messages.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(|| {
        let toasts = Toasts(RwSignal::new(Vec::new()));
        provide_context(toasts);
        toasts
    })
}

impl Toasts {
    pub fn provide() {
        provide_context(Self(RwSignal::new(Vec::new())));
    }

    /// Says that something was done; goes by itself after a few seconds.
    pub fn say(self, text: impl Into<String>) {
        let id = self.push(text.into(), false);
        browser::after(6_000, move || self.drop(id));
    }

    /// Says why something was not done; stays until dismissed.
    pub fn fault(self, fault: &Fault, language: crate::text::Language) {
        self.push(fault.message.get(language).to_owned(), true);
    }

    fn push(self, text: String, bad: bool) -> u32 {
        let id = self.0.with_untracked(|toasts| toasts.last().map_or(0, |last| last.id + 1));
        self.0.update(|toasts| toasts.push(Toast { id, text, bad }));
        id
    }

    fn drop(self, id: u32) {
        let _ = self.0.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Where the messages appear; announced by screen readers.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    let language = use_language();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                toasts
                    .0
                    .get()
                    .into_iter()
                    .map(|toast| {
                        let glyph = if toast.bad { Glyph::Alert } else { Glyph::Check };
                        view! {
                            <div class="toast" class:bad=toast.bad>
                                <Icon glyph/>
                                <p>{toast.text}</p>
                                <button type="button" class="button ghost square" aria-label=words::dismiss(language) on:click=move |_| toasts.drop(toast.id)>
                                    <Icon glyph=Glyph::Close/>
                                </button>
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

//! A dialog: the browser's own, so that focus, Escape and the page behind it behave as people expect.

use super::{browser, button::IconButton, icon::Glyph, words};
use crate::visit::use_language;
use leptos::{html, prelude::*};

/// Opens and closes with `open`. Its children are made anew at each opening.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// Along the right edge and as high as the window, for longer forms.
    #[prop(optional)]
    sheet: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let language = use_language();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
                browser::focus_first(&dialog);
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog node_ref=node class=if sheet { "dialog sheet" } else { "dialog" } aria-label=move || title.get() on:close=move |_| open.set(false)>
            {move || {
                let children = children.clone();
                open.get()
                    .then(|| {
                        view! {
                            <header class="dialog-head">
                                <h2>{move || title.get()}</h2>
                                <IconButton label=words::close(language).to_owned() glyph=Glyph::Close on_press=move |()| open.set(false)/>
                            </header>
                            <div class="dialog-body">{children()}</div>
                        }
                    })
            }}
        </dialog>
    }
}

/// Opens while there is something to talk about; closing the dialog forgets it.
pub fn open_while<T: Send + Sync + 'static>(about: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = about.with(Option::is_some);
        if open.get_untracked() != wanted {
            open.set(wanted);
        }
    });
    Effect::new(move |_| {
        if !open.get() && about.with_untracked(Option::is_some) {
            about.set(None);
        }
    });
    open
}

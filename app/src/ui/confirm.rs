//! The dialog that asks once more before something that others notice or that cannot be undone.

use super::{
    button::{Button, Tone},
    dialog::{Dialog, open_while},
    words,
};
use crate::visit::use_language;
use leptos::prelude::*;

/// Open while there is something to ask about.
#[component]
pub fn Confirm<T>(
    about: RwSignal<Option<T>>,
    title: &'static str,
    /// Names what it is about.
    name: Callback<T, AnyView>,
    /// What follows from it.
    text: &'static str,
    /// Stands on the button that does it.
    verb: &'static str,
    /// Of that button: most of what is asked about is taken away.
    #[prop(default = Tone::Danger)]
    tone: Tone,
    #[prop(into)] busy: Signal<bool>,
    /// Called when that button was pressed.
    on_sure: Callback<T>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let language = use_language();
    let open = open_while(about);
    // The dialog closes first, so that a message about a failure is not behind it.
    let go = move |()| {
        let Some(it) = about.get_untracked() else { return };
        about.set(None);
        on_sure.run(it);
    };
    view! {
        <Dialog open title=title.to_owned()>
            {move || about.get().map(|it| view! {
                <p>{name.run(it)}</p>
                <p>{text}</p>
                <div class="form-actions">
                    <Button label=words::cancel(language).to_owned() on_press=move |()| about.set(None)/>
                    <Button label=verb.to_owned() tone busy on_press=go/>
                </div>
            })}
        </Dialog>
    }
}

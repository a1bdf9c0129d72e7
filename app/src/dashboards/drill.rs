//! The rows behind a tile or a mark, in a sheet over the dashboard.

use super::words;
use crate::{
    ui::dialog::Dialog,
    visit::use_language,
    warehouse::{asks::Question, listing::Listing},
};
use leptos::prelude::*;

/// The page's one drill sheet: whoever has rows to show opens it.
#[derive(Clone, Copy)]
pub struct Drill {
    open: RwSignal<bool>,
    /// Title of what is drilled into, its conditions in words, and the question that lists the rows.
    rows: RwSignal<Option<(String, String, Question)>>,
}

impl Drill {
    #[allow(clippy::new_without_default, reason = "it makes signals and so belongs to a page")]
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), rows: RwSignal::new(None) }
    }

    pub fn show(self, title: String, conditions: String, question: Question) {
        self.rows.set(Some((title, conditions, question)));
        self.open.set(true);
    }
}

#[component]
pub fn DrillDialog(drill: Drill) -> impl IntoView {
    let language = use_language();
    let title =
        Signal::derive(move || drill.rows.with(|rows| rows.as_ref().map(|(title, ..)| format!("{} {title}", words::rows_of(language))).unwrap_or_default()));
    view! {
        <Dialog open=drill.open title sheet=true>
            {move || {
                drill
                    .rows
                    .get()
                    .map(|(title, conditions, question)| {
                        view! {
                            <p class="drill-conditions">{if conditions.is_empty() { words::no_filter(language).to_owned() } else { conditions }}</p>
                            <Listing question=Signal::stored(question) caption=title/>
                        }
                    })
            }}
        </Dialog>
    }
}

//! Asking a question of a mart: measures, dimensions, filters, kind of chart.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn AskPage() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::ask(language)/> }
}

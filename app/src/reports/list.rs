//! One's earlier downloads.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn Reports() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::reports(language)/> }
}

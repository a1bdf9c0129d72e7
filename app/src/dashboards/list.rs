//! The list of dashboards.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn Dashboards() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::dashboards(language)/> }
}

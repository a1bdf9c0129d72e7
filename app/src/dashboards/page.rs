//! One dashboard: filters, tiles, and what can be done with it.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn DashboardPage() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::dashboard(language)/> }
}

//! One mart: what it holds, how fresh it is, its rows.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn MartPage() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::mart(language)/> }
}

//! The list of marts, each with its columns in words.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn Marts() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::marts(language)/> }
}

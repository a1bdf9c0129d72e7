//! One's saved questions.

use super::words;
use crate::{ui::page::PageHead, visit::use_language};
use leptos::prelude::*;

#[component]
pub fn Questions() -> impl IntoView {
    let language = use_language();
    view! { <PageHead title=words::questions(language)/> }
}

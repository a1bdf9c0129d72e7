//! The head of a page and the panels on it.

use leptos::prelude::*;
use leptos_meta::Title;

/// Title of a page, the line under it (what one is looking at), and at the right what can be done with it.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: String,
    /// What can be done with the page.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <div class="page-head">
            <div class="page-title">
                <h1>{title}</h1>
                {(!lead.is_empty()).then(|| view! { <p>{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </div>
    }
}

/// A white panel with a heading; `note` is a remark beside it, e.g. the unit.
#[component]
pub fn Panel(
    #[prop(into)] title: String,
    #[prop(optional, into)] note: String,
    /// Further classes, e.g. the width in a grid.
    #[prop(optional, into)]
    class: String,
    #[prop(optional)] actions: Option<Children>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("panel {class}")>
            <header class="panel-head">
                <h2>{title}</h2>
                {(!note.is_empty()).then(|| view! { <small>{note}</small> })}
                {actions.map(|actions| view! { <div class="panel-actions">{actions()}</div> })}
            </header>
            {children()}
        </section>
    }
}

/// Facts as pairs of name and value.
#[component]
pub fn Facts(facts: Vec<(String, String)>) -> impl IntoView {
    view! {
        <dl class="facts">
            {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
    }
}

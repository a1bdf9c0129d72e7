//! Everything the user sees: pages, and the typed questions they may ask.

pub mod ask;
pub mod catalog;
pub mod dashboards;
pub mod front;
pub mod governance;
pub mod identity;
pub mod ingestion;
pub mod live;
pub mod reports;
pub mod search;
pub mod shell;
pub mod streaming;
pub mod text;
pub mod ui;
pub mod visit;
pub mod warehouse;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route, Router, Routes},
    path,
};
pub use shell::shell;

/// All pages. Those that are asked for as a whole are rendered as a whole (`Async`); a dashboard sends its tiles as they come.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    ui::toast::Toasts::provide();
    live::provide();
    view! {
        <Title formatter=titled/>
        <Router>
            <Routes fallback=|| view! { <main class="alone"><ui::states::NotFound/></main> }>
                <Route path=path!("/sign-in") view=identity::sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=identity::factors::sign_in_code::SignInCodePage ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view=identity::forgot::ForgotPage ssr=SsrMode::Async/>
                <Route path=path!("/reset") view=identity::forgot::ResetPage ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view=identity::forgot::ResetPage ssr=SsrMode::Async/>
                <Route path=path!("/invite") view=identity::invites::page::InvitePage ssr=SsrMode::Async/>
                <Route path=path!("/invite/:token") view=identity::invites::page::InvitePage ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view=identity::set_up::SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=front::frame::Frame>
                    <Route path=path!("/") view=front::home::Home ssr=SsrMode::Async/>
                    <Route path=path!("/dashboards") view=dashboards::list::Dashboards ssr=SsrMode::Async/>
                    <Route path=path!("/dashboards/:id") view=dashboards::page::DashboardPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/dashboards/:id/edit") view=dashboards::edit::EditDashboardPage ssr=SsrMode::Async/>
                    <Route path=path!("/data") view=warehouse::marts::Marts ssr=SsrMode::Async/>
                    <Route path=path!("/data/:mart") view=warehouse::mart::MartPage ssr=SsrMode::Async/>
                    <Route path=path!("/data/:mart/ask") view=warehouse::ask_page::AskPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog") view=catalog::list::Catalog ssr=SsrMode::Async/>
                    <Route path=path!("/catalog/:entry") view=catalog::entry::EntryPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=search::list::Streams ssr=SsrMode::Async/>
                    <Route path=path!("/search/:stream") view=search::page::StreamPage ssr=SsrMode::Async/>
                    <Route path=path!("/questions") view=dashboards::questions::Questions ssr=SsrMode::Async/>
                    <Route path=path!("/sql") view=warehouse::sql::SqlPage ssr=SsrMode::Async/>
                    <Route path=path!("/kibana") view=search::kibana::KibanaPage ssr=SsrMode::Async/>
                    <Route path=path!("/reports") view=reports::list::Reports ssr=SsrMode::Async/>
                    <Route path=path!("/access") view=governance::why::Why ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=identity::account::Account ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/admin") view=Outlet>
                        <Route path=path!("/people") view=identity::people::PeoplePage ssr=SsrMode::Async/>
                        <Route path=path!("/sign-on") view=identity::sign_on::SignOnPage ssr=SsrMode::Async/>
                        <Route path=path!("/people/:person/why") view=governance::why::person::WhyPersonPage ssr=SsrMode::Async/>
                        <Route path=path!("/policies") view=governance::policies::PoliciesPage ssr=SsrMode::Async/>
                        <Route path=path!("/policies/history") view=governance::policy::history::HistoryPage ssr=SsrMode::Async/>
                        <Route path=path!("/policies/tests") view=governance::cases::CasesPage ssr=SsrMode::Async/>
                        <Route path=path!("/permissions") view=governance::matrix::MatrixPage ssr=SsrMode::Async/>
                        <Route path=path!("/audit") view=governance::audit::Audit ssr=SsrMode::Async/>
                        <Route path=path!("/jobs") view=ingestion::jobs::Jobs ssr=SsrMode::Async/>
                        <Route path=path!("/jobs/:job") view=ingestion::job::JobPage ssr=SsrMode::Async/>
                        <Route path=path!("/runs/:run") view=ingestion::run::RunPage ssr=SsrMode::Async/>
                        <Route path=path!("/kibana") view=search::kibana_admin::KibanaAdmin ssr=SsrMode::Async/>
                        <Route path=path!("/sources") view=ingestion::sources::Sources ssr=SsrMode::Async/>
                        <Route path=path!("/agents") view=streaming::agents::AgentsPage ssr=SsrMode::Async/>
                        <Route path=path!("/streams") view=streaming::streams::StreamsPage ssr=SsrMode::Async/>
                        <Route path=path!("/streams/:stream") view=streaming::streams::StreamPage ssr=SsrMode::Async/>
                        <Route path=path!("/dead-letters") view=streaming::dead_letters::DeadLettersPage ssr=SsrMode::Async/>
                        <Route path=path!("/keywords") view=streaming::keywords::Keywords ssr=SsrMode::Async/>
                        <Route path=path!("/marts/new") view=ingestion::new_mart::NewMart ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/*any") view=ui::states::NotFound ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The title of a page as the document holds it.
fn titled(text: String) -> String {
    text::between_tags(if text.is_empty() { "Atalaya".to_owned() } else { format!("{text} · Atalaya") })
}

/// Makes the served page alive.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(|| {
        provide_context(visit::from_document());
        App()
    });
    // For whoever drives a browser: from here on the page listens.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-alive", "");
    }
}

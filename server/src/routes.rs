//! Table of contents: every path with its question and what it needs, every kind of job, everything done on a clock.

use crate::{
    access::{Action::*, Kind::*, Need},
    catalog, dashboards, governance, identity, ingestion,
    jobs::{Kinds, Tick},
    portal::Portal,
    reports,
    routing::{Entry, Routes},
    search, streaming, warehouse,
};
use app::governance::asks::AUDIT_FILE;
use axum::Router;

/// The API: everything that pages and scripts may ask.
pub fn api(portal: &Portal) -> (Router, Vec<Entry>) {
    let routes = Routes::new(portal.clone());
    // identity
    let routes = routes
        .open(identity::sign_in::sign_in)
        .open(identity::sign_in::sign_out)
        .open(governance::set_up::set_up)
        .raw_open("POST", "/sign-in", identity::sign_in::sign_in_form)
        .open(identity::factors::second_step::sign_in_code)
        .open(identity::factors::passkey_door::begin)
        .open(identity::factors::passkey_door::finish)
        .raw_open("POST", "/sign-in/code", identity::factors::second_step::sign_in_code_form)
        .raw_open("POST", "/sign-out", identity::sign_in::sign_out_form)
        .raw_open("POST", "/set-up", governance::set_up::set_up_form)
        .open(identity::oidc::ways)
        .raw_open("GET", "/sign-in/oidc", identity::oidc::begin)
        .raw_open("GET", identity::oidc::BACK, governance::oidc::back)
        .ask(Need(Person, Administer), governance::oidc::settings::read)
        .ask(Need(Person, Administer), governance::oidc::settings::save)
        .ask(Need(Person, Administer), governance::oidc::settings::try_out)
        .ask(Need(Account, View), governance::account::me)
        .ask_in_session(Need(Account, Edit), governance::memberships::act_in)
        .ask_in_session(Need(Account, Edit), identity::account::change_password)
        .ask_in_session(Need(Account, View), identity::listing::own)
        .ask(Need(Account, Edit), identity::listing::end_own)
        .ask_in_session(Need(Account, Edit), identity::listing::end_others)
        .ask(Need(Account, View), identity::keys::list)
        .ask(Need(Account, Edit), identity::keys::make)
        .ask(Need(Account, Edit), identity::keys::end)
        .ask(Need(Account, View), identity::factors::list)
        .ask(Need(Account, Edit), identity::factors::authenticator::begin)
        .ask_in_session(Need(Account, Edit), identity::factors::authenticator::confirm)
        .ask_in_session(Need(Account, Edit), identity::factors::authenticator::end)
        .ask_in_session(Need(Account, Edit), identity::factors::recovery::renew)
        .ask_in_session(Need(Account, Edit), identity::factors::passkeys::begin)
        .ask_in_session(Need(Account, Edit), identity::factors::passkeys::add)
        .ask_in_session(Need(Account, Edit), identity::factors::passkeys::remove)
        .ask(Need(Person, Administer), identity::factors::remove)
        .ask_in_session(Need(Person, ViewAs), governance::viewing::begin)
        .ask_in_session(Need(Account, View), identity::viewing::end)
        .raw("POST", "/identity/end-viewing", Need(Account, View), identity::viewing::end_form)
        .ask(Need(Account, View), identity::viewing::of_me)
        .ask(Need(Person, View), governance::people::list)
        .ask(Need(Person, Administer), governance::people::add)
        .ask(Need(Person, Administer), governance::people::change)
        .ask(Need(Person, Administer), governance::memberships::set)
        .ask(Need(Person, Administer), governance::cases::person_anyway)
        .ask(Need(Person, Administer), governance::leaving::delete)
        .ask(Need(Person, Administer), governance::people::disable)
        .ask(Need(Person, Administer), governance::people::reset_password)
        .ask_in_session(Need(Person, Administer), identity::listing::of_person)
        .ask(Need(Person, Administer), identity::listing::end_of_person)
        .ask_in_session(Need(Person, Administer), identity::listing::end_all_of_person);
    let routes = identity::forgot::routes(routes);
    let routes = governance::joining(routes);
    // governance
    let routes = routes
        .ask(Need(Account, View), governance::why::why)
        .ask(Need(Policy, View), governance::why_person::why)
        .ask(Need(Policy, View), governance::policies::list)
        .ask(Need(Policy, View), governance::policies::preview)
        .ask(Need(Policy, Administer), governance::policies::save)
        .ask(Need(Policy, Administer), governance::policies::delete)
        .ask(Need(Policy, View), governance::columns::list)
        .ask(Need(Policy, View), governance::revisions::history::history)
        .ask(Need(Policy, Administer), governance::revisions::restore::restore)
        .ask(Need(Policy, Administer), governance::departments::save)
        .ask(Need(Policy, View), governance::cases::list)
        .ask(Need(Policy, Administer), governance::cases::save)
        .ask(Need(Policy, Administer), governance::cases::delete)
        .ask(Need(Policy, Administer), governance::cases::anyway)
        .ask(Need(Policy, View), governance::matrix::show)
        .ask(Need(Policy, View), governance::matrix::preview)
        .ask(Need(Policy, Administer), governance::matrix::save)
        .ask(Need(Policy, Administer), governance::matrix::roles::add)
        .ask(Need(Policy, Administer), governance::matrix::roles::delete)
        .ask(Need(Audit, View), governance::audit::list)
        .raw_lasting("GET", AUDIT_FILE, Need(Audit, Export), governance::audit::file);
    // ingestion
    let routes = ingestion::routes(routes, portal.config.upload_bytes);
    // warehouse
    let routes = routes
        .ask(Need(Mart, View), warehouse::list)
        .ask(Need(Mart, View), warehouse::open)
        .ask(Need(Mart, View), warehouse::ask)
        .ask(Need(Mart, View), warehouse::values)
        .ask(Need(Mart, Sql), warehouse::sql::run)
        .ask(Need(Mart, Sql), warehouse::sql::describe)
        .ask(Need(Mart, Sql), warehouse::sql::list)
        .ask(Need(Mart, Sql), warehouse::sql::save)
        .ask(Need(Mart, Sql), warehouse::sql::delete);
    // catalog
    let routes = catalog::routes(routes);
    // dashboards
    let routes = routes
        .ask(Need(Dashboard, View), dashboards::list)
        .ask(Need(Dashboard, View), dashboards::open)
        .ask(Need(Dashboard, View), dashboards::find)
        .ask(Need(Dashboard, Edit), dashboards::create)
        .ask(Need(Dashboard, Edit), dashboards::save)
        .ask(Need(Dashboard, Edit), dashboards::delete)
        .ask(Need(Dashboard, Edit), dashboards::pin_search)
        .ask(Need(Dashboard, Edit), dashboards::pin_window)
        .ask(Need(Dashboard, Publish), dashboards::publish)
        .ask(Need(Dashboard, Publish), dashboards::take_back)
        .ask(Need(Dashboard, Share), dashboards::shares)
        .ask(Need(Dashboard, Share), dashboards::share)
        .ask(Need(Dashboard, Share), dashboards::unshare)
        .ask(Need(Question, View), dashboards::questions)
        .ask(Need(Question, Edit), dashboards::save_question)
        .ask(Need(Question, Edit), dashboards::delete_question);
    // reports
    let routes = routes
        .ask(Need(Report, Export), dashboards::make)
        .raw("POST", "/api/reports/stream", Need(Report, Export), dashboards::stream)
        .ask(Need(Report, Export), reports::again)
        .ask(Need(Report, Export), reports::limits)
        .ask(Need(Report, View), reports::state)
        .ask(Need(Report, View), reports::list)
        .ask(Need(Report, View), reports::delete)
        .ask(Need(Report, View), reports::schedules::list)
        .ask(Need(Report, Schedule), reports::schedules::make)
        .ask(Need(Report, Schedule), reports::schedules::change)
        .ask(Need(Report, View), reports::schedules::delete)
        .raw("GET", "/reports/{id}/file", Need(Report, Export), reports::file);
    // streaming and search
    let routes = streaming::routes(routes);
    let routes = search::routes(routes);
    routes.finish()
}

/// The kinds of background work.
pub fn jobs() -> Kinds {
    Kinds::new()
        .add::<ingestion::run::LoadRun>()
        .add::<ingestion::listening::poll::PollListener>()
        .add::<reports::MakeReport>()
        .add::<governance::invites::SendInvite>()
        .add::<identity::forgot::SendReset>()
}

/// What each process does every so often.
pub fn ticks() -> Vec<Tick> {
    let mut ticks = ingestion::ticks().to_vec();
    ticks.push(reports::tick());
    ticks.push(reports::schedules::tick());
    ticks.extend(streaming::ticks());
    ticks
}

//! The list of dashboards: one's own, those that colleagues share and those of one's departments.

use super::{
    asks::{DashboardCard, ListDashboards},
    create::NewDashboard,
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    ui::{
        calendar::now_ms,
        figures::use_figures,
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, Skeleton, outcome},
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;

/// Address `/dashboards`.
#[component]
pub fn Dashboards() -> impl IntoView {
    let language = use_language();
    let dashboards = Resource::new(|| (), |()| ask(ListDashboards {}));
    let retry = Callback::new(move |()| dashboards.refetch());
    let reader = use_reader();
    view! {
        <PageHead title=words::dashboards(language) lead=words::dashboards_lead(language)>
            <Suspense fallback=|| ()>{move || Suspend::new(async move { reader.me().await.is_some_and(|me| me.may.edit).then(|| view! { <NewDashboard/> }) })}</Suspense>
        </PageHead>
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(dashboards.await, Some(retry), |dashboards| view! { <Cards dashboards/> }.into_any()) })}
        </Suspense>
    }
}

#[component]
fn Cards(dashboards: Vec<DashboardCard>) -> impl IntoView {
    let language = use_language();
    if dashboards.is_empty() {
        return view! { <Empty title=words::none_yet(language) text=words::none_yet_text(language) glyph=Glyph::Dashboard/> }.into_any();
    }
    let (own, given): (Vec<_>, Vec<_>) = dashboards.into_iter().partition(|card| card.own);
    let (shared, given): (Vec<_>, Vec<_>) = given.into_iter().partition(|card| card.shared_by.is_some());
    view! {
        <Group title=words::department_dashboards(language) cards=given/>
        <Group title=words::shared_dashboards(language) cards=shared/>
        <Group title=words::own_dashboards(language) cards=own/>
    }
    .into_any()
}

#[component]
fn Group(title: &'static str, cards: Vec<DashboardCard>) -> impl IntoView {
    (!cards.is_empty()).then(|| {
        view! {
            <section class="card-group">
                <h2>{title}</h2>
                <ul class="cards">{cards.into_iter().map(|card| view! { <DashboardItem card/> }).collect_view()}</ul>
            </section>
        }
    })
}

#[component]
fn DashboardItem(card: DashboardCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let tiles = if card.tiles == 1 { words::tile_one(language) } else { words::tiles(language) };
    let mut facts =
        vec![format!("{} {tiles}", figures.count(u64::from(card.tiles))), format!("{} {}", words::changed(language), figures.when(card.updated_ms, now_ms()))];
    if let Some(name) = &card.shared_by {
        facts.insert(0, format!("{} {name}", words::shared_by(language)));
    } else if !card.own {
        facts.insert(0, card.department.get(language).to_owned());
    }
    if let Some(name) = &card.published_by {
        facts.insert(1, format!("{} {name}", words::published_by(language)));
    }
    view! {
        <li>
            <a class="card" href=format!("/dashboards/{}", path_step(&card.id))>
                <Icon glyph=Glyph::Dashboard/>
                <b>{card.title.get(language).to_owned()}</b>
                <span>{card.description.get(language).to_owned()}</span>
                <small>{facts.join(" · ")}</small>
            </a>
        </li>
    }
}

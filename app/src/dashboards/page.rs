//! The page of one dashboard: title, freshness, filters, what one's access hides, tiles.

use super::{
    asks::{Dashboard, OpenDashboard},
    board::Board,
    drill::{Drill, DrillDialog},
    filters::FilterBar,
    sharing::SharingMenu,
    stream_tile::StreamTileView,
    tile::TileView,
    window_tile::WindowTileView,
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    reports::{
        asks::Subject,
        download::{DownloadDialog, Downloads, Offer},
    },
    ui::{
        button::{Button, LinkButton, Tone},
        figures::use_figures,
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, Skeleton, Stale, outcome},
    },
    visit::use_language,
    warehouse::{address::path_step, say::freshness_text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Address `/dashboards/{id}`; its search part holds the view (see `state.rs`).
#[component]
pub fn DashboardPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let dashboard = Resource::new_blocking(move || id.get(), |id| ask(OpenDashboard { id }));
    let retry = Callback::new(move |()| dashboard.refetch());
    let reader = use_reader();
    view! {
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move {
                let may_explore = reader.me().await.is_some_and(|me| me.may.explore);
                outcome(dashboard.await, Some(retry), |dashboard| view! { <DashboardView dashboard may_explore changed=retry/> }.into_any())
            })}
        </Suspense>
    }
}

#[component]
fn DashboardView(dashboard: Dashboard, may_explore: bool, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let board = Board::new(dashboard.clone(), may_explore);
    let (downloads, drill) = (Downloads::new(), Drill::new());
    let title = dashboard.card.title.get(language).to_owned();
    let (may_download, empty) = (dashboard.may_download, dashboard.tiles.is_empty());
    let withheld = dashboard.withheld;
    let gives = dashboard.may_share || dashboard.may_publish || dashboard.may_take_back;
    let given = dashboard.clone();
    let edit_href = format!("/dashboards/{}/edit", path_step(&dashboard.card.id));
    let offer = {
        let (title, id) = (title.clone(), dashboard.card.id.clone());
        move |()| downloads.offer(Offer { title: title.clone(), rows: None, subject: Subject::Dashboard { id: id.clone(), filters: board.report_filters() } })
    };
    view! {
        <PageHead title lead=freshness_text(&dashboard.freshness, &figures)>
            {gives.then(|| view! { <SharingMenu dashboard=given changed/> })}
            {dashboard.may_edit.then(|| view! { <LinkButton href=edit_href label=words::edit(language) glyph=Glyph::Edit/> })}
            {(may_download && !empty)
                .then(|| view! { <Button label=words::download(language).to_owned() tone=Tone::Solid glyph=Glyph::Download on_press=offer/> })}
        </PageHead>
        {dashboard.freshness.stale.then(|| view! { <Stale loaded_ms=dashboard.freshness.loaded_at_ms/> })}
        {(withheld > 0)
            .then(|| {
                let text = if withheld == 1 { words::withheld_one(language) } else { words::withheld(language) };
                view! { <p class="banner lamp" role="status"><Icon glyph=Glyph::Lock/><span>{figures.count(u64::from(withheld))}" "{text}</span></p> }
            })}
        <FilterBar board/>
        {empty
            .then(|| {
                view! {
                    <Empty title=words::no_tiles(language) text=words::no_tiles_text(language) glyph=Glyph::Dashboard>
                        <LinkButton href="/data" label=words::ask_question(language) glyph=Glyph::Explore/>
                    </Empty>
                }
            })}
        <div class="tiles">
            {dashboard
                .tiles
                .into_iter()
                .map(|tile| match (tile.stream.clone(), tile.window.clone()) {
                    (Some(shows), _) => view! { <StreamTileView tile shows/> }.into_any(),
                    (None, Some(shows)) => view! { <WindowTileView tile shows/> }.into_any(),
                    (None, None) => view! { <TileView tile board drill downloads=may_download.then_some(downloads)/> }.into_any(),
                })
                .collect_view()}
        </div>
        <DrillDialog drill/>
        {may_download.then(|| view! { <DownloadDialog downloads/> })}
    }
}

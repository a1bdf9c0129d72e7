//! Putting a search, or a window of its stream, on a dashboard of one's own, as a tile that lives.

use super::{
    asks::{ListDashboards, ListWindows, PinSearch, PinWindow, Shows, StreamTile, WindowCard, WindowTile},
    stream_tile::shows_name,
    words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        browser::read_form,
        button::{Button, Tone},
        dialog::Dialog,
        form::{FormFault, SelectField, TextField},
        icon::Glyph,
        states::Skeleton,
    },
    visit::use_language,
    warehouse::{
        address::{chart_key, path_step, read_chart},
        asks::ChartKind,
        say::chart_name,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Value of the list's entry for a dashboard that is still to be made.
const NEW: &str = "new";
/// How a window may be drawn.
const CHARTS: [ChartKind; 6] = [ChartKind::StackedBar, ChartKind::Bar, ChartKind::Line, ChartKind::Area, ChartKind::Number, ChartKind::Table];
const SHOWS: [(&str, Shows); 3] = [("count", Shows::Count), ("histogram", Shows::Histogram), ("rows", Shows::Rows)];

/// A button, and the dialog behind it. `tile`: the search as it stands; what it shows is chosen in the dialog.
#[component]
pub fn PinSearchButton(#[prop(into)] tile: Signal<StreamTile>) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    view! {
        <Button label=words::pin_search(language).to_owned() glyph=Glyph::Dashboard on_press=move |()| open.set(true)/>
        <Dialog open title=words::pin_search_title(language).to_owned()><PinForm tile/></Dialog>
    }
}

#[component]
fn PinForm(tile: Signal<StreamTile>) -> impl IntoView {
    let language = use_language();
    let (act, faults) = (use_act(), use_form_faults());
    let navigate = use_navigate();
    let dashboards = Resource::new(|| (), |()| ask(ListDashboards {}));
    let windows = Resource::new(move || tile.with(|tile| tile.stream.clone()), |stream| ask(ListWindows { stream }));
    let chosen = RwSignal::new(NEW.to_owned());
    let shown = RwSignal::new("count".to_owned());
    let send = move |event| {
        let form = read_form(&event);
        let dashboard = Some(form.text("dashboard")).filter(|id| id != NEW).unwrap_or_default();
        let shows = SHOWS.into_iter().find(|(name, _)| *name == form.text("shows")).map(|(_, shows)| shows).unwrap_or_default();
        let (title, new_dashboard) = (form.text("title"), form.text("new-dashboard"));
        faults.clear();
        let navigate = navigate.clone();
        let done = move |id: String| navigate(&format!("/dashboards/{}", path_step(&id)), Default::default());
        let tile = tile.get_untracked();
        match window_of(&form.text("shows")) {
            Some((window, measure)) => {
                let by = Some(form.text("by")).filter(|by| !by.is_empty());
                let tile = WindowTile { stream: tile.stream, window, measure, by, minutes: tile.minutes };
                let chart = read_chart(&form.text("chart")).unwrap_or(ChartKind::StackedBar);
                act.run_or(PinWindow { title, tile, chart, dashboard, new_dashboard }, done, move |fault| faults.set(fault));
            }
            None => act.run_or(PinSearch { title, tile: StreamTile { shows, ..tile }, dashboard, new_dashboard }, done, move |fault| faults.set(fault)),
        }
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="title" label=words::title(language) error=faults.under("title") autocomplete="off"/>
            <Suspense fallback=|| view! { <Skeleton shape="line"/> }>
                {move || Suspend::new(async move {
                    let windows = windows.await.unwrap_or_default();
                    let options = what_it_shows(&windows, language);
                    view! {
                        <SelectField name="shows" label=words::shows(language) options value="count" on_change=move |value: String| shown.set(value)/>
                        {move || window_of(&shown.get()).map(|(window, _)| window_fields(&windows, &window, language))}
                    }
                })}
            </Suspense>
            <Suspense fallback=|| view! { <Skeleton shape="line"/> }>
                {move || Suspend::new(async move {
                    let own = dashboards.await.unwrap_or_default().into_iter().filter(|card| card.own).map(|card| (card.id, card.title.get(language).to_owned()));
                    let options: Vec<(String, String)> = [(NEW.to_owned(), words::new_dashboard(language).to_owned())].into_iter().chain(own).collect();
                    view! { <SelectField name="dashboard" label=words::pin_to(language) options value=NEW on_change=move |value: String| chosen.set(value)/> }
                })}
            </Suspense>
            {move || (chosen.get() == NEW).then(|| view! { <TextField name="new-dashboard" label=words::new_dashboard_name(language) autocomplete="off"/> })}
            <FormFault text=faults.above(&["title"])/>
            <div class="form-actions"><Button label=words::pin_search(language).to_owned() tone=Tone::Solid glyph=Glyph::Dashboard busy=act.busy/></div>
        </form>
    }
}

/// The search itself, and each figure of each window of its stream.
fn what_it_shows(windows: &[WindowCard], language: Language) -> Vec<(String, String)> {
    let searched = SHOWS.iter().map(|(name, shows)| ((*name).to_owned(), shows_name(*shows, language).to_owned()));
    let counted = windows.iter().flat_map(|window| {
        window.measures.iter().map(move |measure| {
            (format!("{}/{measure}", window.name), format!("{measure}, {} {}, {}", words::window(language), window.name, words::live(language)))
        })
    });
    searched.chain(counted).collect()
}

/// The window and the measure that a choice names; `None` for the search itself.
fn window_of(shows: &str) -> Option<(String, String)> {
    let (window, measure) = shows.split_once('/')?;
    Some((window.to_owned(), measure.to_owned()))
}

/// What else a window asks: a line for each value of which key, and how it is drawn.
fn window_fields(windows: &[WindowCard], window: &str, language: Language) -> AnyView {
    let keys = windows.iter().find(|known| known.name == window).map(|known| known.keys.clone()).unwrap_or_default();
    let by: Vec<(String, String)> =
        [(String::new(), words::by_nothing(language).to_owned())].into_iter().chain(keys.into_iter().map(|key| (key.clone(), key))).collect();
    let charts: Vec<(String, String)> = CHARTS.map(|chart| (chart_key(chart).to_owned(), chart_name(chart, language).to_owned())).into();
    view! {
        <SelectField name="by" label=words::by(language) options=by value=""/>
        <SelectField name="chart" label=words::drawn_as(language) options=charts value=chart_key(ChartKind::StackedBar)/>
    }
    .into_any()
}

//! Putting a search on a dashboard of one's own, as a tile that lives.

use super::{
    asks::{ListDashboards, PinSearch, Shows, StreamTile},
    stream_tile::shows_name,
    words,
};
use crate::{
    ask::ask,
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
    warehouse::address::path_step,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Value of the list's entry for a dashboard that is still to be made.
const NEW: &str = "new";
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
    let chosen = RwSignal::new(NEW.to_owned());
    let send = move |event| {
        let form = read_form(&event);
        let dashboard = Some(form.text("dashboard")).filter(|id| id != NEW).unwrap_or_default();
        let shows = SHOWS.into_iter().find(|(name, _)| *name == form.text("shows")).map(|(_, shows)| shows).unwrap_or_default();
        let tile = StreamTile { shows, ..tile.get_untracked() };
        let question = PinSearch { title: form.text("title"), tile, dashboard, new_dashboard: form.text("new-dashboard") };
        faults.clear();
        let navigate = navigate.clone();
        act.run_or(question, move |id| navigate(&format!("/dashboards/{}", path_step(&id)), Default::default()), move |fault| faults.set(fault));
    };
    let shown: Vec<(String, String)> = SHOWS.map(|(name, shows)| (name.to_owned(), shows_name(shows, language).to_owned())).into();
    view! {
        <form class="form" on:submit=send>
            <TextField name="title" label=words::title(language) error=faults.under("title") autocomplete="off"/>
            <SelectField name="shows" label=words::shows(language) options=shown value="count"/>
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

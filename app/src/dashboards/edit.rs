//! Editing an own or a published dashboard: its title, the order, names and widths of its tiles, or its end.

use super::{
    asks::{Dashboard, DeleteDashboard, OpenDashboard, SaveDashboard, Tile},
    edit_tile::{Draft, TileCard},
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    text::Text,
    ui::{
        browser::{self, read_form},
        button::{Button, LinkButton, Tone},
        dialog::Dialog,
        form::{FormFault, TextField},
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        toast::use_toasts,
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// Address `/dashboards/{id}/edit`.
#[component]
pub fn EditDashboardPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let dashboard = Resource::new(move || id.get(), |id| ask(OpenDashboard { id }));
    let retry = Callback::new(move |()| dashboard.refetch());
    let editable = |dashboard: Dashboard| {
        if dashboard.may_edit {
            Ok(dashboard)
        } else {
            Err(Fault::new(FaultKind::Forbidden, Text::of(words::not_yours(crate::text::Language::En), words::not_yours(crate::text::Language::Es))))
        }
    };
    view! {
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(dashboard.await.and_then(editable), Some(retry), |dashboard| view! { <Editor dashboard/> }.into_any()) })}
        </Suspense>
    }
}

#[component]
fn Editor(dashboard: Dashboard) -> impl IntoView {
    let language = use_language();
    let navigate = use_navigate();
    let toasts = use_toasts();
    let title = dashboard.card.title.get(language).to_owned();
    let href = format!("/dashboards/{}", path_step(&dashboard.card.id));
    let (id, updated_ms) = (dashboard.card.id.clone(), dashboard.card.updated_ms);
    let drafts = RwSignal::new(dashboard.tiles.into_iter().map(|tile| Draft::new(tile, language)).collect::<Vec<_>>());
    let said = RwSignal::new(String::new());
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let back = href.clone();
    let save_id = id.clone();
    let save = move |event| {
        let title = read_form(&event).text("title");
        if title.is_empty() {
            fault.set(Some(words::title_wanted(language).into()));
            return;
        }
        let tiles: Vec<Tile> =
            drafts.with_untracked(|drafts| drafts.iter().filter(|draft| !draft.removed.get_untracked()).map(|draft| draft.finished(language)).collect());
        busy.set(true);
        fault.set(None);
        let (navigate, back) = (navigate.clone(), back.clone());
        let question = SaveDashboard { id: save_id.clone(), title, tiles, updated_ms };
        browser::spawn(async move {
            match ask(question).await {
                Ok(_) => {
                    toasts.say(words::saved(language));
                    navigate(&back, Default::default());
                }
                Err(refused) => {
                    busy.set(false);
                    fault.set(Some(refused.message.get(language).to_owned()));
                }
            }
        });
    };
    view! {
        <form on:submit=save>
            <PageHead title=format!("{}: {title}", words::edit_title(language)) lead=words::edit_lead(language)>
                <LinkButton href=href.clone() label=words::cancel(language)/>
                <Button label=words::save(language).to_owned() tone=Tone::Solid busy/>
            </PageHead>
            <FormFault text=fault/>
            <div class="edit-title"><TextField name="title" label=words::title(language) value=title autocomplete="off"/></div>
            <p class="hidden" role="status">{move || said.get()}</p>
            {move || {
                drafts.with(Vec::is_empty).then(|| view! {
                    <Empty title=words::no_tiles(language) text=words::no_tiles_text(language) glyph=Glyph::Dashboard>
                        <LinkButton href="/data" label=words::ask_question(language) glyph=Glyph::Explore/>
                    </Empty>
                })
            }}
            <ol class="tiles editing">
                <For each=move || drafts.get() key=|draft| draft.id.clone() let:draft><TileCard draft drafts said/></For>
            </ol>
        </form>
        <Delete id/>
    }
}

#[component]
fn Delete(id: String) -> impl IntoView {
    let language = use_language();
    let navigate = use_navigate();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let delete = Callback::new(move |()| {
        busy.set(true);
        let (id, navigate) = (id.clone(), navigate.clone());
        browser::spawn(async move {
            match ask(DeleteDashboard { id }).await {
                Ok(()) => {
                    toasts.say(words::deleted(language));
                    navigate("/dashboards", Default::default());
                }
                Err(refused) => {
                    busy.set(false);
                    fault.set(Some(refused.message.get(language).to_owned()));
                }
            }
        });
    });
    view! {
        <div class="edit-end"><Button label=words::delete_dashboard(language).to_owned() tone=Tone::Danger glyph=Glyph::Delete on_press=move |()| open.set(true)/></div>
        <Dialog open title=words::delete_dashboard(language).to_owned()>
            <p>{words::delete_sure(language)}</p>
            <FormFault text=fault/>
            <div class="form-actions">
                <Button label=words::cancel(language).to_owned() on_press=move |()| open.set(false)/>
                <Button label=words::delete_it(language).to_owned() tone=Tone::Danger busy on_press=delete/>
            </div>
        </Dialog>
    }
}

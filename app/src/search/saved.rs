//! Saved searches: keep the one that is shown, open another, delete with a way back.

use super::{
    asks::{DeleteSearch, ListSearches, SaveSearch, SavedSearch},
    page::Looking,
    time::range_text,
    view::View,
    words,
};
use crate::{
    ask::{Fault, ask},
    identity::viewing::OwnHands,
    ui::{
        act::{use_act, use_form_faults},
        browser::read_form,
        button::{Button, IconButton, Tone},
        dialog::Dialog,
        figures::use_figures,
        form::{FormFault, TextField},
        icon::{Glyph, Icon},
        states::answered,
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;

type Searches = Resource<Result<Vec<SavedSearch>, Fault>>;

/// A button that opens the dialog.
#[component]
pub fn SavedSearches(looking: Looking) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    view! {
        <Button label=words::saved_searches(language).to_owned() glyph=Glyph::Pin on_press=move |()| open.set(true)/>
        <Dialog open title=words::saved_searches(language).to_owned()><SavedPanel looking open/></Dialog>
    }
}

#[component]
fn SavedPanel(looking: Looking, open: RwSignal<bool>) -> impl IntoView {
    let searches: Searches = Resource::new(|| (), |()| ask(ListSearches {}));
    view! {
        <OwnHands><SaveForm looking searches/></OwnHands>
        <SavedList searches on_open=move |()| open.set(false)/>
    }
}

#[component]
fn SaveForm(looking: Looking, searches: Searches) -> impl IntoView {
    let language = use_language();
    let (act, faults) = (use_act(), use_form_faults());
    let send = move |event| {
        let title = read_form(&event).text("search-title");
        if title.is_empty() {
            return;
        }
        faults.clear();
        let (stream, columns) = (looking.card.with_value(|card| card.name.clone()), untrack(move || looking.columns()));
        let View { query, range, .. } = looking.view.get_untracked();
        // The same name again means the same search.
        let known = searches.get_untracked().and_then(Result::ok).unwrap_or_default();
        let id = known.iter().find(|search| search.title == title && search.stream == stream).map(|search| search.id.clone()).unwrap_or_default();
        let search = SavedSearch { id, title, stream, query, range, columns };
        act.run_or(
            SaveSearch { search },
            move |_| {
                act.say(words::search_saved(language));
                searches.refetch();
            },
            move |fault| faults.set(fault),
        );
    };
    view! {
        <form class="form save-search" on:submit=send>
            <TextField name="search-title" label=words::search_title(language) help=words::search_title_help(language) autocomplete="off" error=faults.under("title")/>
            <FormFault text=faults.above(&["title"])/>
            <div class="form-actions"><Button label=words::save_search(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

/// One's saved searches, newest first as the portal gives them.
#[component]
pub fn SavedList(searches: Searches, #[prop(into)] on_open: Callback<()>) -> impl IntoView {
    let language = use_language();
    let deleted = RwSignal::new(None::<SavedSearch>);
    view! {
        <Undo deleted searches/>
        {answered(searches, "line", move |searches_now: Vec<SavedSearch>| {
            if searches_now.is_empty() {
                return view! { <p class="quiet">{words::no_searches(language)}</p> }.into_any();
            }
            let items = searches_now.into_iter().map(|search| view! { <SavedItem search deleted searches on_open/> }).collect_view();
            view! { <ul class="saved-list">{items}</ul> }.into_any()
        })}
    }
}

/// Where a saved search is shown.
pub fn href(search: &SavedSearch) -> String {
    let view = View { query: search.query.clone(), range: search.range, columns: Some(search.columns.clone()), ..View::default() };
    format!("/search/{}{}", path_step(&search.stream), view.write())
}

#[component]
fn SavedItem(search: SavedSearch, deleted: RwSignal<Option<SavedSearch>>, searches: Searches, on_open: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let about = format!("{} · {}", search.stream, range_text(search.range, &use_figures()));
    let (title, query, address) = (search.title.clone(), search.query.clone(), href(&search));
    let delete = move |()| {
        let search = search.clone();
        act.run(DeleteSearch { id: search.id.clone() }, move |()| {
            deleted.set(Some(search));
            searches.refetch();
        });
    };
    let label = format!("{}: {title}", words::delete(language));
    view! {
        <li>
            <a href=address on:click=move |_| on_open.run(())>
                <b>{title}</b>
                {(!query.is_empty()).then(|| view! { <code>{query}</code> })}
                <small>{about}</small>
            </a>
            <IconButton label glyph=Glyph::Delete on_press=delete/>
        </li>
    }
}

/// Says what was deleted and brings it back.
#[component]
fn Undo(deleted: RwSignal<Option<SavedSearch>>, searches: Searches) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let bring_back = move |_| {
        let Some(search) = deleted.get_untracked() else { return };
        act.run(SaveSearch { search: SavedSearch { id: String::new(), ..search } }, move |_| {
            deleted.set(None);
            searches.refetch();
        });
    };
    view! {
        <div role="status">
            {move || {
                deleted
                    .get()
                    .map(|search| {
                        view! {
                            <p class="banner">
                                <Icon glyph=Glyph::Delete/>
                                <span>"“"{search.title}"” "{words::was_deleted(language)}</span>
                                <button type="button" class="text-button" on:click=bring_back>{words::undo(language)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

//! The palette (Ctrl+K) that finds anything by name, and the help about keys (`?`).

use super::{
    browser,
    dialog::Dialog,
    icon::{Glyph, Icon},
    words,
};
use crate::{
    ask::ask,
    dashboards::asks::{FindAnything, Found},
    text::Language,
    visit::use_language,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_navigate;

/// Opens the palette from a button.
#[derive(Clone, Copy)]
pub struct PaletteOpen(pub RwSignal<bool>);

/// The palette and the key help; listens to the whole window. `pages` are addresses and titles that are always offered;
/// `things` says whether this reader may look for dashboards, marts and questions too.
#[component]
pub fn Palette(open: RwSignal<bool>, #[prop(into)] pages: Signal<Vec<(String, String)>>, #[prop(into)] things: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let help = RwSignal::new(false);
    listen(open, help);
    view! {
        <Dialog open title=words::find_title(language).to_owned()>
            <Finder open pages things/>
        </Dialog>
        <Dialog open=help title=words::keys(language).to_owned()>
            <KeyHelp language/>
        </Dialog>
    }
}

/// Keys that work everywhere: Ctrl+K, `?`, and `g` followed by a letter.
fn listen(open: RwSignal<bool>, help: RwSignal<bool>) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let went = StoredValue::new(false);
        let handle = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open.update(|open| *open = !*open);
                return;
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || typing(&event) || open.get_untracked() {
                return;
            }
            let key = event.key();
            let to = match (went.get_value(), key.as_str()) {
                (true, "h") => Some("/"),
                (true, "d") => Some("/dashboards"),
                (true, "m") => Some("/data"),
                (true, "r") => Some("/reports"),
                _ => None,
            };
            went.set_value(key == "g");
            match to {
                Some(to) => navigate(to, Default::default()),
                None if key == "?" => help.set(true),
                None => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Letters belong to the field that has the focus.
fn typing(event: &ev::KeyboardEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

#[component]
fn Finder(open: RwSignal<bool>, pages: Signal<Vec<(String, String)>>, things: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let text = RwSignal::new(String::new());
    let place = RwSignal::new(0usize);
    let found = RwSignal::new(Vec::<Found>::new());
    let search = move || {
        if !things.get_untracked() {
            return;
        }
        let wanted = text.get_untracked();
        browser::spawn(async move {
            let answer = ask(FindAnything { text: wanted.clone() }).await.unwrap_or_default();
            // An answer that comes after the next letter is of no use.
            if text.try_get_untracked().is_some_and(|now| now == wanted) {
                found.set(answer);
            }
        });
    };
    Effect::new(move |_| {
        browser::focus("palette-text");
        search();
    });
    let entries = Memo::new(move |_| {
        let wanted = text.get().to_lowercase();
        let pages = pages.get().into_iter().filter(|(_, title)| title.to_lowercase().contains(&wanted)).map(|(href, title)| (href, title, "page".to_owned()));
        let found = found.get().into_iter().map(|f| (f.href, f.title.get(language).to_owned(), f.kind));
        found.chain(pages).take(12).collect::<Vec<_>>()
    });
    let navigate = use_navigate();
    let go = Callback::new(move |href: String| {
        open.set(false);
        navigate(&href, Default::default());
    });
    let key = move |event: ev::KeyboardEvent| {
        let last = entries.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => place.update(|place| *place = if *place >= last { 0 } else { *place + 1 }),
            "ArrowUp" => place.update(|place| *place = if *place == 0 { last } else { *place - 1 }),
            "Enter" => {
                if let Some((href, ..)) = entries.with_untracked(|entries| entries.get(place.get_untracked()).cloned()) {
                    go.run(href);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="palette">
            <input
                id="palette-text"
                type="text"
                role="combobox"
                aria-label=words::find(language)
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", place.get())
                placeholder=words::find(language)
                autocomplete="off"
                on:keydown=key
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    place.set(0);
                    search();
                }
            />
            <ul id="palette-list" role="listbox" aria-label=words::find_title(language)>
                {move || {
                    entries
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(at, (href, title, kind))| {
                            view! {
                                <li id=format!("palette-{at}") role="option" aria-selected=move || (place.get() == at).to_string() on:click=move |_| go.run(href.clone())>
                                    <Icon glyph=kind_glyph(&kind)/><span>{title}</span><small>{kind_word(&kind, language)}</small>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="palette-foot">
                {move || if entries.with(Vec::is_empty) { words::find_nothing(language) } else { words::find_hint(language) }}
            </p>
        </div>
    }
}

fn kind_glyph(kind: &str) -> Glyph {
    match kind {
        "dashboard" => Glyph::Dashboard,
        "mart" => Glyph::Data,
        "question" => Glyph::Question,
        _ => Glyph::Right,
    }
}

fn kind_word(kind: &str, language: Language) -> &'static str {
    match kind {
        "dashboard" => words::kind_dashboard(language),
        "mart" => words::kind_mart(language),
        "question" => words::kind_question(language),
        _ => words::kind_page(language),
    }
}

#[component]
fn KeyHelp(language: Language) -> impl IntoView {
    let keys: [(&[&str], &str); 7] = [
        (&["Ctrl", "K"], words::key_find(language)),
        (&["g", "h"], words::key_home(language)),
        (&["g", "d"], words::key_dashboards(language)),
        (&["g", "m"], words::key_data(language)),
        (&["g", "r"], words::key_reports(language)),
        (&["?"], words::key_help(language)),
        (&["Esc"], words::key_escape(language)),
    ];
    view! {
        <dl class="keys">
            {keys
                .into_iter()
                .map(|(keys, meaning)| {
                    view! { <div><dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt><dd>{meaning}</dd></div> }
                })
                .collect_view()}
        </dl>
    }
}

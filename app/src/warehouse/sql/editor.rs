//! The editor: a plain text area, with a list of what may follow under the caret.

use super::{
    asks::SqlSchema,
    caret,
    complete::{Offer, Offered, offers},
    lexer::is_word,
    words,
};
use crate::{
    text::{Language, between_tags},
    visit::use_language,
    warehouse::say::kind_name,
};
use leptos::{ev, html, prelude::*};

/// What the parts of the page share of the editor. The text area holds the text; `draft` follows it.
#[derive(Clone, Copy)]
pub struct Editor {
    pub draft: RwSignal<String>,
    area: NodeRef<html::Textarea>,
    list: NodeRef<html::Ul>,
    schema: StoredValue<SqlSchema>,
    offers: RwSignal<Vec<Offer>>,
    /// The one that Enter takes.
    at: RwSignal<Option<usize>>,
}

impl Editor {
    /// With what stands in it at first.
    pub fn new(schema: StoredValue<SqlSchema>, statement: String) -> Self {
        Self { draft: RwSignal::new(statement), area: NodeRef::new(), list: NodeRef::new(), schema, offers: RwSignal::new(Vec::new()), at: RwSignal::new(None) }
    }

    /// What stands in the editor now.
    pub fn text(self) -> String {
        caret::text(self.area).unwrap_or_else(|| self.draft.get_untracked())
    }

    /// Puts a name where one writes, apart from the word before it.
    pub fn insert(self, name: &str) {
        let (from, until) = caret::marked(self.area);
        let before = self.text().chars().nth(from.wrapping_sub(1));
        let gap = if before.is_some_and(|letter| is_word(letter) || letter == ',') { " " } else { "" };
        self.put(from, until, &format!("{gap}{name}"));
    }

    /// Shows another statement; the one before comes back by the browser's undo.
    pub fn open(self, statement: &str) {
        let whole = self.text().chars().count();
        self.put(0, whole, statement);
    }

    fn put(self, from: usize, until: usize, text: &str) {
        caret::put(self.area, from, until, text);
        self.draft.set(self.text());
        self.close();
    }

    fn are_offered(self) -> bool {
        self.offers.with(|offers| !offers.is_empty())
    }

    fn close(self) {
        self.offers.set(Vec::new());
        self.at.set(None);
    }

    /// Looks what may follow at the caret; `asked` by a key.
    fn look(self, asked: bool) {
        let text = self.text();
        let (from, until) = caret::marked(self.area);
        let found = if from == until { self.schema.with_value(|schema| offers(&text, from, schema, asked)) } else { Vec::new() };
        self.at.set(None);
        self.offers.set(found);
        self.follow();
    }

    /// Keeps the list below the word that it is about.
    fn follow(self) {
        if let Some(from) = self.offers.with_untracked(|offers| offers.first().map(|first| first.from)) {
            caret::place(self.list, self.area, &self.text(), from);
        }
    }

    /// Moves to the next or the one before, around the ends.
    fn step(self, forward: bool) {
        let count = self.offers.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        self.at.update(|at| {
            *at = Some(match (*at, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            });
        });
    }

    fn take(self, place: usize) {
        let Some(Offer { from, until, text, .. }) = self.offers.with_untracked(|offers| offers.get(place).cloned()) else { return };
        self.put(from, until, &text);
    }
}

/// `on_run` is called by Ctrl+Enter; `wrong` says whether the statement that was run last is at fault.
#[component]
pub fn SqlEditor(editor: Editor, #[prop(into)] on_run: Callback<()>, #[prop(into)] wrong: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let first = between_tags(editor.draft.get_untracked());
    // What the browser kept of an earlier visit, or was written before the page was alive.
    Effect::new(move |_| editor.draft.set(editor.text()));
    let key = move |event: ev::KeyboardEvent| {
        let open = untrack(move || editor.are_offered());
        let command = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), open, editor.at.get_untracked()) {
            ("Enter", _, _) if command => {
                editor.close();
                on_run.run(());
            }
            (" ", _, _) if event.ctrl_key() => editor.look(true),
            ("ArrowDown", true, _) => editor.step(true),
            ("ArrowUp", true, _) => editor.step(false),
            ("Enter", true, Some(place)) => editor.take(place),
            ("Tab", true, place) if !event.shift_key() => editor.take(place.unwrap_or(0)),
            ("Escape", true, _) => editor.close(),
            ("ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown", true, _) => {
                // The caret goes elsewhere, as it would without the list.
                editor.close();
                return;
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="sql-box">
            <textarea
                node_ref=editor.area
                id="statement"
                name="statement"
                rows="8"
                wrap="off"
                aria-label=words::statement(language)
                aria-autocomplete="list"
                aria-haspopup="listbox"
                aria-controls="sql-offers"
                aria-activedescendant=move || editor.at.get().map(|place| format!("sql-offer-{place}"))
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby="sql-keys sql-wrong"
                placeholder=words::hint(language)
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                on:keydown=key
                on:blur=move |_| editor.close()
                on:pointerdown=move |_| editor.close()
                on:scroll=move |_| editor.follow()
                on:input=move |_| {
                    editor.draft.set(editor.text());
                    editor.look(false);
                }
            >
                {first}
            </textarea>
            <OfferList editor/>
        </div>
        <p class="field-help" id="sql-keys">{words::keys(language)}</p>
    }
}

/// What may follow; pressed with the pointer before the text area loses the focus.
#[component]
fn OfferList(editor: Editor) -> impl IntoView {
    let language = use_language();
    let option = move |place: usize, offer: Offer| {
        let press = move |event: ev::PointerEvent| {
            event.prevent_default();
            editor.take(place);
        };
        view! {
            <li id=format!("sql-offer-{place}") role="option" aria-selected=move || (editor.at.get() == Some(place)).to_string() on:pointerdown=press>
                <span>{offer.text}</span>
                <small>{kind_of(offer.kind, language)}</small>
            </li>
        }
    };
    view! {
        <ul node_ref=editor.list id="sql-offers" class="offers" role="listbox" aria-label=words::completions(language) class:gone=move || !editor.are_offered()>
            {move || editor.offers.get().into_iter().enumerate().map(|(place, offer)| option(place, offer)).collect_view()}
        </ul>
    }
}

fn kind_of(kind: Offered, language: Language) -> &'static str {
    match kind {
        Offered::Table => words::table(language),
        Offered::Column(kind) => kind_name(kind, language),
        Offered::Function => words::function(language),
        Offered::Word => words::word(language),
    }
}

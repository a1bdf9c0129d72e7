//! Statements that are kept: saving, opening, renaming, deleting with a way back.

use super::{
    asks::{DeleteStatement, ListStatements, SaveStatement, SavedStatement},
    editor::Editor,
    words,
};
use crate::{
    ask::{Fault, ask},
    ui::{
        act::{Act, use_act, use_form_faults},
        browser::read_form,
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FormFault, TextField},
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
        states::answered,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// What the parts of the page share of them.
#[derive(Clone, Copy)]
pub struct Kept {
    list: Resource<Result<Vec<SavedStatement>, Fault>>,
    /// Name of the one that was opened or saved last.
    opened: RwSignal<String>,
    renamed: RwSignal<Option<SavedStatement>>,
    deleted: RwSignal<Option<SavedStatement>>,
    act: Act,
}

impl Kept {
    /// With the name of the one that is open. Must be called while the component is made.
    pub fn new(opened: String) -> Self {
        Self {
            list: Resource::new(|| (), |()| ask(ListStatements {})),
            opened: RwSignal::new(opened),
            renamed: RwSignal::new(None),
            deleted: RwSignal::new(None),
            act: use_act(),
        }
    }

    /// The name under which a statement is kept; "SQL" when it is not.
    pub fn title_of(self, statement: &str) -> String {
        let known = self.known().into_iter().find(|known| known.statement.trim() == statement.trim());
        known.map_or_else(|| "SQL".to_owned(), |known| known.title)
    }

    fn known(self) -> Vec<SavedStatement> {
        self.list.get_untracked().and_then(Result::ok).unwrap_or_default()
    }
}

/// A button that opens the dialog.
#[component]
pub fn SaveButton(kept: Kept, editor: Editor) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    let nothing = Signal::derive(move || editor.draft.with(|draft| draft.trim().is_empty()));
    view! {
        <Button label=words::save(language).to_owned() glyph=Glyph::Pin disabled=nothing on_press=move |()| open.set(true)/>
        <Dialog open title=words::save_title(language).to_owned()><SaveForm kept editor open/></Dialog>
    }
}

#[component]
fn SaveForm(kept: Kept, editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let (act, faults) = (use_act(), use_form_faults());
    let send = move |event| {
        let title = read_form(&event).text("statement-title");
        if title.is_empty() {
            return;
        }
        faults.clear();
        // The same name again means the same statement.
        let id = kept.known().into_iter().find(|known| known.title == title).map(|known| known.id).unwrap_or_default();
        act.run_or(
            SaveStatement { id, title, statement: editor.text() },
            move |saved: SavedStatement| {
                kept.opened.set(saved.title);
                kept.list.refetch();
                kept.act.say(words::saved(language));
                open.set(false);
            },
            move |fault| faults.set(fault),
        );
    };
    view! {
        <form class="form" on:submit=send>
            <TextField
                name="statement-title"
                label=words::title(language)
                help=words::title_help(language)
                value=kept.opened.get_untracked()
                autocomplete="off"
                error=faults.under("title")
            />
            <FormFault text=faults.above(&["title"])/>
            <div class="form-actions">
                <Button label=ui_words::cancel(language).to_owned() on_press=move |()| open.set(false)/>
                <Button label=words::save(language).to_owned() tone=Tone::Solid busy=act.busy/>
            </div>
        </form>
    }
}

/// One's saved statements, by name.
#[component]
pub fn SavedPanel(kept: Kept, editor: Editor) -> impl IntoView {
    let language = use_language();
    let open = open_while(kept.renamed);
    view! {
        <section class="panel" aria-label=words::saved_statements(language)>
            <h2>{words::saved_statements(language)}</h2>
            <Undo kept/>
            {answered(kept.list, "line", move |statements: Vec<SavedStatement>| {
                if statements.is_empty() {
                    return view! { <p class="quiet">{words::none_saved(language)}</p> }.into_any();
                }
                let items = statements.into_iter().map(|statement| view! { <SavedItem statement kept editor/> }).collect_view();
                view! { <ul class="saved-list">{items}</ul> }.into_any()
            })}
            <p class="field-help">{words::also_under(language)}" "<a href="/questions">{crate::dashboards::words::questions(language)}</a>"."</p>
        </section>
        <Dialog open title=words::rename(language).to_owned()>
            {move || kept.renamed.get().map(|statement| view! { <RenameForm statement kept/> })}
        </Dialog>
    }
}

#[component]
fn SavedItem(statement: SavedStatement, kept: Kept, editor: Editor) -> impl IntoView {
    let language = use_language();
    let label = format!("{}: {}", ui_words::more_actions(language), statement.title);
    let (title, first_line) = (statement.title.clone(), statement.statement.lines().next().unwrap_or_default().to_owned());
    let (opened, renamed) = (statement.clone(), statement.clone());
    let open = move |_| {
        editor.open(&opened.statement);
        kept.opened.set(opened.title.clone());
        kept.act.say(words::opened(language));
    };
    let delete = move |()| {
        let statement = statement.clone();
        kept.act.run(DeleteStatement { id: statement.id.clone() }, move |()| {
            kept.deleted.set(Some(statement));
            kept.list.refetch();
        });
    };
    view! {
        <li>
            <button type="button" class="saved-open" title=words::open(language) on:click=open>
                <b>{title}</b>
                <code>{first_line}</code>
            </button>
            <Menu label>
                <MenuItem label=words::rename(language) glyph=Glyph::Edit on_press=move |()| kept.renamed.set(Some(renamed.clone()))/>
                <MenuItem label=words::delete(language) glyph=Glyph::Delete danger=true on_press=delete/>
            </Menu>
        </li>
    }
}

#[component]
fn RenameForm(statement: SavedStatement, kept: Kept) -> impl IntoView {
    let language = use_language();
    let (act, faults) = (use_act(), use_form_faults());
    let SavedStatement { id, title, statement, .. } = statement;
    let send = move |event| {
        let title = read_form(&event).text("new-title");
        if title.is_empty() {
            return;
        }
        faults.clear();
        act.run_or(
            SaveStatement { id: id.clone(), title, statement: statement.clone() },
            move |saved: SavedStatement| {
                kept.opened.set(saved.title);
                kept.list.refetch();
                kept.act.say(words::renamed(language));
                kept.renamed.set(None);
            },
            move |fault| faults.set(fault),
        );
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="new-title" label=words::title(language) value=title autocomplete="off" error=faults.under("title")/>
            <FormFault text=faults.above(&["title"])/>
            <div class="form-actions"><Button label=words::rename(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

/// Says what was deleted and brings it back; stays until the page is left.
#[component]
fn Undo(kept: Kept) -> impl IntoView {
    let language = use_language();
    let bring_back = move |_| {
        let Some(SavedStatement { title, statement, .. }) = kept.deleted.get_untracked() else { return };
        kept.act.run(SaveStatement { id: String::new(), title, statement }, move |_| {
            kept.deleted.set(None);
            kept.list.refetch();
        });
    };
    view! {
        <div role="status">
            {move || {
                kept.deleted
                    .get()
                    .map(|gone| {
                        view! {
                            <p class="banner">
                                <Icon glyph=Glyph::Delete/>
                                <span>"“"{gone.title}"” "{words::was_deleted(language)}</span>
                                <button type="button" class="text-button" on:click=bring_back>{words::undo(language)}</button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

//! People from a list: the list, then what it would change line by line, then the links of new people, shown once.

pub mod asks;

use self::asks::{ApplyImport, ImportPreview, ImportRow, Imported, PreviewImport, RowState};
use crate::{
    governance::cases::words as case_words,
    identity::{invites::words as own, words},
    text::Language,
    ui::{
        act::{Act, FormFaults, use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        chip::{Mood, Tag},
        dialog::Dialog,
        figures::use_figures,
        form::{CheckField, FieldFrame, FormFault, TextField},
        icon::{Glyph, Icon},
        table::{Cell, Column, DataTable},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// Most bytes of a list, as the portal takes it.
const MOST_BYTES: f64 = 1_048_576.0;
/// Most lines of a preview.
const MOST_SHOWN: usize = 200;

/// How far it is.
#[derive(Clone, PartialEq)]
enum Stage {
    Writing,
    Looking(ImportPreview),
    Taken(Imported),
}

#[derive(Clone, Copy)]
struct Room {
    text: RwSignal<String>,
    stage: RwSignal<Stage>,
    act: Act,
    faults: FormFaults,
    done: Callback<()>,
}

/// `done` is told when a list was taken.
#[component]
pub fn ImportDialog(open: RwSignal<bool>, done: Callback<()>) -> impl IntoView {
    let language = use_language();
    let room = Room { text: RwSignal::new(String::new()), stage: RwSignal::new(Stage::Writing), act: use_act(), faults: use_form_faults(), done };
    // Links that were shown are not shown again; a list that was only looked at is there the next time.
    Effect::new(move |_| {
        if !open.get() && room.stage.with_untracked(|stage| matches!(stage, Stage::Taken(_))) {
            room.stage.set(Stage::Writing);
            room.text.set(String::new());
        }
    });
    view! {
        <Dialog open title=own::import(language).to_owned() sheet=true>
            {move || match room.stage.get() {
                Stage::Writing => view! { <Writing room/> }.into_any(),
                Stage::Looking(preview) => view! { <Looking room preview/> }.into_any(),
                Stage::Taken(imported) => taken(&imported, open, language),
            }}
        </Dialog>
    }
}

#[component]
fn Writing(room: Room) -> impl IntoView {
    let language = use_language();
    let Room { text, stage, act, faults, .. } = room;
    let too_large = RwSignal::new(None::<String>);
    let chosen = move |event: leptos::ev::Event| {
        browser::read_chosen(&event, MOST_BYTES, move |read| {
            too_large.set(read.is_none().then(|| own::too_large(language).to_owned()));
            if let Some(read) = read {
                text.set(read);
            }
        });
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        faults.clear();
        act.run_or(PreviewImport { text: text.get_untracked() }, move |preview| stage.set(Stage::Looking(preview)), move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <p class="quiet">{own::import_text(language)}</p>
            <FieldFrame name="import-file" label=own::file(language) help=own::file_help(language) error=too_large optional=true>
                <input id="import-file" type="file" accept=".csv,text/csv,text/plain" aria-describedby="import-file-help import-file-error" on:change=chosen/>
            </FieldFrame>
            <FieldFrame name="import-text" label=own::list(language) error=faults.under("text")>
                <textarea
                    id="import-text"
                    class="code"
                    rows="10"
                    spellcheck="false"
                    required=true
                    placeholder="name,email,department,role,attribute.regions"
                    aria-describedby="import-text-error"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </FieldFrame>
            <FormFault text=faults.above(&["text"])/>
            <div class="form-actions"><Button label=own::look(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

#[component]
fn Looking(room: Room, preview: ImportPreview) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let Room { text, stage, act, faults, done } = room;
    let count = |state: RowState| preview.rows.iter().filter(|row| row.state == state).count();
    let (refused, new, changed, same) = (count(RowState::Refused), count(RowState::New), count(RowState::Changed), count(RowState::Same));
    let counts =
        [(refused, own::count_refused(language)), (new, own::count_new(language)), (changed, own::count_changed(language)), (same, own::count_same(language))];
    let said: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{} {word}", figures.count(*count as u64))).collect();
    let problem = preview.problem.as_ref().map(|problem| problem.get(language).to_owned());
    let held_back = preview.held_back.as_ref().map(|held_back| held_back.get(language).to_owned());
    let (good, cut) = (refused == 0 && problem.is_none(), preview.rows.len() > MOST_SHOWN);
    let (version, by_mail) = (preview.version, preview.mail && new > 0);
    let mut rows = preview.rows;
    rows.sort_by_key(|row| row.state);
    rows.truncate(MOST_SHOWN);
    let cells: Vec<Vec<Cell>> = rows.into_iter().map(|row| cells(row, language)).collect();
    let columns = vec![
        Column::figure("line", own::line(language)),
        Column::text("what", own::what(language)),
        Column::text("name", words::name(language)),
        Column::text("department", words::department(language)),
        Column::text("role", words::role(language)),
        Column::text("note", own::note(language)),
    ];
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        faults.clear();
        let question = ApplyImport { text: text.get_untracked(), version, mail: form.ticked("mail"), reason: form.text("reason") };
        let taken = move |imported| {
            act.say(own::taken(language));
            stage.set(Stage::Taken(imported));
            done.run(());
        };
        act.run_or(question, taken, move |fault| faults.set(fault));
    };
    let way = if good && new + changed > 0 {
        let mail = by_mail.then(|| view! { <CheckField name="mail" label=own::links_by_mail(language) ticked=true/> });
        let reason = held_back.map(|held_back| {
            let (label, help) = (case_words::reason(language), case_words::reason_help(language));
            view! {
                <p class="banner bad" role="status">{held_back}</p>
                <TextField name="reason" label help error=faults.under("reason") autocomplete="off".to_owned()/>
            }
        });
        view! {
            {mail}
            {reason}
            <div class="form-actions">
                <Button label=own::edit(language).to_owned() on_press=move |()| stage.set(Stage::Writing)/>
                <Button label=own::take(language).to_owned() tone=Tone::Solid busy=act.busy/>
            </div>
        }
        .into_any()
    } else {
        let why = problem.unwrap_or_else(|| if good { own::nothing_to_do(language) } else { own::correct_it(language) }.to_owned());
        view! {
            <p class="banner" class:bad=!good role="status">{why}</p>
            <div class="form-actions"><Button label=own::edit(language).to_owned() tone=Tone::Solid on_press=move |()| stage.set(Stage::Writing)/></div>
        }
        .into_any()
    };
    view! {
        <form class="form" on:submit=send>
            <p role="status"><b>{said.join(" · ")}</b></p>
            <DataTable caption=own::preview(language) columns rows=cells/>
            {cut.then(|| view! { <p class="quiet">{own::first_lines(language)}</p> })}
            <FormFault text=faults.above(&["reason"])/>
            {way}
        </form>
    }
}

fn cells(row: ImportRow, language: Language) -> Vec<Cell> {
    let (word, mood) = match row.state {
        RowState::Refused => (own::refused(language), Mood::Bad),
        RowState::New => (own::new(language), Mood::Good),
        RowState::Changed => (own::changed(language), Mood::Lamp),
        RowState::Same => (own::same(language), Mood::Plain),
    };
    let (name, email) = (row.name, row.email);
    vec![
        Cell::figure(row.line.to_string(), row.line as f64),
        Cell::view(word, move || view! { <Tag label=word mood/> }.into_any()),
        Cell::view(name.clone(), move || view! { <span class="two-lines"><b>{name.clone()}</b><span>{email.clone()}</span></span> }.into_any()),
        Cell::text(row.department),
        Cell::text(row.role),
        Cell::text(row.note.get(language)),
    ]
}

fn taken(imported: &Imported, open: RwSignal<bool>, language: Language) -> AnyView {
    let links = imported.links.as_deref().map(|links| {
        let href = format!("data:text/csv;charset=utf-8,{}", escaped(links));
        view! {
            <h3>{own::links(language)}</h3>
            <p>{own::links_text(language)}</p>
            <p><a class=Tone::Solid.class() href=href download="atalaya-invitations.csv"><Icon glyph=Glyph::Download/><span>{own::download_links(language)}</span></a></p>
        }
    });
    let said = format!("{} {} · {} {}", imported.invited, own::count_new(language), imported.changed, own::count_changed(language));
    view! {
        <p role="status"><b>{own::taken(language)}</b>" "{said}</p>
        {links}
        <div class="form-actions"><Button label=words::done(language).to_owned() on_press=move |()| open.set(false)/></div>
    }
    .into_any()
}

/// As an address holds a text.
fn escaped(text: &str) -> String {
    let mut address = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b'/' | b':' => address.push(char::from(byte)),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_list_survives_its_address() {
        assert_eq!(escaped("name,link\r\nAna,https://x/a#b\r\n"), "name,link%0D%0AAna,https://x/a%23b%0D%0A");
        assert_eq!(escaped("ñ \"%\""), "%C3%B1%20%22%25%22");
    }
}

//! The matrix of permissions: what each role may do, everywhere and in single departments. A change shows first who gains or loses what.

pub mod asks;
pub mod permissions;
pub mod roles;
pub mod words;

use self::{
    asks::{CellState, Matrix, MatrixCell, MatrixEffect, Permission, Place, PreviewMatrix, SaveMatrix, ShowMatrix},
    roles::roles_panel,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act, use_form_faults},
        button::{Button, Tone},
        dialog::Dialog,
        form::FormFault,
        icon::{Glyph, Icon},
        page::PageHead,
        states::{FaultView, answered},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
struct Room {
    matrix: Resource<Result<Matrix, Fault>>,
    /// Empty: every department.
    department: RwSignal<String>,
    /// What was set here and is not saved yet.
    changes: RwSignal<BTreeMap<Place, CellState>>,
    /// Grows when the table is to be drawn anew from what is saved.
    drawn: RwSignal<u32>,
    reviewing: RwSignal<bool>,
    act: Act,
}

impl Room {
    fn cells(self) -> Vec<MatrixCell> {
        self.changes.with_untracked(|changes| changes.iter().map(|(place, state)| MatrixCell { place: place.clone(), state: *state }).collect())
    }

    fn forget(self) {
        self.changes.set(BTreeMap::new());
        self.drawn.update(|drawn| *drawn += 1);
    }
}

#[component]
pub fn MatrixPage() -> impl IntoView {
    let language = use_language();
    let matrix = Resource::new(|| (), |()| ask(ShowMatrix {}));
    let room = Room {
        matrix,
        department: RwSignal::new(String::new()),
        changes: RwSignal::new(BTreeMap::new()),
        drawn: RwSignal::new(0),
        reviewing: RwSignal::new(false),
        act: use_act(),
    };
    let changed = Callback::new(move |()| matrix.refetch());
    view! {
        <PageHead title=words::permissions(language) lead=words::lead(language)/>
        {answered(matrix, "table", move |matrix| {
            let roles = roles_panel(matrix.roles.clone(), matrix.may_change, changed, language);
            view! { {panel(matrix, room, language)} {roles} }.into_any()
        })}
        <Review room/>
    }
}

fn panel(matrix: Matrix, room: Room, language: Language) -> AnyView {
    let departments = matrix.departments.iter().map(|(name, title)| (name.clone(), title.get(language).to_owned()));
    let departments: Vec<(String, String)> = std::iter::once((String::new(), words::every_department(language).to_owned())).chain(departments).collect();
    let chosen = room.department.get_untracked();
    let options = departments
        .into_iter()
        .map(|(name, title)| {
            let selected = name == chosen;
            view! { <option value=name selected=selected>{title}</option> }
        })
        .collect_view();
    let matrix = StoredValue::new(matrix);
    let help = move || room.department.with(|department| if department.is_empty() { words::everywhere_help(language) } else { words::here_help(language) });
    view! {
        <section class="panel">
            <div class="matrix-head">
                <label>
                    <span>{words::department(language)}</span>
                    <select on:change=move |event| room.department.set(event_target_value(&event))>{options}</select>
                </label>
                <p class="field-help">{help}" "{words::employee_help(language)}</p>
            </div>
            {move || {
                let _ = room.drawn.get();
                let department = room.department.get();
                matrix.with_value(|matrix| grid(matrix, &department, room, language))
            }}
            {move || waiting(room, language)}
        </section>
    }
    .into_any()
}

fn grid(matrix: &Matrix, department: &str, room: Room, language: Language) -> AnyView {
    let heads = matrix.roles.iter().map(|role| view! { <th scope="col">{role.title.get(language).to_owned()}</th> }).collect_view();
    let width = (matrix.roles.len() + 1).to_string();
    let mut rows: Vec<AnyView> = Vec::new();
    let mut kind = "";
    for permission in &matrix.permissions {
        if permission.kind != kind {
            kind = &permission.kind;
            let title = permissions::kind_in_words(kind, language).unwrap_or_default();
            rows.push(view! { <tr class="matrix-kind"><th scope="colgroup" colspan=width.clone()>{title}</th></tr> }.into_any());
        }
        let cells = matrix
            .roles
            .iter()
            .map(|role| {
                let place = Place { role: role.name.clone(), department: department.to_owned(), permission: permission.clone() };
                let label = format!("{}: {}", role.title.get(language), permissions::said(permission, language));
                view! { <td>{cell(matrix, place, label, room, language)}</td> }
            })
            .collect_view();
        rows.push(view! { <tr><th scope="row">{permissions::said(permission, language)}</th>{cells}</tr> }.into_any());
    }
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=words::permissions(language)>
            <table class="table matrix">
                <caption class="hidden">{words::permissions(language)}</caption>
                <thead><tr><th scope="col">{words::permission(language)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What is set at a place, or what follows where nothing is.
fn cell(matrix: &Matrix, place: Place, label: String, room: Room, language: Language) -> AnyView {
    let saved = state_of(&matrix.cells, &place);
    let everywhere = (!place.department.is_empty()).then(|| state_of(&matrix.cells, &Place { department: String::new(), ..place.clone() }));
    if !matrix.may_change {
        return view! { <span class=class_of(saved)>{word(saved, everywhere, language)}</span> }.into_any();
    }
    let (for_state, for_mark) = (place.clone(), place.clone());
    let now = Memo::new(move |_| room.changes.with(|changes| changes.get(&for_state).copied().unwrap_or(saved)));
    let is_changed = move || room.changes.with(|changes| changes.contains_key(&for_mark));
    let options = STATES
        .map(|state| {
            let selected = state == now.get_untracked();
            view! { <option value=name(state) selected=selected>{word(state, everywhere, language)}</option> }
        })
        .collect_view();
    let set = move |event: leptos::ev::Event| {
        let state = named(&event_target_value(&event));
        room.changes.update(|changes| {
            if state == saved {
                changes.remove(&place);
            } else {
                changes.insert(place.clone(), state);
            }
        });
    };
    view! {
        <select
            class="matrix-cell"
            class:allowed=move || now.get() == CellState::Allow
            class:denied=move || now.get() == CellState::Deny
            class:changed=is_changed
            aria-label=label
            on:change=set
        >
            {options}
        </select>
    }
    .into_any()
}

const STATES: [CellState; 3] = [CellState::Unset, CellState::Allow, CellState::Deny];

fn state_of(cells: &[MatrixCell], place: &Place) -> CellState {
    cells.iter().find(|cell| cell.place == *place).map(|cell| cell.state).unwrap_or_default()
}

fn name(state: CellState) -> &'static str {
    match state {
        CellState::Unset => "unset",
        CellState::Allow => "allow",
        CellState::Deny => "deny",
    }
}

fn named(name: &str) -> CellState {
    STATES.into_iter().find(|state| self::name(*state) == name).unwrap_or_default()
}

fn class_of(state: CellState) -> &'static str {
    match state {
        CellState::Unset => "matrix-cell",
        CellState::Allow => "matrix-cell allowed",
        CellState::Deny => "matrix-cell denied",
    }
}

/// `everywhere`: what holds where a department says nothing.
fn word(state: CellState, everywhere: Option<CellState>, language: Language) -> String {
    match (state, everywhere) {
        (CellState::Allow, _) => words::allowed(language).to_owned(),
        (CellState::Deny, _) => words::denied(language).to_owned(),
        (CellState::Unset, None) => words::not_allowed(language).to_owned(),
        (CellState::Unset, Some(everywhere)) => {
            let there = match everywhere {
                CellState::Unset => words::not_allowed_word(language),
                CellState::Allow => words::allowed(language),
                CellState::Deny => words::denied(language),
            };
            format!("{}: {there}", words::as_everywhere(language))
        }
    }
}

/// How much is not saved yet, and what can be done with it.
fn waiting(room: Room, language: Language) -> Option<AnyView> {
    let count = room.changes.with(BTreeMap::len);
    let what = if count == 1 { words::one_change(language) } else { words::changes(language) };
    (count > 0).then(|| {
        view! {
            <div class="matrix-foot">
                <span role="status">{count}" "{what}</span>
                <Button label=words::discard(language).to_owned() on_press=move |()| room.forget()/>
                <Button label=words::review(language).to_owned() tone=Tone::Solid on_press=move |()| room.reviewing.set(true)/>
            </div>
        }
        .into_any()
    })
}

/// Shows whom the changes touch, and saves them.
#[component]
fn Review(room: Room) -> impl IntoView {
    let language = use_language();
    let faults = use_form_faults();
    let go = move |()| {
        let version = room.matrix.get_untracked().and_then(Result::ok).map_or(0, |matrix| matrix.version);
        faults.clear();
        let done = move |_: i64| {
            room.reviewing.set(false);
            room.forget();
            room.act.say(words::saved(language));
            room.matrix.refetch();
        };
        let failed = move |fault| {
            faults.set(fault);
            // After a conflict the table behind shows what somebody else saved, with what is set here on top.
            room.matrix.refetch();
        };
        room.act.run_or(SaveMatrix { version, cells: room.cells() }, done, failed);
    };
    let title = words::who_is_affected(language).to_owned();
    view! {
        <Dialog open=room.reviewing title sheet=true>
            <Affected cells=room.cells()/>
            <FormFault text=faults.above(&[])/>
            <div class="form-actions">
                <Button label=ui_words::cancel(language).to_owned() on_press=move |()| room.reviewing.set(false)/>
                <Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=room.act.busy on_press=go/>
            </div>
        </Dialog>
    }
}

#[component]
fn Affected(cells: Vec<MatrixCell>) -> impl IntoView {
    let language = use_language();
    let effects = LocalResource::new(move || ask(PreviewMatrix { cells: cells.clone() }));
    move || {
        effects.get().map(|effects| match effects {
            Ok(effects) => effect_list(effects, language),
            Err(fault) => view! { <FaultView fault/> }.into_any(),
        })
    }
}

fn effect_list(effects: Vec<MatrixEffect>, language: Language) -> AnyView {
    if effects.is_empty() {
        return view! { <p class="quiet">{words::nobody(language)}</p> }.into_any();
    }
    let lines = effects
        .into_iter()
        .map(|effect| {
            let glyph = if effect.gained.is_empty() { Glyph::Falling } else { Glyph::Rising };
            let said = in_words(&effect, language);
            view! { <li><Icon glyph/><span><b>{effect.name}</b>" "{said}</span></li> }
        })
        .collect_view();
    view! { <ul class="why-rules effects">{lines}</ul> }.into_any()
}

fn in_words(effect: &MatrixEffect, language: Language) -> String {
    let list = |verb: &str, permissions: &[Permission]| {
        let said: Vec<String> = permissions.iter().map(|permission| permissions::said(permission, language)).collect();
        (!said.is_empty()).then(|| format!("{verb} {}", said.join(", ")))
    };
    let parts = [list(words::may_now(language), &effect.gained), list(words::may_no_longer(language), &effect.lost)];
    format!("({}) {}", effect.department.get(language), parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn cells_and_effects_are_said() {
        assert_eq!(word(CellState::Unset, Some(CellState::Deny), Language::En), "as everywhere: denied");
        assert_eq!(word(CellState::Deny, Some(CellState::Allow), Language::Es), "denegado");
        assert!(STATES.into_iter().all(|state| named(name(state)) == state) && named("") == CellState::Unset);
        let permission = |kind: &str, action: &str| Permission { kind: kind.into(), action: action.into() };
        let effect = MatrixEffect {
            name: "Ana".into(),
            department: Text::of("Sales", "Ventas"),
            gained: vec![permission("mart", "sql")],
            lost: vec![permission("report", "export"), permission("report", "view")],
        };
        assert_eq!(
            in_words(&effect, Language::En),
            "(Sales) may now: write SQL of their own; may no longer: make reports and download them, see their reports"
        );
    }
}

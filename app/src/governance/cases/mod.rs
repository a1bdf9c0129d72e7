//! Policy tests: what somebody must or must not see, and what each says now.

pub mod anyway;
pub mod asks;
pub mod form;
pub mod words;

use self::{
    asks::{Case, CaseCard, Cases, DeleteCase, ListCases, Outcome},
    form::{CaseForm, expectation_in_words, title_of},
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        button::{Button, LinkButton, Tone},
        chip::{Mood, Tag},
        confirm::Confirm,
        dialog::{Dialog, open_while},
        figures::use_figures,
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Room {
    cases: Resource<Result<Cases, Fault>>,
    editing: RwSignal<Option<Case>>,
    deleting: RwSignal<Option<Case>>,
    act: Act,
}

#[component]
pub fn CasesPage() -> impl IntoView {
    let language = use_language();
    let cases = Resource::new(|| (), |()| ask(ListCases {}));
    let room = Room { cases, editing: RwSignal::new(None), deleting: RwSignal::new(None), act: use_act() };
    let saved = Callback::new(move |()| {
        room.editing.set(None);
        room.act.say(words::saved(language));
        cases.refetch();
    });
    let form_title = Signal::derive(move || {
        let old = room.editing.with(|case| case.as_ref().is_some_and(|case| !case.id.is_empty()));
        if old { words::edit_test(language) } else { words::add(language) }.to_owned()
    });
    let form_open = open_while(room.editing);
    view! {
        <PageHead title=words::tests(language) lead=words::lead(language)>
            <LinkButton href="/admin/policies" label=words::policies(language) glyph=Glyph::Shield/>
        </PageHead>
        {answered(cases, "table", move |cases| content(cases, room, language))}
        <Dialog open=form_open title=form_title sheet=true>
            {move || {
                let cases = cases.get().and_then(Result::ok)?;
                let case = room.editing.get()?;
                Some(view! { <CaseForm cases case saved/> })
            }}
        </Dialog>
        <ConfirmDelete room/>
    }
}

fn content(cases: Cases, room: Room, language: Language) -> AnyView {
    let add = cases.may_change.then(|| {
        let add = move |()| room.editing.set(Some(Case::default()));
        view! { <Button label=words::add(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=add/> }
    });
    if cases.cases.is_empty() {
        return view! { <Empty title=words::none(language) text=words::none_text(language) glyph=Glyph::Check>{add}</Empty> }.into_any();
    }
    let run_all = move |()| {
        room.act.run(ListCases {}, move |cases| {
            room.act.say(summary(&cases.cases, language));
            room.cases.refetch();
        });
    };
    view! {
        <div class="case-bar">
            {add}
            <Button label=words::run_all(language).to_owned() glyph=Glyph::Play busy=room.act.busy on_press=run_all/>
        </div>
        {table(cases, room, language)}
    }
    .into_any()
}

fn table(cases: Cases, room: Room, language: Language) -> AnyView {
    let (may_change, departments) = (cases.may_change, cases.departments);
    let rows: Vec<Vec<Cell>> = cases
        .cases
        .into_iter()
        .map(|card| {
            let CaseCard { case, person_name, verdict } = card;
            let person = if person_name.is_empty() { words::gone(language).to_owned() } else { person_name };
            let person = match &case.department {
                Some(department) => format!("{person} {} {}", words::within(language), title_of(&departments, department, language)),
                None => person,
            };
            let expected = expectation_in_words(&case.expectation, language);
            let why = verdict.why.get(language).to_owned();
            let (label, mood, order) = said(verdict.outcome, language);
            vec![
                Cell::text(case.name.clone()),
                Cell::text(person),
                Cell::text(case.mart.clone()),
                Cell::text(expected),
                Cell::view(order, move || view! { <span class="two-lines"><span><Tag label mood/></span><span>{why.clone()}</span></span> }.into_any()),
                Cell::view("", move || if may_change { case_menu(&case, room, language) } else { ().into_any() }),
            ]
        })
        .collect();
    let shown = shown_of(rows.len() as u64, None, &use_figures());
    let columns = vec![
        Column::text("name", words::name(language)),
        Column::text("person", words::person(language)),
        Column::text("mart", words::mart(language)),
        Column::text("expected", words::expectation(language)),
        Column::text("verdict", words::verdict(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    view! { <section class="panel"><DataTable caption=words::tests(language) columns rows shown/></section> }.into_any()
}

/// In a word, how it looks, and where it sorts: what needs somebody comes first.
fn said(outcome: Outcome, language: Language) -> (&'static str, Mood, &'static str) {
    match outcome {
        Outcome::Broken => (words::broken(language), Mood::Bad, "0"),
        Outcome::CannotTell => (words::cannot_tell(language), Mood::Lamp, "1"),
        Outcome::Holds => (words::holds(language), Mood::Good, "2"),
    }
}

fn summary(cases: &[CaseCard], language: Language) -> String {
    let holding = cases.iter().filter(|card| card.verdict.outcome == Outcome::Holds).count();
    if holding == cases.len() {
        return words::all_hold(language).to_owned();
    }
    format!("{holding} {} {}.", words::of_them_hold(language), cases.len())
}

fn case_menu(case: &Case, room: Room, language: Language) -> AnyView {
    let (for_edit, for_delete) = (case.clone(), case.clone());
    let label = format!("{}: {}", ui_words::more_actions(language), case.name);
    view! {
        <Menu label>
            <MenuItem label=words::edit(language) glyph=Glyph::Edit on_press=move |()| room.editing.set(Some(for_edit.clone()))/>
            <MenuItem label=words::delete(language) glyph=Glyph::Delete danger=true on_press=move |()| room.deleting.set(Some(for_delete.clone()))/>
        </Menu>
    }
    .into_any()
}

#[component]
fn ConfirmDelete(room: Room) -> impl IntoView {
    let language = use_language();
    let name = Callback::new(move |case: Case| view! { <b>{case.name}</b>" · "{expectation_in_words(&case.expectation, language)} }.into_any());
    let on_sure = Callback::new(move |case: Case| {
        room.act.run(DeleteCase { id: case.id }, move |()| {
            room.act.say(words::deleted(language));
            room.cases.refetch();
        });
    });
    view! {
        <Confirm
            about=room.deleting
            title=words::delete_title(language)
            name
            text=words::delete_text(language)
            verb=words::delete(language)
            busy=room.act.busy
            on_sure
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{governance::cases::asks::Verdict, text::Text};

    #[test]
    fn a_run_is_summed_up() {
        let card = |outcome| CaseCard { case: Case::default(), person_name: String::new(), verdict: Verdict { outcome, why: Text::default() } };
        assert_eq!(summary(&[card(Outcome::Holds)], Language::En), "All tests hold.");
        assert_eq!(summary(&[card(Outcome::Holds), card(Outcome::CannotTell), card(Outcome::Broken)], Language::En), "1 hold of 3.");
    }
}

//! Policies: who sees which mart, which rows, which values changed.

use super::{
    asks::{DeletePolicy, ListPolicies, Policies, PolicyCard, PreviewPolicy},
    cases,
    cases::anyway::{AnywayDialog, Refused},
    cases::asks::HeldBack,
    effects::effect_list,
    policy::{
        PolicyForm, history,
        say::{mask_in_words, rule_in_words},
        words as policy_words,
    },
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    text::{Language, Text},
    ui::{
        act::{Act, use_act, use_form_faults},
        browser,
        button::{Button, LinkButton, Tone},
        chip::{Mood, Tag},
        dialog::{Dialog, open_while},
        figures::use_figures,
        form::{FormFault, TextField},
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
        toast::use_toasts,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[derive(Clone, Copy)]
struct Room {
    policies: Resource<Result<Policies, Fault>>,
    editing: RwSignal<Option<PolicyCard>>,
    deleting: RwSignal<Option<PolicyCard>>,
    /// A deletion that breaks policy tests.
    refused: RwSignal<Option<Refused>>,
    act: Act,
}

#[component]
pub fn PoliciesPage() -> impl IntoView {
    let language = use_language();
    let policies = Resource::new(|| (), |()| ask(ListPolicies {}));
    let room = Room { policies, editing: RwSignal::new(None), deleting: RwSignal::new(None), refused: RwSignal::new(None), act: use_act() };
    let saved = Callback::new(move |_: i64| {
        room.editing.set(None);
        room.act.say(words::saved(language));
        policies.refetch();
    });
    let deleted = Callback::new(move |_: i64| {
        room.act.say(words::deleted(language));
        policies.refetch();
    });
    let form_title = Signal::derive(move || {
        let old = room.editing.with(|policy| policy.as_ref().is_some_and(|policy| !policy.id.is_empty()));
        if old { words::edit_policy(language) } else { words::add_policy(language) }.to_owned()
    });
    let form_open = open_while(room.editing);
    view! {
        <PageHead title=words::policies(language) lead=words::policies_lead(language)>
            <LinkButton href="/admin/policies/history" label=policy_words::history(language) glyph=Glyph::Audit/>
            <LinkButton href="/admin/policies/tests" label=cases::words::tests(language) glyph=Glyph::Check/>
            <Button
                label=words::add_policy(language).to_owned()
                tone=Tone::Solid
                glyph=Glyph::Plus
                on_press=move |()| room.editing.set(Some(PolicyCard { enabled: true, ..PolicyCard::default() }))
            />
        </PageHead>
        {answered(policies, "table", move |policies| list(policies, room, language))}
        <Dialog open=form_open title=form_title sheet=true>
            {move || {
                let policies = policies.get().and_then(Result::ok)?;
                let policy = room.editing.get()?;
                Some(view! { <PolicyForm policies policy saved/> })
            }}
        </Dialog>
        <ConfirmDelete room deleted/>
        <AnywayDialog refused=room.refused done=deleted/>
    }
}

fn list(policies: Policies, room: Room, language: Language) -> AnyView {
    if policies.policies.is_empty() {
        return view! { <Empty title=words::no_policies(language) text=words::no_policies_text(language) glyph=Glyph::Shield/> }.into_any();
    }
    let rows: Vec<Vec<Cell>> = policies
        .policies
        .iter()
        .map(|policy| {
            let role = if policy.role.is_empty() { words::every_role(language).to_owned() } else { title(&policies.roles, &policy.role, language) };
            let (card, shown) = (policy.clone(), policy.clone());
            vec![
                Cell::text(policy.mart.clone()),
                Cell::text(title(&policies.departments, &policy.department, language)),
                Cell::text(role),
                lines(policy.rows.iter().map(|rule| after_column(&rule.column, &rule_in_words(rule, language))).collect(), words::all_rows(language)),
                lines(policy.masks.iter().map(|mask| after_column(&mask.column, &mask_in_words(mask, language))).collect(), words::no_masks(language)),
                Cell::view(if policy.enabled { "1" } else { "0" }, move || state(&shown, language)),
                Cell::view("", move || policy_menu(card.clone(), room, language)),
            ]
        })
        .collect();
    let shown = format!("{} · {} {}", shown_of(rows.len() as u64, None, &use_figures()), words::version(language), policies.version);
    let columns = vec![
        Column::text("mart", words::mart(language)),
        Column::text("department", words::department(language)),
        Column::text("role", words::role(language)),
        Column::text("rows", words::rows(language)),
        Column::text("masks", words::masks(language)),
        Column::text("state", words::state(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    view! { <section class="panel"><DataTable caption=words::policies(language) columns rows shown/></section> }.into_any()
}

/// In force, off, or closed and why; and whether new columns wait to be accepted.
fn state(policy: &PolicyCard, language: Language) -> AnyView {
    let (label, mood) = match (&policy.problem, policy.enabled) {
        (Some(_), true) => (words::closed(language), Mood::Bad),
        (None, true) => (words::on(language), Mood::Good),
        (_, false) => (words::off(language), Mood::Plain),
    };
    let why = policy.problem.as_ref().map(|problem| view! { <span>{problem.get(language).to_owned()}</span> });
    let waiting = (!policy.waiting.is_empty()).then(|| view! { <span>{format!("{}: {}", words::waiting(language), policy.waiting.join(", "))}</span> });
    view! { <span class="two-lines"><span><Tag label mood/></span>{why}{waiting}</span> }.into_any()
}

/// Rules one below the other: what stands in the data's own words, then what is done, in ours.
fn lines(rules: Vec<(String, String)>, none: &'static str) -> Cell {
    if rules.is_empty() {
        return Cell::text(none);
    }
    let sorts_by = rules.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join(" ");
    Cell::view(sorts_by, move || {
        let lines = rules.iter().map(|(code, words)| view! { <li><code>{code.clone()}</code>" "{words.clone()}</li> }).collect_view();
        view! { <ul class="rule-lines">{lines}</ul> }.into_any()
    })
}

/// The column, then what holds of it.
fn after_column(column: &str, said: &str) -> (String, String) {
    (column.to_owned(), said.strip_prefix(column).unwrap_or(said).trim_start().to_owned())
}

fn title(list: &[(String, Text)], name: &str, language: Language) -> String {
    list.iter().find(|(n, _)| n == name).map_or(name.to_owned(), |(_, title)| title.get(language).to_owned())
}

fn policy_menu(policy: PolicyCard, room: Room, language: Language) -> AnyView {
    let (for_edit, for_delete) = (policy.clone(), policy.clone());
    let label = format!("{}: {}, {}", ui_words::more_actions(language), policy.mart, policy.department);
    let changes = history::address(&policy.id);
    view! {
        <Menu label>
            <MenuItem label=words::edit(language) glyph=Glyph::Edit on_press=move |()| room.editing.set(Some(for_edit.clone()))/>
            <a class="menu-item" href=changes><Icon glyph=Glyph::Audit/><span>{policy_words::history(language)}</span></a>
            <MenuItem label=words::delete(language) glyph=Glyph::Delete danger=true on_press=move |()| room.deleting.set(Some(for_delete.clone()))/>
        </Menu>
    }
    .into_any()
}

/// Whom deleting would touch.
#[component]
fn Effects(policy: PolicyCard) -> impl IntoView {
    let language = use_language();
    let effects = LocalResource::new(move || ask(PreviewPolicy { policy: policy.clone(), delete: true }));
    move || effects.get().and_then(Result::ok).map(|effects| effect_list(&effects, language))
}

#[component]
fn ConfirmDelete(room: Room, deleted: Callback<i64>) -> impl IntoView {
    let language = use_language();
    let (toasts, faults) = (use_toasts(), use_form_faults());
    let open = open_while(room.deleting);
    let go = move |event: SubmitEvent| {
        let why = browser::read_form(&event).text("why");
        let Some(policy) = room.deleting.get_untracked() else { return };
        faults.clear();
        let done = move |revision| {
            room.deleting.set(None);
            deleted.run(revision);
        };
        let question = DeletePolicy { id: policy.id, revision: policy.revision, why };
        let change = HeldBack::Delete(question.clone());
        room.act.run_or(question, done, move |fault| {
            if let Some(refused) = Refused::of(change, &fault) {
                room.deleting.set(None);
                room.refused.set(Some(refused));
            } else if fault.kind == FaultKind::Conflict {
                // What was looked at is not what is there: the list is.
                room.deleting.set(None);
                toasts.fault(&fault, language);
                room.policies.refetch();
            } else {
                faults.set(fault);
            }
        });
    };
    let above = faults.above(&["why"]);
    view! {
        <Dialog open title=words::delete_title(language).to_owned()>
            {move || room.deleting.get().map(|policy| view! {
                <form class="form" on:submit=go>
                    <p><b>{policy.mart.clone()}</b>" · "{policy.department.clone()}</p>
                    <p>{words::delete_text(language)}</p>
                    <Effects policy=policy.clone()/>
                    <TextField
                        name="why"
                        label=policy_words::why(language)
                        help=policy_words::why_help(language)
                        error=faults.under("why")
                        autocomplete="off".to_owned()
                    />
                    <FormFault text=above/>
                    <div class="form-actions">
                        <Button label=ui_words::cancel(language).to_owned() on_press=move |()| room.deleting.set(None)/>
                        <Button label=words::delete(language).to_owned() tone=Tone::Danger busy=room.act.busy/>
                    </div>
                </form>
            })}
        </Dialog>
    }
}

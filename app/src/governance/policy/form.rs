//! The form of one policy: grant, row rules, columns and masks, and why it is changed.

use super::{
    asks::{PolicyChange, PolicyHistory},
    columns::{Columns, InWords},
    draft::Draft,
    merge::Merge,
    rows::RowRules,
    say::Titles,
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    governance::{
        asks::{Policies, PolicyCard, PolicyEffect, PreviewPolicy, SavePolicy},
        cases::anyway::{Anyway, Refused},
        cases::asks::HeldBack,
        effects::effect_list,
        words as policy_words,
    },
    text::{Language, Text},
    ui::{
        act::{Act, FormFaults, use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{FormFault, SelectField, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the form calls the empty role.
const EVERY_ROLE: &str = "*";

/// Two changes of one policy at once.
#[derive(Clone, PartialEq)]
pub struct Meeting {
    /// What the form began from, as it would have been saved untouched.
    pub began: PolicyCard,
    /// What was saved meanwhile.
    pub theirs: PolicyChange,
    pub mine: PolicyCard,
    pub why: String,
}

/// How a policy is saved, and what happens then.
#[derive(Clone, Copy)]
pub struct Saving {
    pub act: Act,
    pub faults: FormFaults,
    pub meeting: RwSignal<Option<Meeting>>,
    /// A change that breaks policy tests.
    pub refused: RwSignal<Option<Refused>>,
    pub saved: Callback<i64>,
}

impl Saving {
    /// Saves; whoever changed the same policy meanwhile is met. `began`: what `policy` was made of.
    pub fn save(self, policy: PolicyCard, mine: PolicyCard, began: PolicyCard, why: String) {
        let Self { act, faults, meeting, refused, saved } = self;
        faults.clear();
        refused.set(None);
        let question = SavePolicy { policy, why: why.clone() };
        let change = HeldBack::Save(Box::new(question.clone()));
        let failed = move |fault: Fault| {
            refused.set(Refused::of(change, &fault));
            if fault.kind != FaultKind::Conflict {
                return faults.set(fault);
            }
            browser::spawn(async move {
                match ask(PolicyHistory { policy: mine.id.clone(), before: None }).await {
                    Ok(history) => match history.changes.into_iter().max_by_key(|change| change.revision) {
                        Some(theirs) => meeting.set(Some(Meeting { began, theirs, mine, why })),
                        None => faults.set(fault),
                    },
                    Err(unanswered) => faults.set(unanswered),
                }
            });
        };
        act.run_or(
            question,
            move |revision| {
                meeting.set(None);
                saved.run(revision);
            },
            failed,
        );
    }
}

/// Gives the new revision when saved.
#[component]
pub fn PolicyForm(policies: Policies, policy: PolicyCard, saved: Callback<i64>) -> impl IntoView {
    let saving = Saving { act: use_act(), faults: use_form_faults(), meeting: RwSignal::new(None), refused: RwSignal::new(None), saved };
    let draft = Draft::of(&policy);
    draft.follow_mart();
    let titles = StoredValue::new(Titles { departments: policies.departments.clone(), roles: policies.roles.clone() });
    let merging = move || saving.meeting.get().map(|meeting| view! { <Merge meeting titles=titles.get_value() draft saving/> });
    // Kept while two changes are laid together: what was typed is not lost by it.
    view! {
        <div class:gone=move || saving.meeting.with(Option::is_some)><Fields policies policy draft saving/></div>
        {merging}
        <Anyway refused=saving.refused done=saved/>
    }
}

#[component]
fn Fields(policies: Policies, policy: PolicyCard, draft: Draft, saving: Saving) -> impl IntoView {
    let language = use_language();
    let Saving { act, faults, .. } = saving;
    let is_new = policy.id.is_empty();
    let card = Memo::new(move |_| draft.card());
    let began = StoredValue::new(untrack(move || draft.card()));
    let tried = RwSignal::new(false);
    let effects = RwSignal::new(None::<Vec<PolicyEffect>>);
    let send = move |event: SubmitEvent| {
        let preview = browser::pressed(&event) == "preview";
        let why = browser::read_form(&event).text("why");
        faults.clear();
        effects.set(None);
        tried.set(true);
        if !untrack(move || draft.is_right(language)) {
            return;
        }
        let mine = card.get_untracked();
        let policy = draft.sent(mine.clone());
        if preview {
            act.run_or(PreviewPolicy { policy, delete: false }, move |found| effects.set(Some(found)), move |fault| faults.set(fault));
        } else {
            saving.save(policy, mine, began.get_value(), why);
        }
    };
    let not_right = move || (tried.get() && !draft.is_right(language)).then(|| view! { <p class="banner bad">{words::look_above(language)}</p> });
    let above = faults.above(&["mart", "department", "role", "why"]);
    view! {
        <form class="form" on:submit=send>
            <Grant policies policy draft faults/>
            <RowRules draft tried/>
            <Columns draft tried/>
            <label class="choice">
                <input type="checkbox" name="enabled" prop:checked=move || draft.enabled.get() on:change=move |event| draft.enabled.set(event_target_checked(&event))/>
                <span>{policy_words::enabled(language)}</span>
            </label>
            <InWords draft card/>
            <TextField name="why" label=words::why(language) help=words::why_help(language) error=faults.under("why") optional=is_new autocomplete="off".to_owned()/>
            <div role="alert">{not_right}</div>
            <FormFault text=above/>
            <div aria-live="polite">{move || effects.get().map(|effects| effect_list(&effects, language))}</div>
            <div class="form-actions">
                <button type="submit" class="button line" value="preview" formnovalidate=true>{policy_words::preview(language)}</button>
                <Button label=policy_words::save(language).to_owned() tone=Tone::Solid busy=act.busy/>
            </div>
        </form>
    }
}

/// What is granted to whom.
#[component]
fn Grant(policies: Policies, policy: PolicyCard, draft: Draft, faults: FormFaults) -> impl IntoView {
    let language = use_language();
    let mut marts: Vec<(String, String)> = policies.marts.into_iter().map(|mart| (mart.clone(), mart)).collect();
    if !policy.mart.is_empty() && !marts.iter().any(|(mart, _)| *mart == policy.mart) {
        marts.push((policy.mart.clone(), policy.mart.clone()));
    }
    let mut roles = choices(policies.roles, language);
    roles.insert(0, (EVERY_ROLE.to_owned(), policy_words::every_role(language).to_owned()));
    let role = if policy.role.is_empty() { EVERY_ROLE.to_owned() } else { policy.role };
    view! {
        <SelectField
            name="mart"
            label=policy_words::mart(language)
            options=marts
            value=policy.mart
            error=faults.under("mart")
            on_change=move |mart: String| draft.mart.set(mart)
        />
        <div class="two">
            <SelectField
                name="department"
                label=policy_words::department(language)
                options=choices(policies.departments, language)
                value=policy.department
                error=faults.under("department")
                on_change=move |department: String| draft.department.set(department)
            />
            <SelectField
                name="role"
                label=policy_words::role(language)
                options=roles
                value=role
                error=faults.under("role")
                on_change=move |role: String| draft.role.set(if role == EVERY_ROLE { String::new() } else { role })
            />
        </div>
    }
}

fn choices(list: Vec<(String, Text)>, language: Language) -> Vec<(String, String)> {
    list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect()
}

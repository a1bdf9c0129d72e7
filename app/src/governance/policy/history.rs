//! What was changed in the policies, newest first: by whom, when, why, and what differs; and a way back.

use super::{
    asks::{ChangeKind, PolicyChange, PolicyChanges, PolicyHistory},
    differences::{Difference, differences},
    restore::RestoreDialog,
    say::{Titles, policy_in_words},
    words,
};
use crate::{
    ask::{Fault, ask},
    governance::words as policy_words,
    text::Language,
    ui::{
        button::LinkButton,
        calendar::now_ms,
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        icon::Glyph,
        page::PageHead,
        states::{Empty, answered},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What the page shares with its dialog.
#[derive(Clone, Copy)]
pub struct Room {
    pub changes: Resource<Result<PolicyChanges, Fault>>,
    pub restoring: RwSignal<Option<PolicyChange>>,
}

/// Address `/admin/policies/history`: of all policies, or `?policy=` of one; `?before=` leads to older ones.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| PolicyHistory { policy: query.get("policy").unwrap_or_default(), before: query.get("before") }));
    let changes = Resource::new(move || asked.get(), ask::<PolicyHistory>);
    let room = Room { changes, restoring: RwSignal::new(None) };
    let head = move || {
        let one = asked.with(|asked| !asked.policy.is_empty());
        let title = if one { words::history_of(language) } else { words::history(language) };
        view! {
            <PageHead title lead=words::history_lead(language)>
                {one.then(|| view! { <LinkButton href="/admin/policies/history" label=words::all_policies(language)/> })}
                <LinkButton href="/admin/policies" label=words::to_policies(language) glyph=Glyph::Shield/>
            </PageHead>
        }
    };
    view! {
        {head}
        {answered(changes, "table", move |found| list(found, &asked.get_untracked(), room, language))}
        <RestoreDialog room/>
    }
}

/// Where the history of one policy is.
pub fn address(policy: &str) -> String {
    format!("/admin/policies/history?policy={policy}")
}

fn list(found: PolicyChanges, asked: &PolicyHistory, room: Room, language: Language) -> AnyView {
    if found.changes.is_empty() {
        return view! { <Empty title=words::no_history(language) text=words::no_history_text(language) glyph=Glyph::Audit/> }.into_any();
    }
    let figures = use_figures();
    let older = found.changes.last().filter(|_| found.more).map(|last| {
        let href = format!("/admin/policies/history?policy={}&before={}", asked.policy, last.id);
        view! { <LinkButton href label=words::older(language) glyph=Glyph::Down/> }
    });
    let titles = Titles { departments: found.departments, roles: found.roles };
    let changes = found.changes.into_iter().map(|change| entry(change, &titles, room, &figures)).collect_view();
    view! {
        <ol class="policy-changes">{changes}</ol>
        <div class="panel-foot">{older}</div>
    }
    .into_any()
}

fn entry(change: PolicyChange, titles: &Titles, room: Room, figures: &Figures) -> AnyView {
    let language = figures.language;
    let Some(shown) = change.became.as_ref().or(change.was.as_ref()) else { return ().into_any() };
    let on = format!("{} · {} · {}", shown.mart, titles.department(&shown.department, language), titles.role(&shown.role, language));
    let why = if change.why.is_empty() { words::no_why(language).to_owned() } else { change.why.clone() };
    let (done, mood) = done(&change, language);
    let what = what(&change, titles, language);
    let can_restore = change.deleted || change.revision != change.newest;
    let label = format!("{}: {on}, {}", words::restore(language), figures.moment(change.at_ms));
    let href = address(&change.policy);
    let line = format!("{} · {} · {} {}", change.who, figures.when(change.at_ms, now_ms()), policy_words::version(language), change.version);
    let ask_back = move |_| room.restoring.set(Some(change.clone()));
    view! {
        <li class="panel policy-change">
            <header class="panel-head">
                <h2><a href=href>{on}</a></h2>
                <Tag label=done mood/>
            </header>
            <p class="quiet">{line}</p>
            <p class="policy-why">{why}</p>
            {what}
            {can_restore.then(move || view! {
                <div class="panel-foot">
                    <button type="button" class="button line" aria-label=label on:click=ask_back>{words::restore(language)}</button>
                </div>
            })}
        </li>
    }
    .into_any()
}

fn done(change: &PolicyChange, language: Language) -> (&'static str, Mood) {
    match change.change {
        ChangeKind::Apply if change.deleted => (words::applied_gone(language), Mood::Bad),
        _ if change.deleted => (words::deleted(language), Mood::Bad),
        ChangeKind::Apply => (words::applied(language), Mood::Plain),
        ChangeKind::Restore => (words::restored(language), Mood::Lamp),
        _ if change.was.is_none() => (words::made(language), Mood::Good),
        _ => (words::changed(language), Mood::Plain),
    }
}

/// What differs, field by field; of what came or went as a whole, what it was.
fn what(change: &PolicyChange, titles: &Titles, language: Language) -> AnyView {
    match (&change.was, &change.became) {
        (Some(was), Some(became)) => {
            let found = differences(was, became, titles, language);
            if found.is_empty() {
                return view! { <p class="quiet">{words::nothing_changed(language)}</p> }.into_any();
            }
            view! { <dl class="policy-diff">{found.into_iter().map(|one| difference(one, language)).collect_view()}</dl> }.into_any()
        }
        (None, Some(whole)) => view! { <p>{policy_in_words(whole, &[], language)}</p> }.into_any(),
        (Some(whole), None) => view! { <p>{words::was_then(language)}": "{policy_in_words(whole, &[], language)}</p> }.into_any(),
        (None, None) => ().into_any(),
    }
}

fn difference(one: Difference, language: Language) -> AnyView {
    let gone = one.gone.into_iter().map(|text| view! { <dd><del><span class="hidden">{words::removed(language)}": "</span>{text}</del></dd> }).collect_view();
    let come = one.come.into_iter().map(|text| view! { <dd><ins><span class="hidden">{words::added(language)}": "</span>{text}</ins></dd> }).collect_view();
    view! { <div><dt>{one.field.title(language)}</dt>{gone}{come}</div> }.into_any()
}

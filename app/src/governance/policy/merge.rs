//! Two changes of one policy at once: what both began from, what is there now, what was wanted; for each field one is chosen.

use super::{
    asks::PolicyChange,
    differences::{Field, Side, merged, settled},
    draft::Draft,
    form::{Meeting, Saving},
    say::Titles,
    words,
};
use crate::{
    governance::asks::PolicyCard,
    text::Language,
    ui::{
        browser,
        button::{Button, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        form::{FormFault, TextField},
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// Whose each field that differs is to be; `None`: not chosen yet.
type Sides = RwSignal<Vec<(Field, Option<Side>)>>;

#[component]
pub fn Merge(meeting: Meeting, titles: Titles, draft: Draft, saving: Saving) -> impl IntoView {
    let by = by_whom(&meeting.theirs, &use_figures());
    match meeting.theirs.became.clone() {
        Some(theirs) => view! { <Chosen meeting theirs by titles draft saving/> }.into_any(),
        None => view! { <Deleted meeting by draft saving/> }.into_any(),
    }
}

/// e.g. `marta@x.example, today 10:14: as Ana asked`.
fn by_whom(theirs: &PolicyChange, figures: &Figures) -> String {
    let why = if theirs.why.is_empty() { words::no_why(figures.language) } else { &theirs.why };
    format!("{}, {}: {why}", theirs.who, figures.when(theirs.at_ms, now_ms()))
}

#[component]
fn Chosen(meeting: Meeting, theirs: PolicyCard, by: String, titles: Titles, draft: Draft, saving: Saving) -> impl IntoView {
    let language = use_language();
    let Meeting { began, mine, why, .. } = meeting;
    let differing: Vec<Field> = Field::ALL.into_iter().filter(|field| !field.is_same(&began, &theirs) || !field.is_same(&began, &mine)).collect();
    let sides: Sides = RwSignal::new(differing.iter().map(|field| (*field, settled(*field, &began, &theirs, &mine))).collect());
    let tried = RwSignal::new(false);
    let open = move || sides.with(|sides| sides.iter().any(|(_, side)| side.is_none()));
    let lines = differing
        .into_iter()
        .map(|field| {
            let said = [&began, &theirs, &mine].map(|policy| field.said(policy, &titles, language));
            let both = settled(field, &began, &theirs, &mine).is_none();
            view! { <FieldSides field said both sides/> }
        })
        .collect_view();
    let send = move |event: SubmitEvent| {
        let why = browser::read_form(&event).text("merge-why");
        tried.set(true);
        if untrack(open) {
            return;
        }
        let side = |field: Field| sides.with_untracked(|sides| sides.iter().find(|(known, _)| *known == field).and_then(|(_, side)| *side));
        let policy = merged(&theirs, &mine, side);
        saving.save(draft.sent(policy.clone()), policy, theirs.clone(), why);
    };
    let not_chosen = move || (tried.get() && open()).then(|| view! { <p class="banner bad">{words::choose_all(language)}</p> });
    let above = saving.faults.above(&["why"]);
    view! {
        <form class="form merge" on:submit=send>
            <p class="banner lamp" role="status"><Icon glyph=Glyph::People/><span>{words::merge_lead(language)}" "<b>{by}</b></span></p>
            {lines}
            <TextField name="merge-why" label=words::why(language) value=why help=words::why_help(language) error=saving.faults.under("why") autocomplete="off".to_owned()/>
            <div role="alert">{not_chosen}</div>
            <FormFault text=above/>
            <div class="form-actions"><Button label=words::save_merged(language).to_owned() tone=Tone::Solid busy=saving.act.busy/></div>
        </form>
    }
}

/// One field three times: as it was, as it is, as it was wanted.
#[component]
fn FieldSides(field: Field, said: [Vec<String>; 3], both: bool, sides: Sides) -> impl IntoView {
    let language = use_language();
    let [began, theirs, mine] = said.map(|lines| lines_of(lines, language));
    let name = format!("merge-{field:?}");
    let side = move |side: Side, name: String, title: &'static str, lines: AnyView| {
        let is_chosen = move || sides.with(|sides| sides.iter().any(|(known, chosen)| *known == field && *chosen == Some(side)));
        let choose = move |_| {
            sides.update(|sides| {
                if let Some(known) = sides.iter_mut().find(|(known, _)| *known == field) {
                    known.1 = Some(side);
                }
            });
        };
        view! {
            <label class="merge-side" class:chosen=is_chosen>
                <span class="merge-head"><input type="radio" name=name prop:checked=is_chosen on:change=choose/>{title}</span>
                {lines}
            </label>
        }
    };
    view! {
        <fieldset class="merge-field">
            <legend>{field.title(language)}{both.then(|| view! { " "<Tag label=words::differs(language) mood=Mood::Lamp/> })}</legend>
            <div class="merge-sides">
                <div class="merge-side"><span class="merge-head">{words::began_from(language)}</span>{began}</div>
                {side(Side::Theirs, name.clone(), words::there_now(language), theirs)}
                {side(Side::Mine, name.clone(), words::yours(language), mine)}
            </div>
        </fieldset>
    }
}

fn lines_of(lines: Vec<String>, language: Language) -> AnyView {
    if lines.is_empty() {
        return view! { <span class="merge-line quiet">{words::nothing(language)}</span> }.into_any();
    }
    lines.into_iter().map(|line| view! { <span class="merge-line">{line}</span> }).collect_view().into_any()
}

/// It was deleted meanwhile: what was wanted can be kept as a policy of its own.
#[component]
fn Deleted(meeting: Meeting, by: String, draft: Draft, saving: Saving) -> impl IntoView {
    let language = use_language();
    let Meeting { began, mine, why, .. } = meeting;
    let send = move |event: SubmitEvent| {
        let why = browser::read_form(&event).text("merge-why");
        let policy = PolicyCard { id: String::new(), revision: 0, ..mine.clone() };
        saving.save(draft.sent(policy.clone()), policy, began.clone(), why);
    };
    let above = saving.faults.above(&["why"]);
    view! {
        <form class="form merge" on:submit=send>
            <p class="banner lamp" role="status"><Icon glyph=Glyph::Alert/><span>{words::merge_gone(language)}" "<b>{by}</b></span></p>
            <p>{words::merge_gone_text(language)}</p>
            <TextField
                name="merge-why"
                label=words::why(language)
                value=why
                help=words::why_help(language)
                error=saving.faults.under("why")
                optional=true
                autocomplete="off".to_owned()
            />
            <FormFault text=above/>
            <div class="form-actions"><Button label=words::save_as_new(language).to_owned() tone=Tone::Solid busy=saving.act.busy/></div>
        </form>
    }
}

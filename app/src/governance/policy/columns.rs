//! The columns of a policy's form: which are seen, and whose values are changed how.

use super::{
    draft::Draft,
    fits,
    say::{kind_in_words, mask_title, policy_in_words},
    words,
};
use crate::{
    governance::asks::PolicyCard,
    text::Language,
    ui::chip::{Mood, Tag},
    visit::use_language,
    warehouse::asks::ColumnKind,
};
use leptos::prelude::*;

/// What a size is at first, so that choosing a mask makes a whole one.
const FIRST_SIZE: [(&str, &str); 2] = [("bucket", "10"), ("keep-last", "4")];

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Listed {
    name: String,
    /// `None`: not known.
    kind: Option<ColumnKind>,
    maskable: bool,
    /// Named by a mask and not in the mart any more.
    gone: bool,
    /// It waited to be accepted when the form was opened.
    waits: bool,
}

/// `tried`: it was to be saved, so that faults are told.
#[component]
pub fn Columns(draft: Draft, tried: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let listed = Memo::new(move |_| listed(draft));
    let nothing = move || (tried.get() && draft.shows_nothing()).then(|| words::fault_columns(language));
    let lead = move || {
        let unknown = draft.choices.with(|choices| !choices.published && !choices.loading);
        let text = if draft.mart.with(String::is_empty) { Some(words::choose_mart_first(language)) } else { unknown.then(|| words::not_published(language)) };
        text.map(|text| view! { <p class="quiet">{text}</p> })
    };
    view! {
        <fieldset class="lines column-lines">
            <legend>{words::columns(language)}</legend>
            <p class="field-help">{words::columns_help(language)}</p>
            <p class="field-help">{words::masks_help(language)}</p>
            {lead}
            <ul>
                <For each=move || listed.get() key=|column| column.clone() children=move |column| view! { <ColumnLine draft column tried/> }/>
            </ul>
            <p class="field-error" id="columns-error" aria-live="polite">{nothing}</p>
        </fieldset>
    }
}

/// The columns of the mart; while they are not known, those that the policy names.
fn listed(draft: Draft) -> Vec<Listed> {
    let (mut columns, published) = draft.choices.with(|choices| {
        let known = choices.columns.iter().map(|column| Listed {
            name: column.name.clone(),
            kind: Some(column.kind),
            maskable: column.maskable,
            gone: false,
            waits: draft.waits(&column.name),
        });
        (known.collect::<Vec<_>>(), choices.published)
    });
    // Untracked: a line that is unticked, or whose mask is taken off, stays.
    let mut named = draft.masks.with_untracked(|masks| masks.keys().cloned().collect::<Vec<_>>());
    if !published {
        named.extend(draft.shown.with_untracked(|shown| shown.iter().cloned().collect::<Vec<_>>()));
    }
    named.sort();
    for name in named {
        if !columns.iter().any(|column| column.name == name) {
            columns.push(Listed { waits: draft.waits(&name), name, kind: None, maskable: true, gone: published });
        }
    }
    columns
}

#[component]
fn ColumnLine(draft: Draft, column: Listed, tried: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let Listed { name, kind, maskable, gone, waits } = column;
    let name = StoredValue::new(name);
    let mask = Memo::new(move |_| name.with_value(|name| draft.masks.with(|masks| masks.get(name).cloned())).unwrap_or_default());
    let fault = move || {
        let fault = mask.with(|mask| if mask.is_empty() { None } else { name.with_value(|name| draft.mask_fault(name, mask, language)) });
        fault.filter(|_| tried.get() || gone)
    };
    let ticked = move || name.with_value(|name| draft.shown.with(|shown| shown.contains(name)));
    let tick = move |event| {
        let ticked = event_target_checked(&event);
        let name = name.get_value();
        draft.shown.update(|shown| {
            if ticked {
                shown.insert(name);
            } else {
                shown.remove(&name);
            }
        });
    };
    let said = if gone { words::kind_gone(language) } else { kind_in_words(kind, language) };
    view! {
        <li class="column-line" class:wrong=move || fault().is_some()>
            <label class="choice">
                <input type="checkbox" prop:checked=ticked disabled=move || gone || (!maskable && ticked()) on:change=tick/>
                <span><b>{name.get_value()}</b>" "<small>{said}</small></span>
                {waits.then(|| view! { <Tag label=words::new_column(language) mood=Mood::Lamp/> })}
            </label>
            <MaskSelect draft name mask kind maskable/>
            <p class="field-error" id=name.with_value(|name| format!("mask-error-{name}")) aria-live="polite">{fault}</p>
        </li>
    }
}

#[component]
fn MaskSelect(draft: Draft, name: StoredValue<String>, mask: Memo<String>, kind: Option<ColumnKind>, maskable: bool) -> impl IntoView {
    let language = use_language();
    let set = move |mask: String| {
        let name = name.get_value();
        draft.masks.update(|masks| {
            if mask.is_empty() {
                masks.remove(&name);
            } else {
                masks.insert(name, mask);
            }
        });
    };
    let change = move |event| {
        let chosen = event_target_value(&event);
        let size = FIRST_SIZE.iter().find(|(sized, _)| *sized == chosen).map(|(_, size)| *size);
        set(size.map_or_else(|| chosen.clone(), |size| format!("{chosen}:{size}")));
    };
    let chosen = mask.with_untracked(|mask| fits::parts(mask).0.to_owned());
    let mut offered: Vec<String> = std::iter::once(String::new()).chain(fits::masks(kind).map(str::to_owned)).collect();
    if !offered.contains(&chosen) {
        offered.push(chosen.clone());
    }
    let option = |offered: String| {
        let (title, selected) = (mask_or_shown(&offered, language), offered == chosen);
        view! { <option value=offered selected=selected>{title}</option> }
    };
    let options = offered.into_iter().map(option).collect_view();
    // Another field only when the kind of mask is another one, not while its size is written.
    let sized = Memo::new(move |_| mask.with(|mask| fits::parts(mask).0.to_owned()));
    let size = move || {
        let mask_kind = sized.get();
        let label = match mask_kind.as_str() {
            "bucket" => words::step_of(language),
            "keep-last" => words::kept_of(language),
            _ => return None,
        };
        let written = mask.with_untracked(|mask| fits::parts(mask).1.to_owned());
        let write = move |event| set(format!("{mask_kind}:{}", event_target_value(&event).trim()));
        let (label, described) = name.with_value(|name| (format!("{label} {name}"), format!("mask-error-{name}")));
        Some(
            view! { <input class="mask-size" value=written inputmode="decimal" autocomplete="off" aria-label=label aria-describedby=described on:input=write/> },
        )
    };
    let label = name.with_value(|name| format!("{} {name}", words::mask_of(language)));
    view! {
        <select class="mask-kind" aria-label=label disabled=!maskable on:change=change>{options}</select>
        {size}
    }
}

fn mask_or_shown(mask: &str, language: Language) -> &'static str {
    if mask.is_empty() { words::shown(language) } else { mask_title(mask, language) }
}

/// Rows, columns and masks of the draft as one sentence, which follows what is written.
#[component]
pub fn InWords(draft: Draft, card: Memo<PolicyCard>) -> impl IntoView {
    let language = use_language();
    view! {
        <section class="policy-words" aria-labelledby="policy-words">
            <h3 id="policy-words">{words::in_words(language)}</h3>
            <p>{move || card.with(|card| policy_in_words(card, &draft.hidden(), language))}</p>
        </section>
    }
}

//! The form of one policy: grant, row rules, masks.

use super::{
    asks::{MaskRule, Policies, PolicyCard, PolicyEffect, PreviewPolicy, RowRule, SavePolicy},
    effects::effect_list,
    words,
};
use crate::{
    text::{Language, Text},
    ui::{
        act::{use_act, use_form_faults},
        browser::{self, Filled},
        button::{Button, IconButton, Tone},
        form::{CheckField, ChoiceList, FormFault, SelectField},
        icon::Glyph,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

const OPERATORS: [&str; 9] = ["in", "=", "<>", "<", "<=", ">", ">=", "is null", "is not null"];
/// What the form calls the empty role.
const EVERY_ROLE: &str = "*";
const MASKS: [&str; 5] = ["hide", "null", "hash", "bucket", "keep-last"];

/// Gives the new policy version when saved.
#[component]
pub fn PolicyForm(policies: Policies, policy: PolicyCard, saved: Callback<i64>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let rows = Lines::of(policy.rows.clone());
    let masks = Lines::of(policy.masks.clone());
    let (id, version) = (policy.id.clone(), policies.version);
    let effects = RwSignal::new(None::<Vec<PolicyEffect>>);
    let send = move |event: SubmitEvent| {
        let preview = browser::pressed(&event) == "preview";
        let form = browser::read_form(&event);
        let policy = PolicyCard {
            id: id.clone(),
            mart: form.text("mart"),
            department: form.text("department"),
            role: Some(form.text("role")).filter(|role| role != EVERY_ROLE).unwrap_or_default(),
            rows: rows.numbers().into_iter().map(|n| read_row(&form, n)).collect(),
            masks: masks.numbers().into_iter().map(|n| read_mask(&form, n)).collect(),
            columns: form.all("columns"),
            enabled: form.ticked("enabled"),
            ..PolicyCard::default()
        };
        let failed = move |fault| faults.set(fault);
        faults.clear();
        effects.set(None);
        if preview {
            act.run_or(PreviewPolicy { policy, delete: false }, move |found| effects.set(Some(found)), failed);
        } else {
            act.run_or(SavePolicy { policy, version }, move |version| saved.run(version), failed);
        }
    };
    let columns = column_choices(&policy, language);
    let mut marts: Vec<(String, String)> = policies.marts.into_iter().map(|mart| (mart.clone(), mart)).collect();
    if !policy.mart.is_empty() && !marts.iter().any(|(mart, _)| *mart == policy.mart) {
        marts.push((policy.mart.clone(), policy.mart.clone()));
    }
    let mut roles = choices(policies.roles, language);
    roles.insert(0, (EVERY_ROLE.to_owned(), words::every_role(language).to_owned()));
    let role = if policy.role.is_empty() { EVERY_ROLE.to_owned() } else { policy.role };
    view! {
        <form class="form" on:submit=send>
            <SelectField name="mart" label=words::mart(language) options=marts value=policy.mart error=faults.under("mart")/>
            <div class="two">
                <SelectField name="department" label=words::department(language) options=choices(policies.departments, language) value=policy.department error=faults.under("department")/>
                <SelectField name="role" label=words::role(language) options=roles value=role error=faults.under("role")/>
            </div>
            <fieldset class="lines">
                <legend>{words::row_rules(language)}</legend>
                <p class="field-help">{words::row_rules_help(language)}</p>
                <For each=move || rows.list.get() key=|(number, _)| *number children=move |(number, rule)| row_line(rows, number, &rule, language)/>
                <Button label=words::add_rule(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=move |()| rows.add()/>
            </fieldset>
            <fieldset class="lines">
                <legend>{words::mask_rules(language)}</legend>
                <For each=move || masks.list.get() key=|(number, _)| *number children=move |(number, rule)| mask_line(masks, number, &rule, language)/>
                <Button label=words::add_mask(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=move |()| masks.add()/>
            </fieldset>
            {(!columns.is_empty()).then(|| view! { <ChoiceList name="columns" label=words::columns(language) help=words::columns_help(language) options=columns/> })}
            <CheckField name="enabled" label=words::enabled(language) ticked=policy.enabled/>
            <FormFault text=faults.above(&["mart", "department", "role"])/>
            <div aria-live="polite">{move || effects.get().map(|effects| effect_list(&effects, language))}</div>
            <div class="form-actions">
                <button type="submit" class="button line" value="preview">{words::preview(language)}</button>
                <Button label=words::save(language).to_owned() tone=Tone::Solid busy=act.busy/>
            </div>
        </form>
    }
}

/// Lines of a form that can grow; each keeps its number, so that removing one does not rename the others.
struct Lines<T: Send + Sync + 'static> {
    list: RwSignal<Vec<(u32, T)>>,
    next: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Lines<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Lines<T> {}

impl<T: Default + Clone + Send + Sync + 'static> Lines<T> {
    fn of(items: Vec<T>) -> Self {
        let next = items.len() as u32;
        Self { list: RwSignal::new((0..).zip(items).collect()), next: StoredValue::new(next) }
    }

    fn add(self) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.list.update(|list| list.push((number, T::default())));
    }

    fn remove(self, number: u32) {
        self.list.update(|list| list.retain(|(n, _)| *n != number));
    }

    fn numbers(self) -> Vec<u32> {
        self.list.with_untracked(|list| list.iter().map(|(number, _)| *number).collect())
    }
}

fn row_line(rows: Lines<RowRule>, number: u32, rule: &RowRule, language: Language) -> AnyView {
    view! {
        <div class="line-fields">
            <input name=format!("row-column-{number}") value=rule.column.clone() aria-label=words::column(language) placeholder=words::column(language) required=true/>
            <select name=format!("row-operator-{number}") aria-label=words::operator(language)>
                {OPERATORS.map(|operator| view! { <option value=operator selected=operator == rule.operator>{operator}</option> }).collect_view()}
            </select>
            <input name=format!("row-values-{number}") value=rule.values.join(", ") aria-label=words::values(language) placeholder=words::values(language)/>
            <IconButton label=words::remove(language).to_owned() glyph=Glyph::Close on_press=move |()| rows.remove(number)/>
        </div>
    }
    .into_any()
}

fn mask_line(masks: Lines<MaskRule>, number: u32, rule: &MaskRule, language: Language) -> AnyView {
    let (kind, size) = rule.mask.split_once(':').unwrap_or((&rule.mask, ""));
    view! {
        <div class="line-fields">
            <input name=format!("mask-column-{number}") value=rule.column.clone() aria-label=words::column(language) placeholder=words::column(language) required=true/>
            <select name=format!("mask-kind-{number}") aria-label=words::mask(language)>
                {MASKS.map(|mask| view! { <option value=mask selected=mask == kind>{mask_title(mask, language)}</option> }).collect_view()}
            </select>
            <input name=format!("mask-size-{number}") value=size.to_owned() inputmode="numeric" aria-label=words::mask_size(language) placeholder="–"/>
            <IconButton label=words::remove(language).to_owned() glyph=Glyph::Close on_press=move |()| masks.remove(number)/>
        </div>
    }
    .into_any()
}

fn read_row(form: &Filled, number: u32) -> RowRule {
    let values = form.text(&format!("row-values-{number}"));
    RowRule {
        column: form.text(&format!("row-column-{number}")),
        operator: form.text(&format!("row-operator-{number}")),
        values: values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect(),
    }
}

fn read_mask(form: &Filled, number: u32) -> MaskRule {
    let (kind, size) = (form.text(&format!("mask-kind-{number}")), form.text(&format!("mask-size-{number}")));
    let sized = matches!(kind.as_str(), "bucket" | "keep-last");
    MaskRule { column: form.text(&format!("mask-column-{number}")), mask: if sized { format!("{kind}:{size}") } else { kind } }
}

/// The columns of the mart: accepted ones ticked, new ones not.
fn column_choices(policy: &PolicyCard, language: Language) -> Vec<(String, String, bool)> {
    let accepted = policy.columns.iter().map(|name| (name.clone(), name.clone(), true));
    let waiting = policy.waiting.iter().filter(|name| !policy.columns.contains(name));
    accepted.chain(waiting.map(|name| (name.clone(), format!("{name} · {}", words::new_column(language)), false))).collect()
}

/// What a mask does, in words.
pub fn mask_title(kind: &str, language: Language) -> &'static str {
    match kind {
        "hide" => words::mask_hide(language),
        "null" => words::mask_null(language),
        "hash" => words::mask_hash(language),
        "bucket" => words::mask_bucket(language),
        "keep-last" => words::mask_keep_last(language),
        _ => "?",
    }
}

fn choices(list: Vec<(String, Text)>, language: Language) -> Vec<(String, String)> {
    list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect()
}

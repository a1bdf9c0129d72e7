//! The form of one policy test: of whom, of what, what is expected; and expectations in words.

use super::{
    asks::{Case, Cases, Expectation, SaveCase},
    words,
};
use crate::{
    governance::policy::say::mask_title,
    text::{Language, Text},
    ui::{
        act::{use_act, use_form_faults},
        browser::{self, Filled},
        button::{Button, Tone},
        form::{FormFault, SelectField, TextField},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What can be expected, as the form and the contract name it.
const KINDS: [&str; 7] = ["sees_nothing", "is_granted", "sees_column", "hides_column", "masked", "only_rows", "leaves_no_row"];
const MASKS: [&str; 5] = ["hide", "null", "hash", "bucket", "keep-last"];
const PLACED: &[&str] = &["name", "person", "department", "mart", "column", "mask", "values"];

#[component]
pub fn CaseForm(cases: Cases, case: Case, saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let parts = Parts::of(&case.expectation);
    let kind = RwSignal::new(parts.kind.to_owned());
    let parts = StoredValue::new(parts);
    let id = case.id.clone();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let (name, person, mart) = (form.text("name"), form.text("person"), form.text("mart"));
        let department = Some(form.text("department")).filter(|department| !department.is_empty());
        let case = Case { id: id.clone(), name, person, department, mart, expectation: read(&form) };
        faults.clear();
        act.run_or(SaveCase { case }, move |()| saved.run(()), move |fault| faults.set(fault));
    };
    let mut marts: Vec<(String, String)> = cases.marts.into_iter().map(|mart| (mart.clone(), mart)).collect();
    if !case.mart.is_empty() && !marts.iter().any(|(mart, _)| *mart == case.mart) {
        marts.push((case.mart.clone(), case.mart.clone()));
    }
    let kinds: Vec<(String, String)> = KINDS.map(|kind| (kind.to_owned(), kind_title(kind, language).to_owned())).to_vec();
    let person = RwSignal::new(case.person.clone());
    let mut seats = cases.seats;
    if let Some(department) = &case.department {
        // Of somebody who is not there any more: saved as it is, it is refused under this field.
        let seat = (case.person.clone(), department.clone());
        if !seats.contains(&seat) {
            seats.push(seat);
        }
    }
    let seats = StoredValue::new((seats, cases.departments, case.department));
    let place = move || {
        let person = person.get();
        let (options, value) = seats.with_value(|(seats, departments, chosen)| {
            let held = seats.iter().filter(|(known, _)| *known == person).map(|(_, department)| department);
            let own: Vec<(String, String)> = held.map(|department| (department.clone(), title_of(departments, department, language))).collect();
            let value = chosen.clone().filter(|chosen| own.iter().any(|(department, _)| department == chosen)).unwrap_or_default();
            let acting = (String::new(), words::where_they_act(language).to_owned());
            ([acting].into_iter().chain(own).collect::<Vec<_>>(), value)
        });
        let (label, help) = (words::department(language), words::department_help(language));
        view! { <SelectField name="department" label help options value optional=true error=faults.under("department")/> }
    };
    let more = move || {
        let kind = kind.get();
        let Parts { column, mask, size, values, .. } = parts.get_value();
        let column = (!matches!(kind.as_str(), "sees_nothing" | "is_granted" | "leaves_no_row")).then(
            || view! { <TextField name="column" label=words::column(language) value=column error=faults.under("column") autocomplete="off".to_owned()/> },
        );
        let mask = (kind == "masked").then(|| {
            let masks: Vec<(String, String)> = MASKS.map(|mask| (mask.to_owned(), mask_title(mask, language).to_owned())).to_vec();
            view! {
                <div class="two">
                    <SelectField name="mask" label=words::mask(language) options=masks value=mask error=faults.under("mask")/>
                    <TextField name="size" label=words::mask_size(language) kind="number" value=size optional=true/>
                </div>
            }
        });
        let values = (kind == "only_rows").then(|| {
            view! {
                <TextField
                    name="values"
                    label=words::values(language)
                    help=words::values_help(language)
                    value=values
                    error=faults.under("values")
                    autocomplete="off".to_owned()
                />
            }
        });
        view! { {column} {mask} {values} }
    };
    let name_help = words::name_help(language);
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::name(language) help=name_help value=case.name error=faults.under("name") autocomplete="off".to_owned()/>
            <SelectField
                name="person"
                label=words::person(language)
                options=cases.people
                value=case.person
                error=faults.under("person")
                on_change=move |chosen: String| person.set(chosen)
            />
            {place}
            <SelectField name="mart" label=words::mart(language) options=marts value=case.mart error=faults.under("mart")/>
            <SelectField
                name="expectation"
                label=words::expectation(language)
                options=kinds
                value=kind.get_untracked()
                on_change=move |chosen: String| kind.set(chosen)
            />
            {more}
            <FormFault text=faults.above(PLACED)/>
            <div class="form-actions"><Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

/// What a department is called.
pub(super) fn title_of(departments: &[(String, Text)], name: &str, language: Language) -> String {
    departments.iter().find(|(known, _)| known == name).map_or_else(|| name.to_owned(), |(_, title)| title.get(language).to_owned())
}

/// An expectation as the form's fields hold it.
#[derive(Clone, Default)]
struct Parts {
    kind: &'static str,
    column: String,
    mask: String,
    size: String,
    values: String,
}

impl Parts {
    fn of(expectation: &Expectation) -> Self {
        let of_column = |kind: &'static str, column: &String| Self { kind, column: column.clone(), ..Self::default() };
        match expectation {
            Expectation::SeesNothing => Self { kind: "sees_nothing", ..Self::default() },
            Expectation::IsGranted => Self { kind: "is_granted", ..Self::default() },
            Expectation::LeavesNoRow => Self { kind: "leaves_no_row", ..Self::default() },
            Expectation::SeesColumn(column) => of_column("sees_column", column),
            Expectation::HidesColumn(column) => of_column("hides_column", column),
            Expectation::Masked { column, mask } => {
                let (mask, size) = mask.split_once(':').unwrap_or((mask, ""));
                Self { mask: mask.to_owned(), size: size.to_owned(), ..of_column("masked", column) }
            }
            Expectation::OnlyRows { column, values } => Self { values: values.join(", "), ..of_column("only_rows", column) },
        }
    }
}

fn read(form: &Filled) -> Expectation {
    let column = form.text("column");
    match form.text("expectation").as_str() {
        "is_granted" => Expectation::IsGranted,
        "sees_column" => Expectation::SeesColumn(column),
        "hides_column" => Expectation::HidesColumn(column),
        "masked" => {
            let mask = form.text("mask");
            let sized = matches!(mask.as_str(), "bucket" | "keep-last");
            Expectation::Masked { column, mask: if sized { format!("{mask}:{}", form.text("size")) } else { mask } }
        }
        "only_rows" => Expectation::OnlyRows { column, values: listed(&form.text("values")) },
        "leaves_no_row" => Expectation::LeavesNoRow,
        _ => Expectation::SeesNothing,
    }
}

/// Values that commas separate.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

fn kind_title(kind: &str, language: Language) -> &'static str {
    match kind {
        "is_granted" => words::is_granted(language),
        "sees_column" => words::sees_column(language),
        "hides_column" => words::hides_column(language),
        "masked" => words::masked(language),
        "only_rows" => words::only_rows(language),
        "leaves_no_row" => words::leaves_no_row(language),
        _ => words::sees_nothing(language),
    }
}

/// e.g. "only rows where region is among North, South".
pub fn expectation_in_words(expectation: &Expectation, language: Language) -> String {
    match expectation {
        Expectation::SeesNothing => words::sees_nothing(language).to_owned(),
        Expectation::IsGranted => words::is_granted(language).to_owned(),
        Expectation::LeavesNoRow => words::leaves_no_row(language).to_owned(),
        Expectation::SeesColumn(column) => format!("{} {column}", words::sees_column(language)),
        Expectation::HidesColumn(column) => format!("{} {column}", words::hides_column(language)),
        Expectation::Masked { column, mask } => {
            let (kind, size) = mask.split_once(':').unwrap_or((mask, ""));
            format!("{column} {}: {} {size}", words::masked_as(language), mask_title(kind, language)).trim_end().to_owned()
        }
        Expectation::OnlyRows { column, values } => {
            format!("{} {column} {} {}", words::only_rows_where(language), words::is_among(language), values.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_said_in_both_languages_and_fills_its_form() {
        let only = Expectation::OnlyRows { column: "region".into(), values: listed("North, ,South") };
        assert_eq!(expectation_in_words(&only, Language::En), "only rows where region is among North, South");
        assert_eq!(Parts::of(&only).values, "North, South");
        let masked = Expectation::Masked { column: "card".into(), mask: "keep-last:4".into() };
        assert_eq!(expectation_in_words(&masked, Language::Es), "card tiene la máscara: dejar solo los últimos 4");
        let parts = Parts::of(&masked);
        assert_eq!((parts.kind, parts.mask.as_str(), parts.size.as_str()), ("masked", "keep-last", "4"));
        assert!(KINDS.contains(&Parts::of(&Expectation::default()).kind));
    }
}

//! Making a mart: the text that a `marts/*.sql` file would hold, and the department that gets the first grant.

use super::{connect::DepartmentField, sources::departments, words};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        figures::use_figures,
        form::{AreaField, FormFault, TextField},
        page::{PageHead, Panel},
        states::answered,
    },
    visit::use_language,
    warehouse::asks::{ColumnKind, DatasetCard, ListDatasets, SaveMart},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

/// A whole, valid example: who writes a first mart changes it instead of starting from nothing.
const TEMPLATE: &str = r#"/*
title = { en = "Sales", es = "Ventas" }
description = { en = "One row per sale.", es = "Una fila por venta." }
department = "sales"
date_column = "day"

[measures.amount]
sql = "sum(amount)"
label = { en = "Amount", es = "Importe" }
unit = "money:EUR"

[columns.day]
label = { en = "Day", es = "Día" }
dimension = true

[columns.store]
label = { en = "Store", es = "Tienda" }
dimension = true
*/
select day, store, amount
from lake.sales
"#;

#[component]
pub fn NewMart() -> impl IntoView {
    let language = use_language();
    let datasets = Resource::new(|| (), |()| ask(ListDatasets {}));
    let departments = Resource::new(|| (), move |()| departments(language));
    view! {
        <PageHead title=words::new_mart(language) lead=words::new_mart_lead(language)/>
        <div class="mart-editor">
            <section class="panel">
                <Suspense fallback=|| ()>{move || Suspend::new(async move { view! { <MartForm departments=departments.await/> } })}</Suspense>
            </section>
            <Panel title=words::datasets(language) note=words::datasets_note(language)>
                {answered(datasets, "table", move |datasets| dataset_list(datasets, language))}
            </Panel>
        </div>
    }
}

#[component]
fn MartForm(departments: Vec<(String, String)>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let navigate = use_navigate();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let question = SaveMart { name: form.text("name"), text: form.exact("text"), department: form.text("department") };
        let navigate = navigate.clone();
        faults.clear();
        let done = move |_: String| {
            act.say(words::mart_saved(language));
            navigate("/admin/jobs", Default::default());
        };
        act.run_or(question, done, move |fault| faults.set(fault));
    };
    view! {
        <form class="form" on:submit=send>
            <div class="two">
                <TextField name="name" label=words::mart_name(language) help=words::mart_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
                <DepartmentField departments error=faults.under("department")/>
            </div>
            <AreaField name="text" label=words::mart_text(language) value=TEMPLATE rows=24 code=true error=faults.under("text")/>
            <FormFault text=faults.above(&["name", "department", "text"])/>
            <div class="form-actions"><Button label=words::build(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

fn dataset_list(datasets: Vec<DatasetCard>, language: Language) -> AnyView {
    if datasets.is_empty() {
        return view! { <p class="quiet">{words::no_datasets(language)}</p> }.into_any();
    }
    let figures = use_figures();
    let items = datasets
        .into_iter()
        .map(|dataset| {
            let columns = dataset.columns.into_iter().map(|(name, kind)| view! { <li><code>{name}</code><small>{kind_word(kind)}</small></li> }).collect_view();
            view! {
                <details class="dataset">
                    <summary><code>{dataset.name}</code><small>{format!("{} · {}", figures.count(dataset.rows), figures.bytes(dataset.bytes))}</small></summary>
                    <ul>{columns}</ul>
                </details>
            }
        })
        .collect_view();
    view! { <div class="datasets">{items}</div> }.into_any()
}

/// The type as SQL calls it: this page is for people who write SQL.
fn kind_word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "bigint",
        ColumnKind::Number => "double",
        ColumnKind::Bool => "boolean",
        ColumnKind::Date => "date",
        ColumnKind::Timestamp => "timestamp",
    }
}

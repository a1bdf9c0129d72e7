//! The form that connects a source: its fields are the ones that the connector names.

use super::{
    asks::{ConnectorCard, Field, FieldKind, SaveSource},
    words,
};
use crate::{
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{AreaField, FormFault, SelectField, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

const NIGHTLY: &str = "0 2 * * *";
const HOURLY: &str = "0 * * * *";
const BY_HAND: &str = "by-hand";

/// Leads to the source's job when saved.
#[component]
pub fn ConnectForm(connectors: Vec<ConnectorCard>, departments: Vec<(String, String)>, saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let navigate = use_navigate();
    // What takes a file has a form of its own.
    let connectors: Vec<ConnectorCard> =
        connectors.into_iter().filter(|connector| connector.fields.iter().all(|field| field.kind != FieldKind::File)).collect();
    let chosen = RwSignal::new(connectors.first().map(|connector| connector.name.clone()).unwrap_or_default());
    let titles = connectors.iter().map(|connector| (connector.name.clone(), connector.title.get(language).to_owned())).collect::<Vec<_>>();
    let connectors = StoredValue::new(connectors);
    let fields = move || {
        connectors.with_value(|connectors| connectors.iter().find(|connector| connector.name == chosen.get()).map(|c| c.fields.clone()).unwrap_or_default())
    };
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let schedule = Some(form.text("schedule")).filter(|cron| cron != BY_HAND);
        let filled = untrack(fields)
            .into_iter()
            .map(|field| (field.name.clone(), form.exact(&format!("field-{}", field.name))))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let question = SaveSource { name: form.text("name"), connector: chosen.get_untracked(), department: form.text("department"), fields: filled, schedule };
        let navigate = navigate.clone();
        faults.clear();
        let done = move |job: String| {
            act.say(words::saved_source(language));
            saved.run(());
            navigate(&format!("/admin/jobs/{job}"), Default::default());
        };
        act.run_or(question, done, move |fault| faults.set(fault));
    };
    let schedules = vec![
        (NIGHTLY.to_owned(), words::nightly(language).to_owned()),
        (HOURLY.to_owned(), words::hourly(language).to_owned()),
        (BY_HAND.to_owned(), words::only_by_hand(language).to_owned()),
    ];
    let first = chosen.get_untracked();
    view! {
        <form class="form" on:submit=send>
            <SelectField name="connector" label=words::connector(language) options=titles value=first on_change=move |name: String| chosen.set(name)/>
            <TextField name="name" label=words::source_name(language) help=words::source_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <DepartmentField departments error=faults.under("department")/>
            {move || fields().into_iter().map(|field| field_view(field, language)).collect_view()}
            <SelectField name="schedule" label=words::load_each_night(language) options=schedules value=NIGHTLY/>
            <FormFault text=faults.above(&["name", "department"])/>
            <div class="form-actions"><Button label=words::connect(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

/// A list of departments, or a line for the name when the reader may not list them.
#[component]
pub fn DepartmentField(departments: Vec<(String, String)>, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let language = use_language();
    if departments.is_empty() {
        view! { <TextField name="department" label=words::department(language) error/> }.into_any()
    } else {
        view! { <SelectField name="department" label=words::department(language) options=departments error/> }.into_any()
    }
}

pub(super) fn field_view(field: Field, language: Language) -> AnyView {
    let name = format!("field-{}", field.name);
    let label = field.label.get(language).to_owned();
    let mut help = field.help.get(language).to_owned();
    let optional = !field.required;
    let kind = match field.kind {
        FieldKind::Choice(options) => {
            let options = options.into_iter().map(|(value, title)| (value, title.get(language).to_owned())).collect::<Vec<_>>();
            return view! { <SelectField name label options help optional/> }.into_any();
        }
        FieldKind::File => return ().into_any(),
        FieldKind::Secret => {
            help = format!("{help} {}", words::secret_help(language)).trim().to_owned();
            return view! { <div class="secret-field"><AreaField name label help optional rows=2 code=true/></div> }.into_any();
        }
        FieldKind::Number => "number",
        FieldKind::Text => "text",
    };
    view! { <TextField name label kind help optional autocomplete="off".to_owned()/> }.into_any()
}

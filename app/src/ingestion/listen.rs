//! The form that adds a listener: its fields are the ones that its kind names.

use super::{
    asks::{ConnectorCard, SaveListener, StreamChoice},
    connect::field_view,
    words,
};
use crate::{
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        form::{FormFault, SelectField, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn ListenForm(kinds: Vec<ConnectorCard>, streams: Vec<StreamChoice>, saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    if streams.is_empty() {
        return view! { <p class="quiet">{words::no_streams(language)}</p> }.into_any();
    }
    let act = use_act();
    let faults = use_form_faults();
    let chosen = RwSignal::new(kinds.first().map(|kind| kind.name.clone()).unwrap_or_default());
    let titles = kinds.iter().map(|kind| (kind.name.clone(), kind.title.get(language).to_owned())).collect::<Vec<_>>();
    let streams = streams.into_iter().map(|stream| (stream.name, stream.title.get(language).to_owned())).collect::<Vec<_>>();
    let kinds = StoredValue::new(kinds);
    let fields = move || kinds.with_value(|kinds| kinds.iter().find(|kind| kind.name == chosen.get()).map(|kind| kind.fields.clone()).unwrap_or_default());
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let filled = untrack(fields)
            .into_iter()
            .map(|field| (field.name.clone(), form.exact(&format!("field-{}", field.name))))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let question = SaveListener { name: form.text("name"), connector: chosen.get_untracked(), stream: form.text("stream"), fields: filled };
        faults.clear();
        let done = move |()| {
            act.say(words::listener_saved(language));
            saved.run(());
        };
        act.run_or(question, done, move |fault| faults.set(fault));
    };
    let first = chosen.get_untracked();
    view! {
        <form class="form" on:submit=send>
            <SelectField name="connector" label=words::listens_to(language) options=titles value=first on_change=move |name: String| chosen.set(name)/>
            <TextField name="name" label=words::source_name(language) help=words::listener_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <SelectField name="stream" label=words::stream(language) options=streams help=words::stream_help(language) error=faults.under("stream")/>
            {move || fields().into_iter().map(|field| field_view(field, language)).collect_view()}
            <FormFault text=faults.above(&["name", "stream"])/>
            <div class="form-actions"><Button label=words::listen(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
    .into_any()
}

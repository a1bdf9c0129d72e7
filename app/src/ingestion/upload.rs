//! The form that uploads a file: it becomes a table of the lake, and its run is followed.

use super::{connect::DepartmentField, words};
use crate::{
    ask::Fault,
    ui::{
        act::use_form_faults,
        browser,
        button::{Button, Tone},
        figures::use_figures,
        form::{FormFault, TextField},
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

/// Posts `table`, `department` and `file` as multipart to `/api/ingestion/upload` and shows how much has gone.
#[component]
pub fn UploadForm(departments: Vec<(String, String)>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let faults = use_form_faults();
    let navigate = use_navigate();
    // (sent, all) in bytes while it goes.
    let progress = RwSignal::new(None::<(f64, f64)>);
    let busy = Signal::derive(move || progress.with(Option::is_some));
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let navigate = navigate.clone();
        faults.clear();
        progress.set(Some((0.0, 1.0)));
        let moved = move |sent, all| progress.set(Some((sent, all)));
        browser::upload("/api/ingestion/upload", form, moved, move |answer| {
            progress.set(None);
            match answer.map(|text| serde_json::from_str::<super::asks::Uploaded>(&text)) {
                Ok(Ok(uploaded)) => navigate(&format!("/admin/runs/{}", uploaded.run), Default::default()),
                Ok(Err(_)) => faults.set(Fault::unreachable()),
                Err(text) => faults.set(serde_json::from_str(&text).unwrap_or_else(|_| Fault::unreachable())),
            }
        });
    };
    let gone = move || {
        progress.get().map(|(sent, all)| {
            let text = format!("{} {} / {}", words::uploading(language), figures.bytes(sent as u64), figures.bytes(all as u64));
            view! { <p class="upload-progress" role="status"><progress value=sent.to_string() max=all.to_string() aria-label=words::uploading(language)></progress><span>{text}</span></p> }
        })
    };
    view! {
        <form class="form" method="post" enctype="multipart/form-data" action="/api/ingestion/upload" on:submit=send>
            <TextField name="table" label=words::table_name(language) help=words::table_name_help(language) error=faults.under("table") autocomplete="off".to_owned()/>
            <DepartmentField departments error=faults.under("department")/>
            <TextField name="file" label=words::file(language) kind="file" accept=".csv,.parquet,.json,.jsonl,.ndjson".to_owned() help=words::file_help(language) error=faults.under("file")/>
            {gone}
            <FormFault text=faults.above(&["table", "department", "file"])/>
            <div class="form-actions"><Button label=words::upload(language).to_owned() tone=Tone::Solid busy/></div>
        </form>
    }
}

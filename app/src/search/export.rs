//! Taking along what is found: a file made in the background, as every other download.

use super::{
    asks::{ExportSearch, TimeRange},
    page::{Looking, TIME},
    words,
};
use crate::{
    reports::{
        asks::{Format, Limits, Options, ReportLimits},
        download::{FormatChoice, NoFormat, cut, use_formats},
        progress::{Making, Stage, follow},
        words as report_words,
    },
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        dialog::Dialog,
        figures::use_figures,
        form::FormFault,
        icon::Glyph,
    },
    visit::use_language,
};
use leptos::prelude::*;

const FORMATS: [Format; 4] = [Format::Csv, Format::Json, Format::JsonLines, Format::Pdf];

/// A button that opens the dialog.
#[component]
pub fn Export(looking: Looking) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    view! {
        <Button label=report_words::download(language).to_owned() glyph=Glyph::Download on_press=move |()| open.set(true)/>
        <Dialog open title=words::download_found(language).to_owned()><ExportPanel looking/></Dialog>
    }
}

#[component]
fn ExportPanel(looking: Looking) -> impl IntoView {
    let stage = RwSignal::new(Stage::Choosing);
    move || match stage.get() {
        Stage::Choosing => view! { <Choice looking stage/> }.into_any(),
        Stage::Made(card) => view! { <Making card=*card stage/> }.into_any(),
    }
}

#[component]
fn Choice(looking: Looking, stage: RwSignal<Stage>) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let offered = use_formats(&FORMATS);
    let Some(first) = offered.first().copied() else { return view! { <NoFormat/> }.into_any() };
    let limits = RwSignal::new(None::<Limits>);
    browser::spawn(async move {
        if let Ok(known) = crate::ask::ask(ReportLimits {}).await {
            limits.try_set(Some(known));
        }
    });
    let format = RwSignal::new(first);
    let (every_field, spanish_excel) = (RwSignal::new(false), RwSignal::new(false));
    let (act, faults) = (use_act(), use_form_faults());
    let found = untrack(move || looking.page());
    let rows = found.as_ref().map(|page| page.total);
    // The file holds what is shown now, not what came meanwhile.
    let shown = found.map(|page| TimeRange::Between { from_ms: page.from_ms, until_ms: page.until_ms });
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let view = looking.view.get_untracked();
        let columns = if every_field.get_untracked() { Vec::new() } else { untrack(move || looking.columns()) };
        let question = ExportSearch {
            stream: looking.card.with_value(|card| card.name.clone()),
            query: view.query,
            range: shown.unwrap_or(view.range),
            order: view.order,
            columns: with_time(looking, columns),
            format: format.get_untracked(),
            options: Options { language, spanish_excel: format.get_untracked() == Format::Csv && spanish_excel.get_untracked() },
        };
        act.run_or(
            question,
            move |card| {
                follow(card.id.clone(), stage);
                stage.set(Stage::Made(Box::new(card)));
            },
            move |fault| faults.set(fault),
        );
    };
    let tick = |value: RwSignal<bool>, text: &'static str| {
        view! { <input type="checkbox" prop:checked=move || value.get() on:change=move |event| value.set(event_target_checked(&event))/><span>{text}</span> }
    };
    view! {
        <form class="download" on:submit=make>
            <fieldset class="formats">
                <legend class="hidden">{report_words::format(language)}</legend>
                {offered.into_iter().map(|offered| view! { <FormatChoice offered format limits/> }).collect_view()}
            </fieldset>
            <label class="choice">{tick(every_field, words::every_field(language))}</label>
            <label class="choice" class:gone=move || format.get() != Format::Csv>{tick(spanish_excel, report_words::spanish_excel(language))}</label>
            <div aria-live="polite">
                {move || figures.with_value(|figures| cut(format.get(), rows, limits.get().as_ref(), figures)).map(|text| view! { <p class="banner lamp">{text}</p> })}
            </div>
            <p class="field-help">{report_words::only_what_you_see(language)}</p>
            <FormFault text=faults.above(&[])/>
            <div class="form-actions"><Button label=report_words::make(language).to_owned() tone=Tone::Solid glyph=Glyph::Download busy=act.busy/></div>
        </form>
    }
    .into_any()
}

/// The rows of the page begin with their time: so do those of the file.
fn with_time(looking: Looking, mut columns: Vec<String>) -> Vec<String> {
    let time = looking.card.with_value(|card| card.fields.iter().find(|field| field.name == TIME).map(|field| field.name.clone()));
    if let Some(time) = time
        && !columns.is_empty()
        && !columns.contains(&time)
    {
        columns.insert(0, time);
    }
    columns
}

//! Sources: the list, uploading a file, connecting a new one.

use super::{
    asks::{ConnectorCard, ListConnectors, ListSources, SourceCard},
    connect::ConnectForm,
    listeners::ListenersPanel,
    upload::UploadForm,
    words,
};
use crate::{
    ask::ask,
    governance::asks::ListPolicies,
    text::Language,
    ui::{
        button::{Button, LinkButton, Tone},
        dialog::Dialog,
        figures::use_figures,
        icon::Glyph,
        page::PageHead,
        states::{Empty, Skeleton, outcome},
        table::{Cell, Column, DataTable, shown_of},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The departments to choose from, as (name, title); empty when the reader may not list them, then the form takes a name.
pub async fn departments(language: Language) -> Vec<(String, String)> {
    let policies = ask(ListPolicies {}).await;
    policies.map(|policies| policies.departments.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect()).unwrap_or_default()
}

/// A department as it is called; its short name when the reader may not list them.
pub fn department_title(departments: &[(String, String)], name: &str) -> String {
    departments.iter().find(|(known, _)| known == name).map_or(name, |(_, title)| title).to_owned()
}

#[component]
pub fn Sources() -> impl IntoView {
    let language = use_language();
    let sources = Resource::new(|| (), |()| ask(ListSources {}));
    let connectors = Resource::new(|| (), |()| ask(ListConnectors {}));
    let departments = Resource::new(|| (), move |()| departments(language));
    let retry = Callback::new(move |()| sources.refetch());
    let (uploading, connecting) = (RwSignal::new(false), RwSignal::new(false));
    let saved = Callback::new(move |()| {
        connecting.set(false);
        sources.refetch();
    });
    view! {
        <PageHead title=words::sources(language) lead=words::sources_lead(language)>
            <LinkButton href="/admin/marts/new" label=words::new_mart(language) glyph=Glyph::Plus/>
            <Button label=words::connect(language).to_owned() glyph=Glyph::Source on_press=move |()| connecting.set(true)/>
            <Button label=words::upload_file(language).to_owned() tone=Tone::Solid glyph=Glyph::Upload on_press=move |()| uploading.set(true)/>
        </PageHead>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let titles = departments.await;
                outcome(sources.await, Some(retry), |sources| list(sources, &titles, uploading, language))
            })}
        </Transition>
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let departments = departments.await;
                view! { <ListenersPanel departments/> }
            })}
        </Transition>
        <Dialog open=uploading title=words::upload_file(language).to_owned() sheet=true>
            {move || departments.get().map(|departments| view! { <UploadForm departments/> })}
        </Dialog>
        <Dialog open=connecting title=words::connect(language).to_owned() sheet=true>
            {move || {
                let connectors: Vec<ConnectorCard> = connectors.get().and_then(Result::ok)?;
                let departments = departments.get()?;
                Some(view! { <ConnectForm connectors departments saved/> })
            }}
        </Dialog>
    }
}

fn list(sources: Vec<SourceCard>, departments: &[(String, String)], uploading: RwSignal<bool>, language: Language) -> AnyView {
    if sources.is_empty() {
        return view! {
            <Empty title=words::no_sources(language) text=words::no_sources_text(language) glyph=Glyph::Source>
                <Button label=words::upload_file(language).to_owned() tone=Tone::Solid glyph=Glyph::Upload on_press=move |()| uploading.set(true)/>
            </Empty>
        }
        .into_any();
    }
    let shown = shown_of(sources.len() as u64, None, &use_figures());
    let rows = sources
        .into_iter()
        .map(|source| {
            vec![
                Cell::text(source.name),
                Cell::text(source.connector),
                Cell::text(department_title(departments, &source.department)),
                Cell::text(source.tables.join(", ")),
                Cell::text(source.job.clone()).link(format!("/admin/jobs/{}", source.job)),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("source", words::source(language)),
        Column::text("connector", words::connector(language)),
        Column::text("department", words::department(language)),
        Column::text("tables", words::tables(language)),
        Column::text("job", words::job(language)),
    ];
    view! { <section class="panel"><DataTable caption=words::sources(language) columns rows shown/></section> }.into_any()
}

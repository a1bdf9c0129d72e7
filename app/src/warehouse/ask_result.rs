//! The result of "Ask": the answer, the kinds of chart that can show it, and what can be done with it.

use super::{
    address::CHARTS,
    answer::AnswerBody,
    ask_controls::label,
    ask_page::Asking,
    asks::{Answer, AskQuestion, ChartKind, Question, Sort},
    charts::fits,
    save::SaveButton,
    say::{chart_name, grain_name},
    words,
};
use crate::{
    ask::ask,
    identity::viewing::OwnHands,
    reports::{
        asks::Subject,
        download::{DownloadDialog, Downloads, Offer},
    },
    text::Language,
    ui::{
        button::Button,
        figures::{Figures, use_figures},
        icon::Glyph,
        states::{Empty, FaultView, Skeleton},
        table::Sorted,
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn ResultView(asking: Asking) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let downloads = Downloads::new();
    let as_table = RwSignal::new(false);
    let total = RwSignal::new(None::<u64>);
    let answer = Resource::new(
        move || asking.view.get(),
        move |view| {
            let asked = (!view.question.measures.is_empty() || !view.question.columns.is_empty())
                .then(|| ask(AskQuestion { question: view.question, chart: view.chart, language }));
            async move {
                match asked {
                    Some(asked) => Some(asked.await),
                    None => None,
                }
            }
        },
    );
    let title = Memo::new(move |_| asking.view.with(|view| asking.mart.with_value(|mart| title_of(&view.question, mart, language))));
    let may_export = asking.mart.with_value(|mart| mart.may_export);
    let retry = Callback::new(move |()| answer.refetch());
    let on_sort = Callback::new(move |sorted: Sorted| asking.change(|question| question.sort = vec![Sort { by: sorted.by, descending: sorted.descending }]));
    let show = move |answer: Answer| {
        total.set(answer.total_rows);
        let view = asking.view.get_untracked();
        let foot = figures.with_value(|figures| foot(&answer, figures));
        view! {
            <div class="ask-answer"><AnswerBody question=view.question chart=view.chart answer title=title.get_untracked() as_table on_sort=Some(on_sort)/></div>
            <p class="ask-foot">{foot}</p>
        }
        .into_any()
    };
    let offer = move |()| {
        let view = asking.view.get_untracked();
        let title = title.get_untracked();
        let mut question = view.question;
        if view.chart == ChartKind::Table {
            question.limit = None;
        }
        let rows = total.get_untracked().filter(|_| view.chart == ChartKind::Table);
        downloads.offer(Offer { title: title.clone(), rows, subject: Subject::Question { title, question, chart: view.chart } });
    };
    let pending = RwSignal::new(false);
    view! {
        <section class="ask-result panel" aria-label=words::result(language) class:pending=move || pending.get()>
            <header class="ask-head">
                <h2>{move || title.get()}</h2>
                <div class="ask-actions">
                    <OwnHands><SaveButton asking title/></OwnHands>
                    {may_export.then(|| view! { <Button label=words::download(language).to_owned() glyph=Glyph::Download on_press=offer/> })}
                </div>
            </header>
            <Kinds asking/>
            <Transition fallback=|| view! { <Skeleton shape="chart"/> } set_pending=pending>
                {move || Suspend::new(async move {
                    match answer.await {
                        None => view! { <Empty title=words::ask_start(language) text=words::ask_start_text(language) glyph=Glyph::Explore/> }.into_any(),
                        Some(Ok(answer)) => show(answer),
                        Some(Err(fault)) => view! { <FaultView fault retry/> }.into_any(),
                    }
                })}
            </Transition>
        </section>
        {may_export.then(|| view! { <DownloadDialog downloads/> })}
    }
}

/// The kinds of chart that can show the question, one of them pressed.
#[component]
fn Kinds(asking: Asking) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="kinds" role="group" aria-label=words::show_as(language)>
            {move || {
                asking
                    .view
                    .with(|view| {
                        CHARTS
                            .iter()
                            .filter(|(chart, _)| fits(*chart, &view.question))
                            .map(|(chart, _)| {
                                let (chart, on) = (*chart, *chart == view.chart);
                                view! { <button type="button" class="chip" class:on=on aria-pressed=on.to_string() on:click=move |_| asking.draw_as(chart)>{chart_name(chart, language)}</button> }
                            })
                            .collect_view()
                    })
            }}
        </div>
    }
}

/// `Sales, Baskets by Day (month), Department`.
fn title_of(question: &Question, mart: &super::asks::MartCard, language: Language) -> String {
    let measures = question.measures.iter().map(|name| label(mart, name, language)).collect::<Vec<_>>().join(", ");
    let groups = question
        .dimensions
        .iter()
        .map(|dimension| {
            let name = label(mart, &dimension.column, language);
            dimension.grain.map_or(name.clone(), |grain| format!("{name} ({})", grain_name(grain, language)))
        })
        .collect::<Vec<_>>()
        .join(", ");
    match (measures.is_empty(), groups.is_empty()) {
        (true, _) => words::result(language).into(),
        (false, true) => measures,
        (false, false) => format!("{measures} {} {}", words::each(language), groups.to_lowercase()),
    }
}

/// `Answered in 12 ms`.
fn foot(answer: &Answer, figures: &Figures) -> String {
    let language = figures.language;
    let took = format!("{} {}", words::took(language), figures.duration(answer.took_ms));
    if answer.cached { format!("{took} · {}", words::from_cache(language)) } else { took }
}

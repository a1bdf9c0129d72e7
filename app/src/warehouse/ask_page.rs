//! "Ask": pick measures, groups, filters and a chart of one mart; the view lives in the address.

use super::{
    address::{View, read_view, write_view},
    ask_controls::Controls,
    ask_result::ResultView,
    asks::{Dimension, Grain, MartCard, OpenMart, Question, Sort},
    charts::{fits, suggested},
    say::freshness_text,
    words,
};
use crate::{
    ask::ask,
    ui::{
        button::LinkButton,
        figures::use_figures,
        page::PageHead,
        states::{Skeleton, Stale, outcome},
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map},
};

/// Rows that are asked for when the address names no limit.
pub const ROWS: u64 = 100;

/// Address `/data/{mart}/ask`; its search part holds the view (see `address.rs`).
#[component]
pub fn AskPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("mart").unwrap_or_default()));
    let mart = Resource::new(move || name.get(), |name| ask(OpenMart { name }));
    let retry = Callback::new(move |()| mart.refetch());
    view! {
        <Suspense fallback=|| view! { <Skeleton shape="page"/> }>
            {move || Suspend::new(async move { outcome(mart.await, Some(retry), |mart| view! { <AskView mart/> }.into_any()) })}
        </Suspense>
    }
}

/// What the controls and the result share.
#[derive(Clone, Copy)]
pub struct Asking {
    pub mart: StoredValue<MartCard>,
    pub view: Memo<View>,
    go: Callback<View>,
}

impl Asking {
    /// Shows a changed question, in the chart that was chosen if it still fits.
    pub fn change(self, change: impl FnOnce(&mut Question)) {
        let mut view = self.view.get_untracked();
        change(&mut view.question);
        self.mart.with_value(|mart| tidy(&mut view, mart));
        self.go.run(view);
    }

    pub fn draw_as(self, chart: super::asks::ChartKind) {
        self.go.run(View { chart, ..self.view.get_untracked() });
    }
}

#[component]
fn AskView(mart: MartCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let location = use_location();
    let navigate = use_navigate();
    let (search, path) = (location.search, location.pathname);
    let title = mart.title.get(language).to_owned();
    let mart_href = format!("/data/{}", path_step(&mart.name));
    let lead = freshness_text(&mart.freshness, &figures);
    let stale = mart.freshness.stale.then_some(mart.freshness.loaded_at_ms);
    let mart = StoredValue::new(mart);
    let asking = Asking {
        mart,
        view: Memo::new(move |_| {
            search
                .with(|search| mart.with_value(|mart| if search.trim_start_matches('?').is_empty() { beginning(mart) } else { read_view(&mart.name, search) }))
        }),
        go: Callback::new(move |view: View| {
            let options = NavigateOptions { scroll: false, resolve: false, ..Default::default() };
            navigate(&format!("{}{}", path.get_untracked(), write_view(&view)), options);
        }),
    };
    view! {
        <PageHead title=format!("{}: {title}", words::ask_title(language)) lead>
            <LinkButton href=mart_href label=words::about(language)/>
        </PageHead>
        {stale.map(|loaded_ms| view! { <Stale loaded_ms/> })}
        <div class="ask">
            <Controls asking/>
            <ResultView asking/>
        </div>
    }
}

/// What is shown before anything was picked: the first measure over time, or alone.
fn beginning(mart: &MartCard) -> View {
    let measure = mart.measures.iter().find(|measure| measure.available).map(|measure| measure.name.clone());
    let mut view = View { question: Question { mart: mart.name.clone(), measures: measure.into_iter().collect(), ..Default::default() }, ..Default::default() };
    view.question.dimensions = mart
        .date_column
        .iter()
        .filter(|_| !view.question.measures.is_empty())
        .map(|column| Dimension { column: column.clone(), grain: Some(Grain::Month) })
        .collect();
    view.chart = suggested(&view.question, mart);
    tidy(&mut view, mart);
    view
}

/// Keeps a view consistent after a change: order by what is asked, a chart that fits, no comparison of groups.
pub fn tidy(view: &mut View, mart: &MartCard) {
    let question = &mut view.question;
    let named = |by: &str| question.measures.iter().any(|name| name == by) || question.dimensions.iter().any(|dimension| dimension.column == by);
    question.sort.retain(|sort| named(&sort.by));
    if question.sort.is_empty() {
        question.sort = natural_order(question, mart).into_iter().collect();
    }
    if !question.dimensions.is_empty() {
        question.comparison = None;
    }
    if question.limit.is_none() && !question.dimensions.is_empty() {
        question.limit = Some(if starts_in_time(question, mart) { 1_000 } else { ROWS });
    }
    if !fits(view.chart, question) || (view.chart == super::asks::ChartKind::Table && question.sort.is_empty()) {
        view.chart = suggested(question, mart);
    }
}

/// Time runs forward; everything else begins with the largest.
fn natural_order(question: &Question, mart: &MartCard) -> Option<Sort> {
    let first = question.dimensions.first()?;
    if starts_in_time(question, mart) || first.grain.is_some() {
        return Some(Sort { by: first.column.clone(), descending: false });
    }
    question.measures.first().map(|measure| Sort { by: measure.clone(), descending: true })
}

fn starts_in_time(question: &Question, mart: &MartCard) -> bool {
    use super::asks::ColumnKind::{Date, Timestamp};
    question
        .dimensions
        .first()
        .and_then(|first| mart.columns.iter().find(|column| column.name == first.column))
        .is_some_and(|column| matches!(column.kind, Date | Timestamp))
}

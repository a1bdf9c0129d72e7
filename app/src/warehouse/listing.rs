//! Rows of a mart, page by page: the rows behind a mark, and the sample on a mart's page.

use super::{
    answer_table::AnswerTable,
    asks::{AskQuestion, ChartKind, Question, Sort},
    say::count_text,
    words,
};
use crate::{
    ask::ask,
    identity::viewing::Veiled,
    ui::{
        button::{Button, Tone},
        figures::use_figures,
        icon::Glyph,
        states::{Empty, Skeleton, outcome},
        table::Sorted,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Rows on one page of a listing.
pub const PAGE_ROWS: u64 = 50;

/// Lists the rows of a question without measures; sorting a head asks for the rows in that order.
#[component]
pub fn Listing(
    #[prop(into)] question: Signal<Question>,
    #[prop(into)] caption: String,
    #[prop(optional)] page_rows: Option<u64>,
    #[prop(optional)] only_first: bool,
) -> impl IntoView {
    let language = use_language();
    let page_rows = page_rows.unwrap_or(PAGE_ROWS);
    let offset = RwSignal::new(0_u64);
    let sort = RwSignal::new(None::<Sorted>);
    let asked = Memo::new(move |_| Question {
        sort: sort.get().map(|sorted| Sort { by: sorted.by, descending: sorted.descending }).into_iter().collect(),
        limit: Some(page_rows),
        offset: offset.get(),
        ..question.get()
    });
    // Other conditions: from the first page again.
    Effect::watch(
        move || question.get(),
        move |now, before, _| {
            if before.is_some_and(|before| before != now) {
                offset.set(0)
            }
        },
        false,
    );
    let answer = Resource::new(move || asked.get(), move |question| ask(AskQuestion { question, chart: ChartKind::Table, language }));
    let resort = Callback::new(move |sorted: Sorted| {
        offset.set(0);
        sort.set(Some(sorted));
    });
    let retry = Callback::new(move |()| answer.refetch());
    let caption = StoredValue::new(caption);
    view! {
        <Transition fallback=|| view! { <Skeleton shape="table"/> }>
            {move || Suspend::new(async move {
                let answer = answer.await;
                outcome(answer, Some(retry), move |answer| {
                    if answer.veiled {
                        return view! { <Veiled/> }.into_any();
                    }
                    if answer.rows.is_empty() {
                        return view! { <Empty title=words::no_rows(language) text=words::no_rows_text(language) glyph=Glyph::Filter/> }.into_any();
                    }
                    let (shown, total) = (answer.rows.len() as u64, answer.total_rows);
                    let question = asked.get_untracked();
                    let first = question.offset;
                    view! {
                        <div class="listing">
                            <AnswerTable question answer caption=caption.get_value() on_sort=Some(resort)/>
                            {(!only_first).then(|| view! { <Pager offset first shown total page_rows/> })}
                        </div>
                    }
                    .into_any()
                })
            })}
        </Transition>
    }
}

#[component]
fn Pager(offset: RwSignal<u64>, first: u64, shown: u64, total: Option<u64>, page_rows: u64) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let last = first + shown;
    let more = total.map_or(shown == page_rows, |total| last < total);
    let of = total.map(|total| format!(" {} {}", words::of(language), count_text(total, &figures))).unwrap_or_default();
    let place = format!("{}–{}{of}", figures.count(first + 1), figures.count(last));
    view! {
        <nav class="pager" aria-label=words::rows_head(language)>
            <Button label=words::previous_page(language).to_owned() tone=Tone::Line glyph=Glyph::Left disabled=first == 0 on_press=move |()| offset.set(first.saturating_sub(page_rows))/>
            <p aria-live="polite">{place}</p>
            <Button label=words::next_page(language).to_owned() tone=Tone::Line glyph=Glyph::Right disabled=!more on_press=move |()| offset.set(last)/>
        </nav>
    }
}

//! One suite over every engine of the search index: tantivy, Elasticsearch, OpenSearch.

mod finding;
mod guarding;
mod paging;
pub mod stand;
mod writing;

/// Each of these once an engine; a server that cannot be had is skipped with the reason.
macro_rules! over_every_engine {
    ($($room:ident::$test:ident),* $(,)?) => {
        over_every_engine!(@ tantivy, tantivy, $($room::$test),*);
        over_every_engine!(@ elasticsearch, on_elasticsearch, $($room::$test),*);
        over_every_engine!(@ opensearch, on_opensearch, $($room::$test),*);
    };
    (@ $engine:ident, $stand:ident, $($room:ident::$test:ident),*) => {
        mod $engine {
            $(#[tokio::test]
            async fn $test() {
                if let Some(stand) = super::stand::$stand().await {
                    super::$room::$test(stand).await;
                }
            })*
        }
    };
}

over_every_engine!(
    finding::each_form_of_the_language_finds_what_it_says,
    finding::hostile_texts_are_found_as_they_are,
    finding::hits_come_back_as_they_were_written_and_marked,
    finding::bars_and_values_are_counted_exactly,
    paging::a_sort_by_each_kind_pages_over_everything_once,
    paging::twenty_five_thousand_documents_are_paged_without_a_cut,
    writing::ft_s07_only_documents_that_do_not_fit_are_refused,
    writing::ft_s09_a_shuffled_resend_changes_nothing,
    writing::ft_s10_the_newest_version_wins_in_any_order,
    writing::a_new_field_is_found_at_once_and_old_events_lack_it,
    writing::retention_deletes_whole_periods,
    guarding::a39_what_is_masked_or_hidden_cannot_be_asked_for,
    guarding::a45_hidden_documents_change_no_byte,
    guarding::rows_are_bounded_by_each_kind_of_rule,
);

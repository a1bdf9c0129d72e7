//! Orders and pages.

use super::stand::{DAY_MS, HOUR_MS, Stand, put, text, texts};
use search::{
    Value,
    index::{Hit, IndexFault, Search},
};
use std::cmp::Ordering;

pub async fn a_sort_by_each_kind_pages_over_everything_once(stand: Stand) {
    let changes: Vec<_> = (0..60_i64)
        .map(|n| {
            let mut fields = vec![("client", text(&format!("c{}", n % 7)))];
            if n % 3 > 0 {
                fields.extend([
                    ("status", Value::Integer((n % 5 - 2) * 1_000_000_000_000)),
                    ("latency_ms", Value::Number((n % 4) as f64 - 1.5)),
                    ("secure", Value::Bool(n % 2 == 0)),
                    ("time", Value::Timestamp(DAY_MS - n % 6)),
                    ("keywords", if n % 2 == 0 { texts(&["b", if n % 4 == 0 { "a" } else { "z" }]) } else { text("m") }),
                ]);
            }
            // Over two days and, within them, at few times: ties are broken by id.
            put(&format!("id{:02}", (n * 37) % 60), DAY_MS + (n % 2) * 24 * HOUR_MS + n % 3, &fields)
        })
        .collect();
    stand.write(&changes).await;
    for order in [None, Some("client"), Some("status"), Some("latency_ms"), Some("secure"), Some("time"), Some("keywords")] {
        for descending in [false, true] {
            let order = order.map(|field| (field.to_owned(), descending));
            let search = Search { order: order.clone(), limit: 7, ..stand.search("") };
            let hits = stand.pages(&stand.whole(), &search).await;
            assert_eq!(hits.len(), 60, "{order:?}");
            let key = |hit: &Hit| match &order {
                None => Some(Value::Timestamp(hit.at_ms)),
                Some((field, _)) => hit.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()),
            };
            let descending = order.as_ref().is_none_or(|(_, descending)| *descending);
            for pair in hits.windows(2) {
                assert_eq!(before(key(&pair[0]), key(&pair[1]), descending).then_with(|| pair[0].id.cmp(&pair[1].id)), Ordering::Less, "{order:?}: {pair:?}");
            }
            // A page in the middle counts everything all the same.
            let after = Search { after: Some(hits[30].cursor.clone()), ..search };
            let found = stand.index.search(&stand.whole(), &after).await.expect("a page");
            assert_eq!((found.total, &found.hits[0]), (60, &hits[31]), "{order:?}");
        }
    }
    for (order, after) in [(None, "[1]"), (None, "x"), (None, "[null,\"a\"]"), (Some(("status".to_owned(), true)), "[\"a\",\"b\"]")] {
        let search = Search { order, after: Some(after.into()), ..stand.search("") };
        assert!(matches!(stand.index.search(&stand.whole(), &search).await, Err(IndexFault::Refused(_))), "{after}");
    }
    for field in ["note", "nope"] {
        let search = Search { order: Some((field.into(), false)), ..stand.search("") };
        assert!(matches!(stand.index.search(&stand.whole(), &search).await, Err(IndexFault::Refused(_))), "{field}");
    }
}

/// Documents without a value last; of several values the least stands in a rising order, the greatest in a falling one.
fn before(one: Option<Value>, other: Option<Value>, descending: bool) -> Ordering {
    let single = |value: Value| match value {
        Value::Texts(texts) => Value::Text(if descending { texts.into_iter().max() } else { texts.into_iter().min() }.unwrap_or_default()),
        value => value,
    };
    let order = match (one.map(single), other.map(single)) {
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
        (Some(Value::Text(one)), Some(Value::Text(other))) => one.cmp(&other),
        (Some(Value::Number(one)), Some(Value::Number(other))) => one.total_cmp(&other),
        (Some(Value::Bool(one)), Some(Value::Bool(other))) => one.cmp(&other),
        (Some(Value::Integer(one)), Some(Value::Integer(other))) | (Some(Value::Timestamp(one)), Some(Value::Timestamp(other))) => one.cmp(&other),
        pair => panic!("{pair:?}"),
    };
    if descending { order.reverse() } else { order }
}

pub async fn twenty_five_thousand_documents_are_paged_without_a_cut(stand: Stand) {
    let changes: Vec<_> = (0..25_000_i64).map(|n| put(&format!("n{n:05}"), DAY_MS + n / 3, &[("status", Value::Integer(n % 2))])).collect();
    stand.write(&changes).await;
    let search = Search { limit: 10_000, ..stand.search("") };
    let found = stand.index.search(&stand.whole(), &search).await.expect("found");
    assert_eq!((found.total, found.hits.len()), (25_000, 10_000));
    let mut ids: Vec<String> = stand.pages(&stand.whole(), &Search { limit: 3_001, ..search.clone() }).await.into_iter().map(|hit| hit.id).collect();
    assert_eq!(ids.len(), 25_000);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 25_000, "no event twice");
    assert_eq!(stand.index.count(&stand.whole(), &stand.search("status:1")).await.expect("a count"), 12_500);
    assert!(matches!(stand.index.search(&stand.whole(), &Search { limit: 10_001, ..search }).await, Err(IndexFault::Refused(_))));
}

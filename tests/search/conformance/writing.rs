//! Versions, deletions, shapes, retention.

use super::stand::{DAY_MS, HOUR_MS, Stand, delete, field, put, text, texts, value, version};
use search::{
    Change, FieldKind, Period, Value,
    index::{IndexFault, Outcome},
};

pub async fn ft_s07_only_documents_that_do_not_fit_are_refused(stand: Stand) {
    let wrong = [
        put("w1", DAY_MS, &[("status", text("n/a"))]),
        put("w2", DAY_MS, &[("nope", text("x"))]),
        put("w3", DAY_MS, &[("latency_ms", Value::Number(f64::NAN))]),
        put("w4", DAY_MS, &[("note", texts(&["a"]))]),
        put("", DAY_MS, &[]),
        put(&"i".repeat(513), DAY_MS, &[]),
        put("w5", i64::MAX, &[]),
        version("w6", -1, DAY_MS, &[]),
        put("w7", DAY_MS, &[("note", text(&"x".repeat(9 << 20)))]),
        put("w8", DAY_MS, &[("status", Value::Integer(1)), ("status", Value::Integer(2))]),
    ];
    let mut changes = Vec::new();
    for (at, change) in wrong.iter().enumerate() {
        changes.push(put(&format!("good{at}"), DAY_MS, &[("status", Value::Integer(1))]));
        changes.push(change.clone());
    }
    let outcomes = stand.index.write(&stand.shape, &changes).await.expect("written");
    for (change, outcome) in changes.iter().zip(&outcomes) {
        let good = matches!(change, Change::Put(document) if document.id.starts_with("good"));
        match outcome {
            Outcome::Done => assert!(good, "{change:?}"),
            Outcome::Unfit(reason) => assert!(!good && !reason.contains("n/a"), "{reason}"),
            Outcome::Retry(reason) => panic!("{reason}"),
        }
    }
    assert!(matches!(&outcomes[1], Outcome::Unfit(reason) if reason.contains("status")), "{:?}", outcomes[1]);
    // Mended and sent again, the index is complete.
    let mended: Vec<_> = (1..=8).map(|n| put(&format!("w{n}"), DAY_MS, &[("status", Value::Integer(2))])).collect();
    stand.write(&mended).await;
    assert_eq!(stand.ids("").await.len(), wrong.len() + mended.len());
}

pub async fn ft_s09_a_shuffled_resend_changes_nothing(stand: Stand) {
    let one = |n: i64| put(&format!("e{n}"), DAY_MS + n * 60_000, &[("status", Value::Integer(n))]);
    let changes: Vec<_> = (0..10_000).map(one).collect();
    stand.write(&changes).await;
    let all = stand.search("");
    let before = (stand.pages(&stand.whole(), &all).await, stand.index.count(&stand.whole(), &all).await.expect("a count"));
    let shuffled: Vec<_> = (0..10_000).map(|n| one(n * 7_919 % 10_000)).collect();
    stand.write(&shuffled).await;
    // Within one request too.
    stand.write(&[one(1), one(1), one(10_000), one(10_000)]).await;
    stand.write(&[delete("e10000", 1, DAY_MS + 10_000 * 60_000)]).await;
    assert_eq!((stand.pages(&stand.whole(), &all).await, stand.index.count(&stand.whole(), &all).await.expect("a count")), before);
}

pub async fn ft_s10_the_newest_version_wins_in_any_order(stand: Stand) {
    let put = |number: i64| version("post", number, DAY_MS, &[("note", text(&format!("version{number}")))]);
    let gone = |number: i64| delete("post", number, DAY_MS);
    // What is written, each step alone or all together, and what is to be seen at the end.
    let cases: [(&[Change], Option<&str>); 8] = [
        (&[put(1), put(3), put(2)], Some("version3")),
        (&[put(3), gone(2)], Some("version3")),
        (&[gone(5), put(4)], None),
        (&[gone(5), put(4), put(6)], Some("version6")),
        (&[put(2), gone(2)], None),
        (&[gone(2), put(2)], None),
        (&[put(0), put(0), put(1)], Some("version1")),
        (&[put(0), gone(0), put(0)], None),
    ];
    for together in [true, false] {
        for (at, (changes, expected)) in cases.iter().enumerate() {
            let id = format!("post-{together}-{at}");
            let named: Vec<Change> = changes.iter().map(|change| renamed(change, &id)).collect();
            if together {
                stand.write(&named).await;
            } else {
                for change in &named {
                    stand.write(std::slice::from_ref(change)).await;
                }
            }
            let hits = stand.index.hits(&stand.whole(), &stand.search("")).await.expect("hits");
            let note = hits.iter().find(|hit| hit.id == id).map(|hit| value(hit, "note").cloned());
            assert_eq!(note, expected.map(|words| Some(text(words))), "together: {together}, case {at}");
            for number in 0..6 {
                let found = stand.ids(&format!("note:version{number}")).await.contains(&id);
                assert_eq!(found, *expected == Some(&format!("version{number}")), "together: {together}, case {at}, version {number}");
            }
        }
    }
    let seen = stand.index.figures(&stand.shape).await.expect("figures").documents;
    assert_eq!(seen, stand.index.count(&stand.whole(), &stand.search("")).await.expect("a count"), "what is deleted is not counted");
}

fn renamed(change: &Change, to: &str) -> Change {
    let mut change = change.clone();
    match &mut change {
        Change::Put(document) => document.id = to.into(),
        Change::Delete { id, .. } => *id = to.into(),
    }
    change
}

pub async fn a_new_field_is_found_at_once_and_old_events_lack_it(mut stand: Stand) {
    stand.write(&[put("old", DAY_MS, &[("status", Value::Integer(1))]), put("older", DAY_MS - 24 * HOUR_MS, &[("status", Value::Integer(1))])]).await;
    stand.shape.version = 2;
    stand.shape.fields.push(field("region", FieldKind::Keyword));
    stand.shape.fields.push(field("remark", FieldKind::Text));
    stand.index.prepare(&stand.shape).await.expect("a wider shape");
    stand.write(&[put("new", DAY_MS + 1, &[("region", text("north")), ("remark", text("añadido"))])]).await;
    stand.write(&[put("old2", DAY_MS, &[("status", Value::Integer(1))]), put("newest", DAY_MS + 24 * HOUR_MS, &[("region", text("south"))])]).await;
    for (query, expected) in [
        ("region:north", vec!["new"]),
        ("region:*", vec!["new", "newest"]),
        ("NOT region:*", vec!["old", "old2", "older"]),
        ("remark:anadido", vec!["new"]),
        ("north", vec!["new"]),
        ("status:1", vec!["old", "old2", "older"]),
    ] {
        assert_eq!(stand.ids(query).await, expected, "{query}");
    }
    let by_region = search::index::Search { order: Some(("region".into(), true)), limit: 1, ..stand.search("") };
    let ids: Vec<String> = stand.pages(&stand.whole(), &by_region).await.into_iter().map(|hit| hit.id).collect();
    assert_eq!(ids, ["newest", "new", "old", "old2", "older"]);
    assert_eq!(stand.index.top_values(&stand.whole(), &stand.search(""), "region", 9).await.expect("values"), [(text("north"), 1), (text("south"), 1)]);
    // A kind or a period never changes while there are events of the old one.
    let mut retyped = stand.shape.clone();
    retyped.fields[3].kind = FieldKind::Keyword;
    assert!(matches!(stand.index.prepare(&retyped).await, Err(IndexFault::Refused(reason)) if reason.contains("status")));
    let monthly = search::Shape { period: Period::Month, ..stand.shape.clone() };
    assert!(matches!(stand.index.prepare(&monthly).await, Err(IndexFault::Refused(_))));
    let misnamed = search::Shape { stream: "../x".into(), ..stand.shape.clone() };
    assert!(matches!(stand.index.prepare(&misnamed).await, Err(IndexFault::Refused(_))));
}

pub async fn retention_deletes_whole_periods(stand: Stand) {
    let day = 24 * HOUR_MS;
    let changes: Vec<_> = (0..4).map(|n| put(&format!("d{n}"), DAY_MS - n * day + HOUR_MS, &[])).collect();
    stand.write(&changes).await;
    let name = |day: &str| format!("atalaya-operations-{}-{day}", stand.shape.stream);
    assert_eq!(stand.index.expire(&stand.shape, DAY_MS - 3 * day).await.expect("expired"), Vec::<String>::new(), "a period that has not ended stays");
    let gone = stand.index.expire(&stand.shape, DAY_MS - day).await.expect("expired");
    assert_eq!(gone, [name("2026.11.21"), name("2026.11.22")]);
    assert_eq!(stand.ids("").await, ["d0", "d1"]);
    assert_eq!(stand.index.figures(&stand.shape).await.expect("figures").indices, 2);
    // A late event of a deleted day is taken, and goes at the next end of retention.
    stand.write(&[put("late", DAY_MS - 3 * day + HOUR_MS, &[])]).await;
    assert_eq!(stand.ids("").await, ["d0", "d1", "late"]);
    assert_eq!(stand.index.expire(&stand.shape, DAY_MS - day).await.expect("expired"), [name("2026.11.21")]);
}

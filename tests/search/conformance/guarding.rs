//! Shares: masked and hidden fields, row rules.

use super::stand::{DAY_MS, HOUR_MS, Stand, masks, put, text, texts, value};
use search::{
    Share, Value,
    index::{IndexFault, Search},
    language::Query,
    share::{Condition, Mask},
};

async fn filled(stand: &Stand) {
    let changes: Vec<_> = (0..20_i64)
        .map(|n| {
            let client = format!("10.0.0.{}", n % 4);
            let mut fields = vec![("client", text(&client)), ("status", Value::Integer(200 + n)), ("message", text(&format!("{client} said {n}")))];
            if n % 2 == 0 {
                fields.push(("path", text(&format!("/{n}"))));
                fields.push(("latency_ms", Value::Number(n as f64)));
                fields.push(("note", text("even")));
            }
            if n % 5 == 0 {
                fields.push(("keywords", texts(&["five", "all"])));
            }
            put(&format!("g{n:02}"), DAY_MS + n * HOUR_MS * 2, &fields)
        })
        .collect();
    stand.write(&changes).await;
}

fn refused<T>(answer: Result<T, IndexFault>) -> String {
    match answer {
        Err(IndexFault::Refused(reason)) => reason,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was answered"),
    }
}

pub async fn a39_what_is_masked_or_hidden_cannot_be_asked_for(stand: Stand) {
    filled(&stand).await;
    let shown: Vec<String> = stand.shape.fields.iter().map(|field| field.name.clone()).filter(|name| name != "path").collect();
    let share =
        Share::new(stand.shape.clone(), Condition::All(Vec::new()), shown, masks(&[("client", Mask::Hash), ("latency_ms", Mask::Bucket(10.0))]), [7; 32]);
    let open: Vec<_> = share.open_fields().cloned().collect();
    assert!(!open.iter().any(|field| ["path", "client", "latency_ms", "message"].contains(&field.name.as_str())), "{open:?}");
    let named = |name: &str| Some(name.to_owned());
    let one = Value::Number(1.0);
    let words = |name: &str| {
        vec![
            Query::Word { field: named(name), word: "10.0.0.1".into() },
            Query::Phrase { field: named(name), words: "10.0.0.1".into() },
            Query::Wildcard { field: named(name), pattern: "10*".into() },
            Query::Exists { field: name.into() },
            Query::Is { field: name.into(), value: one.clone() },
            Query::Range { field: name.into(), from: Some((one.clone(), true)), until: None },
        ]
    };
    let with = |query: Query| Search { query, highlight: true, ..stand.search("") };
    let absent = refused(stand.index.search(&share, &with(Query::Exists { field: "nope".into() })).await);
    for name in ["client", "path", "latency_ms", "message", "@id", "@words.message", "nope"] {
        assert!(search::language::parse(&format!("{name}:10*"), &open).is_err());
        for query in words(name) {
            for query in [query.clone(), Query::Not(Box::new(query.clone())), Query::Or(vec![Query::All, query])] {
                let search = with(query);
                assert_eq!(refused(stand.index.search(&share, &search).await).replace(name, "nope"), absent);
                assert_eq!(refused(stand.index.hits(&share, &search).await).replace(name, "nope"), absent);
                assert_eq!(refused(stand.index.count(&share, &search).await).replace(name, "nope"), absent);
                assert_eq!(refused(stand.index.histogram(&share, &search, HOUR_MS).await).replace(name, "nope"), absent);
                assert_eq!(refused(stand.index.top_values(&share, &search, "status", 5).await).replace(name, "nope"), absent);
            }
        }
        let all = with(Query::All);
        assert_eq!(refused(stand.index.top_values(&share, &all, name, 5).await).replace(name, "nope"), absent);
        let ordered = Search { order: Some((name.into(), true)), ..all };
        assert_eq!(refused(stand.index.search(&share, &ordered).await).replace(name, "nope"), absent);
    }
    // A word without a field looks into open fields only, and marks nothing that is masked.
    for word in ["10.0.0.1", "said"] {
        let search = with(Query::Word { field: None, word: word.into() });
        assert_eq!(stand.index.search(&share, &search).await.expect("found").total, 0, "{word}");
    }
    let hits = stand.index.search(&share, &with(Query::All)).await.expect("found").hits;
    for hit in &hits {
        assert!(value(hit, "path").is_none() && value(hit, "message").is_none(), "{hit:?}");
        assert!(matches!(value(hit, "client"), Some(Value::Text(hash)) if hash.len() == 16 && !hash.contains('.')), "{hit:?}");
        assert!(value(hit, "latency_ms").is_none_or(|value| matches!(value, Value::Number(n) if n % 10.0 == 0.0)), "{hit:?}");
        assert!(!hit.cursor.contains("10.0.0"), "{}", hit.cursor);
    }
    let client = |at: usize| value(&hits[at], "client");
    assert!(client(0) == client(4) && client(0) != client(1), "equal values are masked alike");
}

pub async fn a45_hidden_documents_change_no_byte(stand: Stand) {
    let of = |n: i64, client: &str, word: &str| {
        put(&format!("{client}-{n:03}"), DAY_MS + n * 600_000, &[("client", text(client)), ("status", Value::Integer(n % 7)), ("note", text(word))])
    };
    let ours: Vec<_> = (0..60).map(|n| of(n, "ours", if n % 3 == 0 { "rare common" } else { "common" })).collect();
    stand.write(&ours).await;
    let share = stand.share(Condition::In { field: "client".into(), values: vec![text("ours")] }, &[]);
    assert!(share.is_filtered());
    let before = answers(&stand, &share).await;
    // Hidden ones between ours, of other and of equal words, of a day without any of ours, and what was deleted.
    let theirs: Vec<_> = (0..300).map(|n| of(n, "theirs", if n % 2 == 0 { "rare" } else { "secret common" })).collect();
    stand.write(&theirs).await;
    stand.write(&(0..50).map(|n| of(n + 400, "theirs", "rare")).collect::<Vec<_>>()).await;
    assert_eq!(answers(&stand, &share).await, before);
    assert_eq!(stand.index.count(&stand.whole(), &stand.search("")).await.expect("a count"), 410);
    for field in ["status", "client", "note"] {
        let ordered = Search { order: Some((field.into(), true)), ..stand.search("") };
        refused(stand.index.search(&share, &ordered).await);
    }
}

/// Everything that a reader can be told, as text.
async fn answers(stand: &Stand, share: &Share) -> String {
    let mut all = String::new();
    for query in ["", "rare", "note:common", "secret", "client:theirs", "client:*", "NOT rare", "status:[2 TO 5]", "note:r*", "path:*"] {
        let search = Search { limit: 7, highlight: true, ..stand.search(query) };
        let found = stand.index.search(share, &search).await.expect("found");
        all += &format!("{query}: {found:?}\n{:?}\n", stand.pages(share, &search).await);
        all += &format!("{:?}\n", stand.index.histogram(share, &search, HOUR_MS).await.expect("bars"));
        for field in ["client", "status", "path"] {
            all += &format!("{:?}\n", stand.index.top_values(share, &search, field, 20).await.expect("values"));
        }
    }
    all
}

pub async fn rows_are_bounded_by_each_kind_of_rule(stand: Stand) {
    filled(&stand).await;
    let name = |field: &str| field.to_owned();
    let is_in = |field: &str, values: Vec<Value>| Condition::In { field: name(field), values };
    let not_in = |field: &str, values: Vec<Value>| Condition::NotIn { field: name(field), values };
    let range = |field: &str, from: Option<(Value, bool)>, until: Option<(Value, bool)>| Condition::Range { field: name(field), from, until };
    let cases = [
        (is_in("client", vec![text("10.0.0.1"), text("10.0.0.3")]), 10),
        (is_in("status", vec![Value::Integer(200), Value::Integer(219), Value::Integer(1)]), 2),
        (is_in("keywords", vec![text("five")]), 4),
        (not_in("keywords", vec![text("nope")]), 4),
        (not_in("client", vec![text("10.0.0.1")]), 15),
        (not_in("path", vec![text("/0")]), 9),
        (range("status", Some((Value::Integer(205), false)), Some((Value::Integer(210), true))), 5),
        (range("client", Some((text("10.0.0.2"), true)), None), 10),
        (range("latency_ms", None, Some((Value::Number(4.0), false))), 2),
        (Condition::IsNull { field: name("path") }, 10),
        (Condition::IsNotNull { field: name("note") }, 10),
        (Condition::IsNull { field: name("note") }, 10),
        (Condition::All(vec![is_in("client", vec![text("10.0.0.0")]), Condition::IsNotNull { field: name("keywords") }]), 1),
        (Condition::Any(vec![is_in("status", vec![Value::Integer(201)]), is_in("status", vec![Value::Integer(202)])]), 2),
        // What fits nothing opens nothing.
        (is_in("client", vec![]), 0),
        (not_in("client", vec![]), 0),
        (is_in("status", vec![text("200")]), 0),
        (not_in("status", vec![text("200")]), 0),
        (is_in("note", vec![text("even")]), 0),
        (not_in("note", vec![text("odd")]), 0),
        (range("status", None, None), 0),
        (range("secure", Some((Value::Bool(false), true)), None), 0),
        (Condition::IsNull { field: name("nope") }, 0),
        (not_in("nope", vec![text("a")]), 0),
        (Condition::Any(vec![]), 0),
    ];
    for (rows, expected) in cases {
        let share = stand.share(rows.clone(), &[]);
        assert_eq!(stand.index.count(&share, &stand.search("")).await.expect("a count"), expected, "{rows:?}");
        // A query cannot widen it.
        let wide = Search { query: Query::Or(vec![Query::All, Query::Not(Box::new(Query::All))]), ..stand.search("") };
        assert_eq!(stand.index.search(&share, &wide).await.expect("found").total, expected, "{rows:?}");
    }
    // A rule may stand on a field that is masked or hidden.
    let share = Share::new(stand.shape.clone(), is_in("client", vec![text("10.0.0.1")]), vec![name("status")], masks(&[]), [0; 32]);
    assert_eq!(stand.index.count(&share, &stand.search("")).await.expect("a count"), 5);
}

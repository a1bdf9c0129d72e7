//! Queries, highlights, counts.

use super::stand::{DAY_MS, HOUR_MS, Stand, put, text, texts, value};
use search::{
    Value,
    index::{Bar, IndexFault, Search},
    language::Query,
};

/// Eight lines of a web log over two days.
async fn filled(stand: &Stand) {
    let line = |id: &str, hour: i64, client: &str, path: &str, status: i64, latency: Option<f64>, more: &[(&str, Value)]| {
        let at_ms = DAY_MS + hour * HOUR_MS;
        let mut fields = vec![
            ("time", Value::Timestamp(at_ms)),
            ("client", text(client)),
            ("path", text(path)),
            ("status", Value::Integer(status)),
            ("secure", Value::Bool(status < 400)),
            ("message", text(&format!("{client} - \"GET {path} HTTP/1.1\" {status}"))),
        ];
        fields.extend(latency.map(|latency| ("latency_ms", Value::Number(latency))));
        fields.extend(more.iter().cloned());
        put(id, at_ms, &fields)
    };
    stand
        .write(&[
            line("a", 1, "10.0.0.1", "/apple-touch-icon.png", 404, None, &[]),
            line("b", 2, "10.0.0.1", "/apple-touch-icon-precomposed.png", 404, Some(0.5), &[]),
            line("c", 3, "10.0.0.2", "/index.html", 200, Some(12.0), &[("note", text("La sesión empezó"))]),
            line("d", 4, "10.0.0.2", "/Index.html", 200, Some(-3.0), &[("note", text("SESION cerrada: no válida"))]),
            line("e", 5, "10.0.0.3", "/a b/\"q\"*?", 500, Some(100.0), &[("keywords", texts(&["brand", "price"]))]),
            line("f", 30, "192.168.0.1", "/é/東京", 301, Some(1e12), &[("keywords", texts(&["brand"])), ("note", text("東京 is not far"))]),
            line("g", 31, "192.168.0.1", "", 204, None, &[("keywords", text("price")), ("note", text("…"))]),
            line("h", 32, "192.168.0.1", "/index.html", 200, Some(0.0), &[("note", text("not a far sesio\u{301}n"))]),
        ])
        .await;
}

pub async fn each_form_of_the_language_finds_what_it_says(stand: Stand) {
    filled(&stand).await;
    let cases = [
        ("", "abcdefgh"),
        ("*", "abcdefgh"),
        ("status:404 AND path:/apple-touch-icon*", "ab"),
        ("status:404 path:/apple-touch-icon.png", "a"),
        ("path:/index.html", "ch"),
        ("path:/INDEX.html", ""),
        ("path:\"\"", "g"),
        ("path:?index.html", "ch"),
        ("path:*icon*.png", "ab"),
        ("path:/a\\ b/\\\"q\\\"\\*\\?", "e"),
        ("path:/a?b/*\\*?", "e"),
        ("path:/?/*", "f"),
        ("path:/??/*", ""),
        ("path:[/a TO /b]", "abe"),
        ("path:{/index.html TO *]", "f"),
        ("client:(10.0.0.1 OR 10.0.0.3)", "abe"),
        ("status:[400 TO 499]", "ab"),
        ("status:{404 TO 500]", "e"),
        ("status:{404 TO 500}", ""),
        ("status>=404", "abe"),
        ("status<204", "cdh"),
        ("latency_ms>100", "f"),
        ("latency_ms>=100", "ef"),
        ("latency_ms<0", "d"),
        ("latency_ms:0", "h"),
        ("latency_ms:-0", "h"),
        ("latency_ms:1e12", "f"),
        ("latency_ms:*", "bcdefh"),
        ("NOT latency_ms:*", "ag"),
        ("secure:false", "abe"),
        ("keywords:price", "eg"),
        ("keywords:(brand AND price)", "e"),
        ("keywords:br*", "ef"),
        ("NOT keywords:brand", "abcdgh"),
        ("note:sesion", "cdh"),
        ("note:SESIÓN", "cdh"),
        ("note:\"sesión cerrada\"", "d"),
        ("note:\"cerrada sesión\"", ""),
        ("note:\"no valida\"", "d"),
        ("note:ses*", "cdh"),
        ("note:SES?ÓN", "cdh"),
        ("note:東京", "f"),
        ("note:*", "cdfgh"),
        ("note:far -note:東", "h"),
        ("apple", "ab"),
        ("apple-touch", "ab"),
        ("touch-apple", ""),
        ("icon-precomposed.png", "b"),
        ("404", "ab"),
        ("10.0.0.2", "cd"),
        ("brand", "ef"),
        ("sesión", "cdh"),
        ("précomposed", "b"),
        ("prec*", "b"),
        ("\"GET /index\"", "cdh"),
        ("time:2026-11-24", "abcde"),
        ("time:2026-11-25T06", "f"),
        ("time>2026-11-24", "fgh"),
        ("time<=2026-11-24", "abcde"),
        ("time:[2026-11-24T02 TO 2026-11-24T03]", "bc"),
        ("a OR status:500", "eh"),
        ("(status:404 OR status:500) AND NOT client:10.0.0.1", "e"),
        ("nothing-of-this", ""),
    ];
    for (query, expected) in cases {
        let expected: Vec<String> = expected.chars().map(|id| id.to_string()).collect();
        assert_eq!(stand.ids(query).await, expected, "{query}");
    }
    let within = Search { from_ms: DAY_MS + 2 * HOUR_MS, until_ms: DAY_MS + 30 * HOUR_MS, ..stand.search("") };
    assert_eq!(stand.ids_of(&stand.whole(), &within).await, ["b", "c", "d", "e"], "from inclusive, until exclusive");
}

pub async fn hostile_texts_are_found_as_they_are(stand: Stand) {
    let hostile = [
        "'",
        "\"",
        "\\",
        "\\'",
        "\\\"",
        "''",
        "trailing\\",
        "nul\0inside",
        "new\nline",
        "tab\t",
        "{\"a\":1}",
        "[1 TO 2]",
        "*",
        "?",
        "a:b",
        "(x)",
        "-x",
        "<!--",
        "${jndi:ldap://x}",
        "\u{202e}rtl",
        "\u{feff}bom",
        "a\u{301}",
        "\u{10ffff}",
        "AND",
        " leading and trailing ",
    ];
    let changes: Vec<_> = hostile
        .iter()
        .enumerate()
        .map(|(at, value)| put(&format!("h{at:02} {value}"), DAY_MS + at as i64, &[("path", text(value)), ("note", text(value))]))
        .collect();
    stand.write(&changes).await;
    for (at, value) in hostile.iter().enumerate() {
        let typed = Search { query: Query::Word { field: Some("path".into()), word: (*value).into() }, ..stand.search("") };
        let written = stand.search(&format!("path:{}", search::language::value_text(&text(value))));
        for search in [typed, written] {
            let found = stand.index.search(&stand.whole(), &search).await.expect("found");
            assert_eq!(found.total, 1, "{value:?}");
            assert_eq!(found.hits[0].id, format!("h{at:02} {value}"));
            assert_eq!(found.hits[0].fields, [("path".to_owned(), text(value)), ("note".to_owned(), text(value))]);
        }
    }
}

pub async fn hits_come_back_as_they_were_written_and_marked(stand: Stand) {
    let long = format!("/{}", "é".repeat(5_000));
    let fields = [
        ("time", Value::Timestamp(DAY_MS + 5)),
        ("path", text(&long)),
        ("status", Value::Integer(i64::MIN)),
        ("latency_ms", Value::Number(-1.5e-7)),
        ("secure", Value::Bool(false)),
        ("keywords", texts(&["zebra", "año nuevo", "zebra"])),
        ("note", text("¿La Sesión? Sí: sesio\u{301}n no-válida, 東京")),
    ];
    stand
        .write(&[
            put("one", DAY_MS + 5, &fields),
            put("two", *search::document::TIMES_MS.end(), &[]),
            put("three", -1, &[("status", Value::Integer(i64::MAX))]),
        ])
        .await;
    let marked = |query: &str| Search { highlight: true, ..stand.search(query) };
    let found = stand.index.search(&stand.whole(), &marked("note:sesión keywords:a* 東 \"no valida\"")).await.expect("found");
    let hit = &found.hits[0];
    assert_eq!((hit.id.as_str(), hit.at_ms), ("one", DAY_MS + 5));
    assert_eq!(hit.fields, fields.map(|(name, value)| (name.to_owned(), value)));
    let bytes = |field: &str| -> Vec<String> {
        let shown = match value(hit, field).expect("a value") {
            Value::Text(text) => text.clone(),
            Value::Texts(texts) => texts.join(", "),
            other => panic!("{other:?}"),
        };
        let ranges = hit.highlights.iter().find(|(name, _)| name == field).map(|(_, ranges)| ranges.clone()).unwrap_or_default();
        ranges.into_iter().map(|range| shown[range].to_owned()).collect()
    };
    assert_eq!(bytes("note"), ["Sesión", "sesio\u{301}n", "no", "válida", "東"]);
    assert_eq!(bytes("keywords"), ["año nuevo"]);
    assert_eq!(bytes("path"), Vec::<String>::new());
    // Only the first 8 kB of a keyword are compared; all of it is shown.
    assert_eq!(stand.ids(&format!("path:{}", long)).await, ["one"]);
    let all = Search { from_ms: i64::MIN, until_ms: i64::MAX, ..stand.search("") };
    let hits = stand.index.search(&stand.whole(), &all).await.expect("found").hits;
    assert_eq!(hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["two", "one", "three"]);
    let figures = stand.index.figures(&stand.shape).await.expect("figures");
    assert_eq!((figures.documents, figures.indices, figures.oldest_ms), (3, 3, Some(-1)));
    assert!(figures.bytes > 0);
}

pub async fn bars_and_values_are_counted_exactly(stand: Stand) {
    filled(&stand).await;
    let (whole, all) = (stand.whole(), stand.search(""));
    let bar = |hours: i64, documents| Bar { from_ms: DAY_MS + hours * HOUR_MS, documents };
    assert_eq!(stand.index.histogram(&whole, &all, 24 * HOUR_MS).await.expect("bars"), [bar(0, 5), bar(24, 3)]);
    assert_eq!(stand.index.histogram(&whole, &stand.search("status:404"), HOUR_MS).await.expect("bars"), [bar(1, 1), bar(2, 1)]);
    assert!(matches!(stand.index.histogram(&whole, &all, 1).await, Err(IndexFault::Refused(_))));
    let values = async |query: &str, field: &str, most| stand.index.top_values(&whole, &stand.search(query), field, most).await.expect("values");
    assert_eq!(values("", "client", 2).await, [(text("192.168.0.1"), 3), (text("10.0.0.1"), 2)]);
    assert_eq!(values("", "client", 9).await[1..], [(text("10.0.0.1"), 2), (text("10.0.0.2"), 2), (text("10.0.0.3"), 1)], "equal counts by value");
    assert_eq!(values("", "status", 2).await, [(Value::Integer(200), 3), (Value::Integer(404), 2)]);
    assert_eq!(values("", "keywords", 9).await, [(text("brand"), 2), (text("price"), 2)]);
    assert_eq!(values("latency_ms<1", "latency_ms", 9).await, [(Value::Number(-3.0), 1), (Value::Number(0.0), 1), (Value::Number(0.5), 1)]);
    assert_eq!(values("", "secure", 9).await, [(Value::Bool(true), 5), (Value::Bool(false), 3)]);
    assert_eq!(values("status:500", "time", 9).await, [(Value::Timestamp(DAY_MS + 5 * HOUR_MS), 1)]);
    assert!(matches!(stand.index.top_values(&whole, &all, "note", 9).await, Err(IndexFault::Refused(_))));
    // Counts that only all indices together know: each value is rare in each of them.
    let many: Vec<_> =
        (0..6_000).map(|n| put(&format!("m{n}"), DAY_MS - 24 * HOUR_MS * (1 + n % 2), &[("path", text(&format!("/{:04}", n % 2_900)))])).collect();
    stand.write(&many).await;
    let most = stand.index.top_values(&whole, &stand.search("path:/????"), "path", 250).await.expect("values");
    let expected: Vec<_> = (0..200).map(|n| (text(&format!("/{n:04}")), 3)).chain((200..250).map(|n| (text(&format!("/{n:04}")), 2))).collect();
    assert_eq!(most, expected);
}

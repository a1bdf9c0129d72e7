//! The rules of the real-time line against hostile input: whatever comes, an answer and no panic, within memory and time.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use streaming::{
    Record,
    keywords::{Keywords, List, Said, Set, check},
    parse::{self, FieldKind, Parser, ParserSpec, Value},
    pipeline::{Pipeline, PipelineSpec, Processed},
    window::{Occurred, Standing, State, WindowSpec, Windows, watermark},
};

const TAKEN: i64 = 1_795_514_400_000;

fn parsers() -> Vec<(&'static str, &'static str, Box<dyn Parser>)> {
    let spec = |format: &dyn parse::Format| ParserSpec { format: format.name().to_owned(), options: format.example().options.as_object().cloned().unwrap() };
    parse::all().iter().map(|format| (format.name(), format.example().line, spec(*format).parser().unwrap())).collect()
}

/// What must hold of any answer: values of the declared kinds, in the declared number, or a place within the record.
fn is_sound(name: &str, parser: &dyn Parser, value: &[u8]) -> Result<(), TestCaseError> {
    let mut values = Vec::new();
    match parser.parse(value, TAKEN, &mut values) {
        Ok(at_ms) => {
            prop_assert_eq!(values.len(), parser.fields().len(), "{}", name);
            prop_assert_eq!(&values[0], &Value::Timestamp(at_ms));
            for (field, value) in parser.fields().iter().zip(&values) {
                let fits = match value {
                    Value::Null => true,
                    Value::Text(_) => matches!(field.kind, FieldKind::Keyword | FieldKind::Text),
                    Value::Texts(texts) => field.kind == FieldKind::Keyword && !texts.is_empty(),
                    Value::Integer(_) => field.kind == FieldKind::Integer,
                    Value::Number(number) => field.kind == FieldKind::Number && number.is_finite(),
                    Value::Bool(_) => field.kind == FieldKind::Bool,
                    Value::Timestamp(_) => field.kind == FieldKind::Timestamp,
                };
                prop_assert!(fits, "{}: {} is {:?}", name, field.name, value);
            }
        }
        Err(unfit) => {
            prop_assert!(unfit.at <= value.len(), "{}: {} of {}", name, unfit.at, value.len());
            prop_assert!(!unfit.expected.en.is_empty() && !unfit.expected.es.is_empty());
        }
    }
    Ok(())
}

/// A line with bytes put in, taken out and changed: nearly right is what finds mistakes.
fn damaged(line: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b"\\".to_vec()),
        Just(b"\\x".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b" ".to_vec()),
        Just(b"\xff".to_vec()),
        Just(b"\xc3".to_vec()),
        Just("é\u{301}😀".as_bytes().to_vec()),
        Just(b"999999999999999999999".to_vec()),
        Just(b"\0".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..4, piece), 0..6).prop_map(move |changes| {
        let mut bytes = line.as_bytes().to_vec();
        for (place, out, piece) in changes {
            let start = place.index(bytes.len() + 1);
            let end = (start + out).min(bytes.len());
            bytes.splice(start..end, piece);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_have_an_answer(value in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (name, _, parser) in parsers() {
            is_sound(name, parser.as_ref(), &value)?;
        }
    }

    #[test]
    fn any_text_has_an_answer(value in "\\PC{0,200}") {
        for (name, _, parser) in parsers() {
            is_sound(name, parser.as_ref(), value.as_bytes())?;
        }
    }

    #[test]
    fn damaged_lines_have_an_answer(values in parse::all().iter().map(|format| damaged(format.example().line)).collect::<Vec<_>>()) {
        for ((name, _, parser), value) in parsers().iter().zip(&values) {
            is_sound(name, parser.as_ref(), value)?;
        }
    }

    /// What a web server writes is read as it was meant, whatever clients send: escapes, spaces, quotes, bytes that are no text.
    #[test]
    fn combined_lines_come_back_as_they_were_meant(
        path in "/[a-zA-Z0-9é\"\\\\ ./%]{0,30}", query in proptest::option::of("[a-z=&?\"\\\\ 1]{0,20}"), agent in "[^\\x00-\\x1f]{1,40}",
        status in 100_i64..1_000, bytes in proptest::option::of(0_i64..1 << 50), seconds in 0_i64..4_000_000_000, micros in 0_u32..10_000_000,
        apache in any::<bool>(),
    ) {
        let escape = |text: &str| if apache {
            text.replace('\\', r"\\").replace('"', "\\\"")
        } else {
            text.replace('\\', r"\x5C").replace('"', r"\x22")
        };
        let target = query.as_ref().map_or(path.clone(), |query| format!("{path}?{query}"));
        let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%d/%b/%Y:%H:%M:%S +0000");
        let line = format!(
            "::1 - - [{time}] \"GET {} HTTP/1.1\" {status} {} \"-\" \"{}\" rt={}.{:06}",
            escape(&target), bytes.map_or("-".to_owned(), |bytes| bytes.to_string()), escape(&agent), micros / 1_000_000, micros % 1_000_000,
        );
        let parser = serde_json::from_str::<ParserSpec>(r#"{"format": "combined"}"#).unwrap().parser().unwrap();
        let mut values = Vec::new();
        let at_ms = parser.parse(line.as_bytes(), 0, &mut values);
        prop_assert_eq!(at_ms, Ok(seconds * 1_000), "{}", line);
        let named: BTreeMap<&str, &Value<'_>> = parser.fields().iter().map(|field| field.name.as_str()).zip(&values).collect();
        prop_assert_eq!(named["path"], &Value::text(&path));
        prop_assert_eq!(named["query"], &query.as_deref().map_or(Value::Null, Value::text));
        prop_assert_eq!(named["agent"], &if agent == "-" { Value::Null } else { Value::text(&agent) });
        prop_assert_eq!((named["status"], named["bytes"]), (&Value::Integer(status), &bytes.map_or(Value::Null, Value::Integer)));
        prop_assert_eq!(named["latency_ms"], &Value::Number(f64::from(micros) / 1_000.0));
        prop_assert_eq!(named["message"], &Value::text(&line));
    }

    /// Whoever may not see queries finds none in a path, whatever the request.
    #[test]
    fn nothing_of_a_query_is_in_a_path(request in "[A-Z a-z/?\\\\\"x0-9]{0,40}") {
        let line = format!("a - - [24/Nov/2026:10:00:00 +0000] \"{}\" 400 0 \"-\" \"-\"", request.replace('\\', r"\\").replace('"', "\\\""));
        let parser = serde_json::from_str::<ParserSpec>(r#"{"format": "combined"}"#).unwrap().parser().unwrap();
        let mut values = Vec::new();
        parser.parse(line.as_bytes(), 0, &mut values).unwrap();
        if let Value::Text(path) = &values[4] {
            prop_assert!(!path.contains('?'), "{}", path);
        }
    }

    /// A term is found in any text that holds it between spaces, in whatever case and form it is written there.
    #[test]
    fn terms_are_found_in_any_case_and_form(before in "[a-zA-Zñß東 ]{0,20}", term in "[a-zA-ZáÉñßΣﬁ]{2,12}", after in "[a-zA-Z .!]{0,20}", form in 0..4) {
        use unicode_forms::*;
        prop_assume!(check(&term).is_ok());
        let set = Set::new(&[List { name: "l".into(), terms: vec![term.clone()], ..List::default() }]).unwrap();
        let written = match form { 0 => term.clone(), 1 => term.to_uppercase(), 2 => term.to_lowercase(), _ => decomposed(&term) };
        let text = format!("{before} {written} {after}");
        let said = Said { texts: &[&text], language: None, sources: &[] };
        prop_assert_eq!(set.matching(&said), vec!["l"], "{} in {}", term, text);
        let within = format!("x{written}x");
        let found = set.matching(&Said { texts: &[&within], ..said });
        prop_assert!(found.is_empty());
    }

    #[test]
    fn any_text_is_matched_without_a_panic(text in "\\PC{0,200}", terms in proptest::collection::vec("\\PC{0,12}", 0..8)) {
        let terms: Vec<String> = terms.into_iter().filter(|term| check(term).is_ok()).collect();
        let set = Set::new(&[List { name: "l".into(), terms, ..List::default() }]).unwrap();
        let said = Said { texts: &[&text], language: None, sources: &[] };
        prop_assert_eq!(set.matching(&said).is_empty(), set.found(&said).is_empty());
    }

    /// FT-S09: whatever is delivered again, in whatever order and batches, each event is counted once, or told to be late.
    #[test]
    fn ft_s09_every_event_is_counted_once(
        seconds in proptest::collection::vec(0_i64..600, 1..200), again in proptest::collection::vec(any::<prop::sample::Index>(), 0..200), batch in 1_usize..50,
    ) {
        let spec: WindowSpec = serde_json::from_str(r#"{"name": "w", "width_seconds": 60, "lateness_seconds": 30, "measures": [{"name": "n"}]}"#).unwrap();
        let windows = Windows::new(&[spec], &[]).unwrap();
        let events: Vec<(String, i64)> = seconds.iter().enumerate().map(|(id, second)| (id.to_string(), TAKEN + second * 1_000)).collect();
        let occurred = |(id, at_ms): &(String, i64)| (id.clone(), *at_ms);
        let delivered: Vec<(String, i64)> = events.iter().map(occurred).chain(again.iter().map(|place| occurred(place.get(&events)))).collect();
        let mut state = State::default();
        let (mut rows, mut late, mut reached, mut clocks) = (BTreeMap::new(), 0, None, Vec::new());
        for some in delivered.chunks(batch) {
            let change = state.take(&windows, some.iter().map(|(id, at_ms)| Occurred { id, at_ms: *at_ms, taken_ms: *at_ms, values: &[] }), TAKEN, reached, 600_000);
            rows.extend(change.rows.into_iter().map(|row| (row.start_ms, row.amounts[0].as_f64() as u64)));
            late += change.late.get("w").copied().unwrap_or_default();
            prop_assert!(change.clock.newest_ms >= clocks.last().and_then(|clock: &streaming::window::Clock| clock.newest_ms), "a clock that went back");
            clocks.push(change.clock);
            reached = watermark(reached, &[Standing { clock: change.clock, is_behind: false }], TAKEN, 60_000);
        }
        prop_assert_eq!(rows.values().sum::<u64>() + late, events.len() as u64);
    }
}

mod unicode_forms {
    /// Letters and their accents apart, as some keyboards write them.
    pub fn decomposed(text: &str) -> String {
        text.replace('á', "a\u{301}").replace('É', "E\u{301}").replace('ñ', "n\u{303}")
    }
}

/// A pipeline over a log in which one line in ten is broken: every record has one answer, in its order, and no two share an id.
#[test]
fn a_pipeline_answers_for_every_record() {
    let spec = r#"{"parser": {"format": "combined"}, "enrich": [{"path_prefix": {"from": "path", "into": "section", "segments": 1}}],
        "filter": [{"drop": {"is": {"field": "section", "values": ["/health"]}}}]}"#;
    let pipeline = Pipeline::new(serde_json::from_str::<PipelineSpec>(spec).unwrap(), Keywords::default()).unwrap();
    let line = |number: usize| match number % 10 {
        0 => "broken".to_owned(),
        1 => r#"a - - [24/Nov/2026:10:00:00 +0000] "GET /health/x HTTP/1.1" 200 1 "-" "-""#.to_owned(),
        _ => format!(r#"a - - [24/Nov/2026:10:00:00 +0000] "GET /{number} HTTP/1.1" 200 1 "-" "-""#),
    };
    let records: Vec<Record> = (0..1_000)
        .map(|number| Record {
            id: number.to_string(),
            key: String::new(),
            taken_ms: TAKEN,
            source: String::new(),
            origin: String::new(),
            version: 0,
            deleted: false,
            value: line(number).into_bytes().into(),
        })
        .collect();
    let mut processed = Vec::new();
    pipeline.process_all(&records, &mut processed);
    assert_eq!(processed.len(), 1_000);
    let ids: BTreeSet<&str> = processed.iter().filter_map(|one| if let Processed::Event(event) = one { Some(event.id) } else { None }).collect();
    assert_eq!(ids.len(), 800);
    for (number, one) in processed.iter().enumerate() {
        match number % 10 {
            0 => assert!(matches!(one, Processed::Dead(_))),
            1 => assert_eq!(one, &Processed::Dropped { why: "filter" }),
            _ => assert!(matches!(one, Processed::Event(event) if event.id == records[number].id)),
        }
    }
}

/// The page on pipelines is written as it can be used.
#[test]
fn the_examples_of_the_page_on_pipelines_are_pipelines() {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let page = std::fs::read_to_string(std::path::Path::new(&folder).join("../docs/pipelines.md")).unwrap();
    let examples: Vec<&str> = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let spec: PipelineSpec = toml::from_str(example).unwrap_or_else(|fault| panic!("{example}: {fault}"));
        if let Err(refusal) = Pipeline::new(spec, Keywords::default()) {
            panic!("{example}: {refusal}");
        }
    }
    let table: BTreeSet<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).filter(|name| *name != "format").collect();
    assert_eq!(table, parse::all().iter().map(|format| format.name()).collect());
}

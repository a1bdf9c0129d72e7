//! The language as its users write it.

use super::*;
use crate::FieldKind;

fn fields() -> Vec<Field> {
    let field = |name: &str, kind| Field { name: name.into(), kind, from: Vec::new() };
    vec![
        field("time", FieldKind::Timestamp),
        field("path", FieldKind::Keyword),
        field("status", FieldKind::Integer),
        field("latency_ms", FieldKind::Number),
        field("ok", FieldKind::Bool),
        field("message", FieldKind::Text),
    ]
}

fn read(text: &str) -> Query {
    parse(text, &fields()).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

fn word(field: Option<&str>, word: &str) -> Query {
    Query::Word { field: field.map(str::to_owned), word: word.into() }
}

fn is(field: &str, value: Value) -> Query {
    Query::Is { field: field.into(), value }
}

fn range(field: &str, from: Option<(Value, bool)>, until: Option<(Value, bool)>) -> Query {
    Query::Range { field: field.into(), from, until }
}

#[test]
fn each_form_is_read() {
    use Value::{Bool, Integer, Number, Timestamp};
    let pattern = |field: Option<&str>, pattern: &str| Query::Wildcard { field: field.map(str::to_owned), pattern: pattern.into() };
    let cases = [
        ("", Query::All),
        ("  ", Query::All),
        ("*", Query::All),
        ("error", word(None, "error")),
        ("\"not found\"", Query::Phrase { field: None, words: "not found".into() }),
        ("err?r*", pattern(None, "err?r*")),
        ("path:/index.html", word(Some("path"), "/index.html")),
        ("path: /index.html", word(Some("path"), "/index.html")),
        ("path:\"a b\"", word(Some("path"), "a b")),
        ("path:/a(b)/c", word(Some("path"), "/a(b)/c")),
        ("path:a:b", word(Some("path"), "a:b")),
        ("path:*.png", pattern(Some("path"), "*.png")),
        ("path:a\\*b*", pattern(Some("path"), "a\\*b*")),
        ("path:a\\*b", word(Some("path"), "a*b")),
        ("path:\"a*b\"", word(Some("path"), "a*b")),
        ("path:\\\\", word(Some("path"), "\\")),
        ("path:*", Query::Exists { field: "path".into() }),
        ("message:\"not found\"", Query::Phrase { field: Some("message".into()), words: "not found".into() }),
        ("message:found", word(Some("message"), "found")),
        ("status:404", is("status", Integer(404))),
        ("status:-1", is("status", Integer(-1))),
        ("status:\"404\"", is("status", Integer(404))),
        ("latency_ms:-0", is("latency_ms", Number(0.0))),
        ("ok:true", is("ok", Bool(true))),
        ("status:[400 TO 499]", range("status", Some((Integer(400), true)), Some((Integer(499), true)))),
        ("status:{400 TO 499}", range("status", Some((Integer(400), false)), Some((Integer(499), false)))),
        ("status:[400 TO 499}", range("status", Some((Integer(400), true)), Some((Integer(499), false)))),
        ("status:[400 TO *]", range("status", Some((Integer(400), true)), None)),
        ("status:{* TO 499]", range("status", None, Some((Integer(499), true)))),
        ("status:[* TO *]", Query::Exists { field: "status".into() }),
        ("path:[a TO \"b c\"]", range("path", Some((Value::Text("a".into()), true)), Some((Value::Text("b c".into()), true)))),
        ("latency_ms>100", range("latency_ms", Some((Number(100.0), false)), None)),
        ("latency_ms >= 100.5", range("latency_ms", Some((Number(100.5), true)), None)),
        ("latency_ms:<3", range("latency_ms", None, Some((Number(3.0), false)))),
        ("status<=3", range("status", None, Some((Integer(3), true)))),
        ("time:2023-11-14T22:13:20.123Z", is("time", Timestamp(1_700_000_000_123))),
        ("time:2023-11-14", range("time", Some((Timestamp(1_699_920_000_000), true)), Some((Timestamp(1_700_006_400_000), false)))),
        ("time>2023-11-14", range("time", Some((Timestamp(1_700_006_400_000), true)), None)),
        ("time>=2023-11-14", range("time", Some((Timestamp(1_699_920_000_000), true)), None)),
        ("time<2023-11-14", range("time", None, Some((Timestamp(1_699_920_000_000), false)))),
        ("time<=2023-11-14", range("time", None, Some((Timestamp(1_700_006_400_000), false)))),
        ("NOT status:404", Query::Not(Box::new(is("status", Integer(404))))),
        ("-status:404", Query::Not(Box::new(is("status", Integer(404))))),
        ("NOT NOT a", word(None, "a")),
        ("- a", Query::And(vec![word(None, "-"), word(None, "a")])),
        ("a AND b", Query::And(vec![word(None, "a"), word(None, "b")])),
        ("a b", Query::And(vec![word(None, "a"), word(None, "b")])),
        ("a OR b c", Query::Or(vec![word(None, "a"), Query::And(vec![word(None, "b"), word(None, "c")])])),
        ("(a OR b) c", Query::And(vec![Query::Or(vec![word(None, "a"), word(None, "b")]), word(None, "c")])),
        ("-(a b)", Query::Not(Box::new(Query::And(vec![word(None, "a"), word(None, "b")])))),
        ("status:(404 OR -5)", Query::Or(vec![is("status", Integer(404)), is("status", Integer(-5))])),
        ("status:(>400 NOT 404)", Query::And(vec![range("status", Some((Integer(400), false)), None), Query::Not(Box::new(is("status", Integer(404))))])),
        ("path:(a OR \"b\")", Query::Or(vec![word(Some("path"), "a"), word(Some("path"), "b")])),
        ("\\AND", word(None, "AND")),
        ("and", word(None, "and")),
        ("ANDES", word(None, "ANDES")),
        ("a\\:b", word(None, "a:b")),
        ("sesión", word(None, "sesión")),
        ("\\", word(None, "\\")),
    ];
    for (text, expected) in cases {
        let query = read(text);
        assert_eq!(query, expected, "{text}");
        assert_eq!(read(&print(&query)), query, "{text} printed as {}", print(&query));
    }
}

#[test]
fn the_acceptance_query_is_read() {
    let expected = Query::And(vec![is("status", Value::Integer(404)), Query::Wildcard { field: Some("path".into()), pattern: "/apple-touch-icon*".into() }]);
    assert_eq!(read("status:404 AND path:/apple-touch-icon*"), expected);
}

#[test]
fn what_is_wrong_is_shown_under_the_character() {
    let cases = [
        ("estatus:404", 0, 7, "estatus"),
        ("a ñ:1", 2, 1, "“ñ”"),
        ("status:abc", 7, 3, "whole numbers"),
        ("status:4*", 7, 2, "no * or ?"),
        ("status:[400 499]", 7, 9, "[from TO until]"),
        ("status:[400 TO 499", 7, 1, "add ]"),
        ("status:[a TO 499]", 8, 1, "whole numbers"),
        ("status:", 0, 7, "missing after"),
        ("status:)", 0, 7, "missing after"),
        ("status>", 6, 1, "missing after"),
        ("latency_ms:inf", 11, 3, "numbers"),
        ("ok:yes", 3, 3, "true or false"),
        ("ok>true", 3, 4, "no order"),
        ("message>a", 8, 1, "no order"),
        ("message:...", 8, 3, "no letter or digit"),
        ("message:*a", 8, 1, "keyword field"),
        ("*a", 0, 1, "keyword field"),
        ("time:yesterday", 5, 9, "times"),
        ("\"abc", 0, 1, "add \""),
        ("(a", 0, 1, "add )"),
        ("a)", 1, 1, "closes nothing"),
        ("()", 0, 2, "nothing stands"),
        ("AND a", 0, 3, "AND needs"),
        ("a OR", 2, 2, "OR needs"),
        ("a AND OR b", 6, 2, "OR needs"),
        ("NOT", 0, 3, "NOT needs"),
        ("(NOT )", 1, 3, "NOT needs"),
        ("path:?????????", 5, 9, "200 bytes"),
    ];
    for (text, at, length, words) in cases {
        let wrong = parse(text, &fields()).expect_err(text);
        assert_eq!((wrong.at, wrong.length), (at, length), "{text}: {wrong:?}");
        assert!(wrong.en.contains(words), "{text}: {}", wrong.en);
        assert!(!wrong.es.is_empty() && wrong.es != wrong.en);
    }
}

#[test]
fn a29_hostile_sizes_are_refused_without_ado() {
    let many = |letter: &str, count: usize| parse(&letter.repeat(count), &fields());
    assert!(many("(", 100_000).is_err() && many("(", 9_999).is_err());
    assert!(many("-", 9_999).is_ok(), "a row of dashes is a word");
    assert!(parse(&format!("{}a", "-".repeat(9_000)), &fields()).is_ok());
    assert!(parse(&format!("{}a", "NOT ".repeat(2_000)), &fields()).is_ok());
    assert!(many("a ", 501).is_err() && many("a ", 500).is_ok());
    assert!(many("\\", 9_999).is_ok() && many("\"", 9_999).is_err() && many("path:(", 1_000).is_err());
    assert!(many("ñ", 10_001).is_err_and(|wrong| wrong.at == 10_000));
}

#[test]
fn a39_a_hidden_field_and_one_that_is_not_there_are_the_same() {
    let open: Vec<Field> = fields().into_iter().filter(|field| field.name != "path").collect();
    let (hidden, absent) = (parse("path:a", &open).unwrap_err(), parse("nope:a", &open).unwrap_err());
    assert_eq!(hidden.en.replace("path", "nope"), absent.en);
    assert_eq!(hidden.es.replace("path", "nope"), absent.es);
}

#[test]
fn any_text_is_read_or_refused_and_what_is_printed_is_read_the_same() {
    let parts = [
        "a",
        "path:",
        "status:",
        "time:",
        "message:",
        "404",
        "2026-11-24",
        "*",
        "?",
        "\\",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        " TO ",
        " AND ",
        " OR ",
        "NOT ",
        "-",
        ">",
        "<=",
        " ",
        "é",
        "\u{0}",
        "'",
        ":",
        "true",
        "ok:",
    ];
    let mut seed = 7_u64;
    let mut read_again = 0;
    for _ in 0..60_000 {
        let mut text = String::new();
        for _ in 0..10 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[(seed >> 33) as usize % parts.len()]);
        }
        match parse(&text, &fields()) {
            Ok(query) => {
                let printed = print(&query);
                assert_eq!(parse(&printed, &fields()).as_ref(), Ok(&query), "{text} printed as {printed}");
                read_again += 1;
            }
            Err(wrong) => assert!(wrong.at <= text.chars().count() && wrong.length > 0, "{text}: {wrong:?}"),
        }
        for at in 0..=text.chars().count() {
            let expected = expects(&text, at, &fields());
            assert!(expected.from <= at && at <= expected.until && expected.until <= text.chars().count(), "{text} at {at}: {expected:?}");
        }
    }
    assert!(read_again > 3_000, "only {read_again} texts were queries");
}

#[test]
fn a_value_is_added_excluded_and_turned_round() {
    let fields = fields();
    let text = |value: &str| Value::Text(value.into());
    let put = |query: &str, field: &str, value: &Value, exclude| add(query, field, value, exclude, &fields).unwrap();
    assert_eq!(put("", "path", &text("/a b\"\\"), false), "path:\"/a b\\\"\\\\\"");
    assert_eq!(put("error", "status", &Value::Integer(404), true), "error AND NOT status:404");
    assert_eq!(put("a OR b", "ok", &Value::Bool(true), false), "(a OR b) AND ok:true");
    let once = put("error", "path", &text("*"), false);
    assert_eq!(put(&once, "path", &text("*"), false), once, "not twice");
    assert_eq!(put(&once, "path", &text("*"), true), "error AND NOT path:\\*");
    assert_eq!(put("status:404", "status", &Value::Integer(404), true), "NOT status:404");
    assert!(add("(", "status", &Value::Integer(1), false, &fields).is_err());
    assert!(add("", "hidden", &Value::Integer(1), false, &fields).is_err());
}

#[test]
fn completion_knows_what_fits() {
    let at = |text: &str| {
        let place = text.find('|').unwrap();
        let characters = text[..place].chars().count();
        expects(&text.replace('|', ""), characters, &fields())
    };
    assert_eq!(at("|").fields.len(), 6);
    assert_eq!(at("|").operators, ["NOT"]);
    let name = at("error sta|");
    assert_eq!((name.from, name.until, name.written.as_str(), name.fields), (6, 9, "sta", vec!["status".into()]));
    assert_eq!(at("error |").operators, ["AND", "OR", "NOT"]);
    assert_eq!(at("error a|").operators, ["AND"]);
    let value = at("é status:40|");
    assert_eq!((value.from, value.until, value.written.as_str(), value.values_of.as_deref()), (9, 11, "40", Some("status")));
    assert!(value.fields.is_empty());
    assert_eq!(at("path:|").values_of.as_deref(), Some("path"));
    let quoted = at("path:\"/a b|");
    assert_eq!((quoted.from, quoted.written.as_str(), quoted.values_of.as_deref()), (5, "/a b", Some("path")));
    assert_eq!(at("path:(a OR |").values_of.as_deref(), Some("path"));
    assert_eq!(at("status:[400 |").operators, ["TO"]);
    assert_eq!(at("status:[|").values_of.as_deref(), Some("status"));
    assert_eq!(at("status>=|").values_of.as_deref(), Some("status"));
    assert_eq!(at("-pa|").fields, ["path"]);
    assert_eq!(at("path:a |").values_of, None);
    assert_eq!(at("(sta|").fields, ["status"]);
    assert_eq!(at("hidden:|").values_of, None);
    assert!(at("hidden:|").fields.is_empty());
    assert_eq!(at("\"a b|").fields, Vec::<String>::new());
}

//! FT-B14: broken JSON lines.

use tests::reading::{Files, read};
use warehouse::reading::{ReadFault, Reason};

#[tokio::test(flavor = "multi_thread")]
async fn types_are_found_out_and_nested_values_kept_as_text() {
    let files = Files::new();
    let text = "{\"id\": 1, \"at\": \"2024-02-29T10:00:00Z\", \"price\": 2.5, \"tags\": [1, {\"a\": null}], \"ok\": true}\n\n{\"ok\": null, \"price\": 3, \"id\": 2, \"late\": \"x\"}";
    let found = read(&files.put("a.jsonl", text)).await.unwrap();
    assert_eq!(found.columns, ["id:Integer", "at:Timestamp", "price:Number", "tags:Text", "ok:Bool", "late:Text"]);
    assert_eq!(found.column("tags"), ["[1,{\"a\":null}]", ""]);
    assert_eq!(found.column("price"), ["2.5", "3.0"]);
}

/// A34 too: JSON nested without an end.
#[tokio::test(flavor = "multi_thread")]
async fn ft_b14_broken_lines_are_told_and_good_ones_are_in() {
    let files = Files::new();
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("{{\"a\": 1{}}}", "0".repeat(400));
    let lines =
        ["{\"a\": 1}", "{\"a\": 1", "{\"a\": NaN}", "{\"a\": 1, \"a\": 2}", &deep, &huge, "{\"a\": \"\\ud800\"}", "[1]", "{\"a\": \"x\"}", "{\"a\": 2}"];
    let mut text = lines.join("\n");
    // Enough good ones that the type is beyond doubt.
    (0..1000).for_each(|n| text.push_str(&format!("\n{{\"a\": {n}}}")));
    let found = read(&files.put("a.ndjson", &text)).await.unwrap();
    let told: Vec<(u64, &Reason)> = found.bad.iter().map(|row| (row.line, &row.reason)).collect();
    let not_a_number = Reason::NotOfType { column: "a".into(), expected: warehouse::ColumnType::Integer };
    assert_eq!(
        told,
        [
            (2, &Reason::NotJsonObject),
            (3, &Reason::NotJsonObject),
            (4, &Reason::DuplicateKey),
            (5, &Reason::TooDeep { limit: 64 }),
            (6, &Reason::NumberOutOfRange),
            (7, &Reason::NotJsonObject),
            (8, &Reason::NotJsonObject),
            (9, &not_a_number),
        ]
    );
    assert_eq!(found.good.num_rows(), 1002);
    assert_eq!(found.bad[1].byte, (lines[0].len() + lines[1].len() + 2) as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_at_all_is_refused() {
    let files = Files::new();
    let refused = read(&files.put("a.jsonl", "id,name\n1,a\n")).await.unwrap_err();
    assert!(matches!(refused, ReadFault::Malformed { .. }), "{refused}");
    assert!(matches!(read(&files.put("a.jsonl", "")).await.unwrap_err(), ReadFault::Malformed { .. }));
}

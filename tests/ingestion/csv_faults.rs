//! FT-B11 and FT-B13: broken delimited text. Good rows are in, bad ones are told with their place.

use tests::reading::{Files, read};
use warehouse::{
    ColumnType, PinnedColumn,
    reading::{Limits, ReadFault, Reason, Source},
};

fn column(name: &str, kind: ColumnType) -> PinnedColumn {
    PinnedColumn { name: name.into(), kind }
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_found_out_and_values_kept() {
    let files = Files::new();
    let text = "Store ID,day,at,open,amount,code,note\n1,2024-02-29,2024-02-29T10:00:00+01:00,true,1.5,007,\"a, \"\"b\"\"\nc\"\n-2,2024-03-01,2024-03-01 00:00,FALSE,2,010,\"\"\n,,,,,,\n";
    let found = read(&files.put("a.csv", text)).await.unwrap();
    assert_eq!(found.columns, ["store_id:Integer", "day:Date", "at:Timestamp", "open:Bool", "amount:Number", "code:Text", "note:Text"]);
    assert_eq!(found.column("note")[..2], ["a, \"b\"\nc", ""]);
    assert_eq!(found.column("code")[0], "007");
    assert_eq!(found.column("at")[0], "2024-02-29T09:00:00Z");
    assert_eq!((found.good.num_rows(), found.bad.len(), found.bytes), (3, 0, text.len() as u64));
    // A quoted nothing is an empty text, an unquoted one is no value.
    let notes = found.good.column_by_name("note").unwrap();
    assert_eq!((notes.is_null(1), notes.is_null(2)), (false, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn spanish_files_with_semicolon_comma_and_mark() {
    let files = Files::new();
    let found = read(&files.put("a.csv", "\u{feff}Año;Importe\r\n2024;1.234,50\r\n2023;-0,5\r\n")).await.unwrap();
    assert_eq!(found.columns, ["año:Integer", "importe:Number"]);
    assert_eq!(found.column("importe"), ["1234.5", "-0.5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b13_bad_rows_are_told_by_line_byte_and_reason() {
    let files = Files::new();
    let mut text: Vec<u8> = b"id,name,amount\n".to_vec();
    for id in 0..500 {
        text.extend(format!("{id},name {id},{id}.5\n").bytes());
    }
    let mut expected = Vec::new();
    let broken: [(&[u8], Reason); 6] = [
        (b"500,too,many,fields\n", Reason::FieldCount { expected: 3, found: 4 }),
        (b"501\n", Reason::FieldCount { expected: 3, found: 1 }),
        (b"502,name,abc\n", Reason::NotOfType { column: "amount".into(), expected: ColumnType::Number }),
        (b"503,\x00,1\n", Reason::Nul),
        (b"504,\xff\xfe,1\n", Reason::NotUtf8),
        (b"505,\"open,1\n", Reason::UnclosedQuote),
    ];
    for (line, reason) in &broken {
        let place = text.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        expected.push((place, text.len() as u64, reason.clone()));
        text.extend(*line);
        text.extend(format!("{place},ñ good after,1\r\n").bytes());
    }
    let found = read(&files.put("a.csv", &text)).await.unwrap();
    let told: Vec<_> = found.bad.iter().map(|row| (row.line, row.byte, row.reason.clone())).collect();
    assert_eq!(told, expected);
    assert_eq!(found.good.num_rows(), 506);
    assert_eq!(found.bad[0].content, "500,too,many,fields");
    assert!(found.bad[2].reason.to_string().contains("amount is not of type number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b11_a_line_of_ten_megabytes_is_set_aside_and_the_rest_is_in() {
    let files = Files::new();
    let text = format!("id,name\n1,a\n2,{}\n3,c\n4,\"{}\n5,e\n", "x".repeat(10 << 20), "y\n".repeat(1 << 20));
    let found = read(&files.put("a.csv", &text)).await.unwrap();
    assert_eq!(found.bad[0].reason, Reason::RowTooLong { limit_bytes: 1 << 20 });
    assert_eq!((found.bad[0].line, found.bad[0].byte, found.bad[0].content.len()), (3, 12, 2048));
    assert_eq!((found.bad[1].line, found.bad[1].reason.clone()), (5, Reason::UnclosedQuote));
    let ids = found.column("id");
    assert_eq!((ids.first().unwrap().as_str(), ids.last().unwrap().as_str(), ids.len()), ("1", "5", 3));
    // The other lines of the open quote are rows of one field.
    assert_eq!(found.bad.len(), 2 + (1 << 20) - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b13_other_encodings_are_refused_by_name() {
    let files = Files::new();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("id,name\n1,é\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (contents, name) in [(utf16, "UTF-16"), (b"id,name\n1,Le\xf3n\n2,C\xe1diz\n".to_vec(), "Latin-1 or Windows-1252")] {
        let refused = read(&files.put("a.csv", contents)).await.unwrap_err();
        assert!(matches!(refused, ReadFault::Encoding { encoding, .. } if encoding == name), "{refused}");
        assert!(!refused.retry());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a34_a_wrong_header_refuses_the_file_with_its_reason() {
    let files = Files::new();
    let declared =
        |text: &str| Source { expected: Some(vec![column("id", ColumnType::Integer), column("name", ColumnType::Text)]), ..files.put("a.csv", text) };
    let reason = async |source: Source| match read(&source).await.unwrap_err() {
        ReadFault::Header { reason, .. } => reason,
        other => panic!("{other}"),
    };
    assert_eq!(reason(declared("id,title\n1,a\n")).await, "it lacks the columns name");
    assert_eq!(reason(files.put("b.csv", "id,ID\n1,2\n")).await, "two columns are called id");
    assert!(reason(files.put("b.csv", "id,,x\n1,2,3\n")).await.starts_with("column 2 has no name"));
    assert!(reason(files.put("b.csv", "")).await.starts_with("the file is empty"));
    let many = (0..20_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert!(reason(files.put("b.csv", format!("{many}\n"))).await.starts_with("it has 20000 columns"));
    // Other order and other columns are fine.
    let found = read(&declared("more,name,ID\nx,a,7\n")).await.unwrap();
    assert_eq!((found.column("id"), found.column("name")), (vec!["7".to_owned()], vec!["a".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_type_sends_other_values_to_quarantine() {
    let files = Files::new();
    let source = Source { expected: Some(vec![column("day", ColumnType::Date)]), ..files.put("a.csv", "day\n2024-02-30\n2024-02-29\n") };
    let found = read(&source).await.unwrap();
    assert_eq!(found.column("day"), ["2024-02-29"]);
    assert_eq!(found.bad[0].reason, Reason::NotOfType { column: "day".into(), expected: ColumnType::Date });
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_bytes_no_row_is_lost_or_doubled() {
    let files = Files::new();
    let mut state = 1u64;
    let pieces: [&[u8]; 14] = [b"a", b",", b"\n", b"\r\n", b"\r", b"\"", b"\"\"", b"1", b"\xc3\xb1", b"\xff", b"\0", b" ", b";", b"xyz"];
    for round in 0..300 {
        let mut text = b"one,two\n".to_vec();
        for _ in 0..round {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.extend(pieces[(state >> 40) as usize % pieces.len()]);
        }
        let limits = Limits { row_bytes: 64, ..Limits::default() };
        let source = Source { limits, expected: Some(vec![column("one", ColumnType::Text), column("two", ColumnType::Text)]), ..files.put("a.csv", &text) };
        match read(&source).await {
            Ok(found) => {
                assert_eq!(found.bytes, text.len() as u64);
                assert!(found.bad.windows(2).all(|rows| rows[0].byte < rows[1].byte && rows[0].line < rows[1].line), "{:?}", found.bad);
            }
            Err(fault) => assert!(matches!(fault, ReadFault::Encoding { .. } | ReadFault::Header { .. }), "{fault}"),
        }
    }
}

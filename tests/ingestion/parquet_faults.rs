//! FT-B15: damaged and hostile Parquet files are faults: no panic that ends anything, no memory beyond the file's own.

use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::sync::Arc;
use tests::reading::{Files, read};
use warehouse::{
    ColumnType, PinnedColumn,
    reading::{ReadFault, Reason, Source},
};

fn rows() -> RecordBatch {
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(Int64Array::from_iter_values(0..3000))),
        ("name", Arc::new(StringArray::from_iter((0..3000).map(|n| (n % 5 != 0).then(|| format!("name {}", n % 40)))))),
        ("amount", Arc::new(Float64Array::from_iter_values((0..3000).map(|n| f64::from(n) / 7.0)))),
        ("note", Arc::new(StringArray::from_iter_values((0..3000).map(|n| format!("a text of its own, number {n}"))))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn file(compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(1000)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), rows().schema(), Some(properties)).unwrap();
    writer.write(&rows()).unwrap();
    writer.into_inner().unwrap()
}

const ALONE: &str = "ATALAYA_TEST_MUTATIONS";

/// Peak of this process's resident memory, bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) << 10
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_file_is_read_whole() {
    let files = Files::new();
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::try_new(3).unwrap())] {
        let found = read(&files.put("a.parquet", file(compression))).await.unwrap();
        assert_eq!(found.columns, ["id:Integer", "name:Text", "amount:Number", "note:Text"]);
        assert_eq!((found.good.num_rows(), found.bad.len()), (3000, 0));
        assert_eq!(found.column("note")[2999], "a text of its own, number 2999");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_columns_are_chosen_and_cast() {
    let files = Files::new();
    let columns = |kind| vec![PinnedColumn { name: "name".into(), kind: ColumnType::Text }, PinnedColumn { name: "id".into(), kind }];
    let source = Source { expected: Some(columns(ColumnType::Number)), ..files.put("a.parquet", file(Compression::SNAPPY)) };
    assert_eq!(read(&source).await.unwrap().column("id")[7], "7.0");
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("1"), Some("x"), None, Some("3")]));
    let batch = RecordBatch::try_from_iter([("name", texts.clone()), ("id", texts)]).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let source = Source { expected: Some(columns(ColumnType::Integer)), ..files.put("b.parquet", writer.into_inner().unwrap()) };
    let found = read(&source).await.unwrap();
    assert_eq!(found.column("id"), ["1", "", "3"]);
    assert_eq!((found.bad[0].line, found.bad[0].reason.clone()), (2, Reason::NotOfType { column: "id".into(), expected: ColumnType::Integer }));
    let missing = Source { expected: Some(vec![PinnedColumn { name: "nothing".into(), kind: ColumnType::Text }]), ..files.source("b.parquet") };
    assert!(matches!(read(&missing).await.unwrap_err(), ReadFault::Header { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_b15_known_damage_is_a_fault() {
    let files = Files::new();
    let sound = file(Compression::SNAPPY);
    let with_length = |length: u32| [&sound[..sound.len() - 8], &length.to_le_bytes(), b"PAR1"].concat();
    let encrypted = [&sound[..sound.len() - 4], b"PARE"].concat();
    for (what, contents) in [
        ("empty", Vec::new()),
        ("short", b"PAR1".to_vec()),
        ("no magic", vec![7; 4096]),
        ("cut", sound[..sound.len() - 1].to_vec()),
        ("half", sound[..sound.len() / 2].to_vec()),
        ("footer too long", with_length(u32::MAX)),
        ("footer as long as the file", with_length(sound.len() as u32 - 12)),
        ("no footer", with_length(0)),
        ("encrypted", encrypted),
    ] {
        let fault = read(&files.put("a.parquet", contents)).await.unwrap_err();
        assert!(matches!(fault, ReadFault::Malformed { .. }), "{what}: {fault}");
    }
}

/// A footer that announces two thousand million row groups in six bytes: reserving them would end the process.
/// A34 too.
#[tokio::test(flavor = "multi_thread")]
async fn ft_b15_hostile_counts_reserve_nothing() {
    let files = Files::new();
    // Field 2: a list of one schema element, the root `{4: "r"}`. Field 4: a list of structs with 2^31-1 elements.
    let footer: Vec<u8> =
        [&[0x15, 0x02][..], &[0x19, 0x1c, 0x48, 0x01, b'r', 0x00], &[0x16, 0x00], &[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07], &[0x00]].concat();
    let length = (footer.len() as u32).to_le_bytes();
    let contents = [b"PAR1", &footer[..], &length, b"PAR1"].concat();
    let fault = read(&files.put("a.parquet", contents)).await.unwrap_err();
    assert!(matches!(&fault, ReadFault::Malformed { reason, .. } if reason == "its footer is damaged"), "{fault}");
}

/// In a process of its own: the peak of memory is the process's, and the panics that are caught print nothing here.
#[test]
fn ft_b15_ten_thousand_mutations_are_clean() {
    if std::env::var(ALONE).is_err() {
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let alone = alone.args(["--exact", "ingestion::parquet_faults::ft_b15_ten_thousand_mutations_are_clean"]).env(ALONE, "1").output().unwrap();
        assert!(alone.status.success(), "{}{}", String::from_utf8_lossy(&alone.stdout), String::from_utf8_lossy(&alone.stderr));
        return;
    }
    let sound = [file(Compression::SNAPPY), file(Compression::ZSTD(ZstdLevel::try_new(1).unwrap())), file(Compression::UNCOMPRESSED)];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let files = Files::new();
    let before = peak();
    // The decoder's panics are caught and are faults; their messages are nobody's reading.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let config = Config { cases: 10_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[15; 32]));
    // Most mutations near the end, where the footer is, or at the start, where the first page headers are.
    let place = prop_oneof![3 => 0.9f64..1.0, 1 => 0.0f64..0.02, 2 => 0.0f64..1.0];
    let mutation = (0usize..3, prop::collection::vec((place, any::<u8>(), 0u8..4), 1..6));
    let outcome = runner.run(&mutation, |(which, mutations)| {
        let mut contents = sound[which].clone();
        for (place, byte, how) in mutations {
            let at = ((contents.len() as f64 * place) as usize).min(contents.len() - 1);
            match how {
                0 => contents[at] = byte,
                1 => contents[at] ^= 1 << (byte % 8),
                2 => contents[at] = 0xff,
                _ => contents.truncate(at.max(1)),
            }
        }
        let source = files.put("a.parquet", contents);
        match runtime.block_on(async { tokio::time::timeout(std::time::Duration::from_secs(20), read(&source)).await }) {
            Err(_) => Err(TestCaseError::fail("it does not end")),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(ReadFault::Malformed { .. } | ReadFault::Header { .. })) => Ok(()),
            Ok(Err(other)) => Err(TestCaseError::fail(format!("{other}"))),
        }
    });
    std::panic::set_hook(hook);
    outcome.unwrap();
    assert!(peak().saturating_sub(before) < 600 << 20, "memory grew by {} MB", peak().saturating_sub(before) >> 20);
}

//! Writing datasets: versions, types, leftovers.

use arrow::{
    array::{ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Int32Array, NullArray, StringArray, TimestampNanosecondArray, UInt64Array},
    record_batch::RecordBatch,
};
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;
use tests::lake::{data_files, open, sales, stream};
use warehouse::{ColumnType, QueryFault, Warehouse};

#[tokio::test(flavor = "multi_thread")]
async fn each_write_is_a_new_version_and_the_old_one_stays() {
    let lake = open().await;
    let first = lake.put("lake.sales", "run-1", (0..40).map(|part| sales(part * 10_000, (part + 1) * 10_000)).collect()).await;
    assert_eq!((first.version, first.rows), (0, 400_000));
    let before = lake.warehouse.row_hash("lake.sales", 0).await.unwrap();
    let other = RecordBatch::try_from_iter([("name", Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef)]).unwrap();
    let second = lake.put("lake.sales", "run-2", vec![other]).await;
    assert_eq!((second.version, second.rows, second.columns.len()), (1, 2, 1));
    assert_eq!(lake.warehouse.rows_of("lake.sales", 0).await.unwrap(), 400_000);
    assert_eq!(lake.warehouse.rows_of("lake.sales", 1).await.unwrap(), 2);
    assert_eq!(lake.warehouse.dataset_bytes("lake.sales", 0).await.unwrap(), first.bytes);
    // Opened anew, from the disk alone.
    let (again, _) = Warehouse::open(tests::lake::settings(lake.folder.path(), 64 << 20)).await.unwrap();
    assert_eq!(again.row_hash("lake.sales", 0).await.unwrap(), before);
    assert_ne!(again.row_hash("lake.sales", 1).await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_is_of_rows_and_not_of_their_order() {
    let lake = open().await;
    let forward = lake.put("lake.a", "r", vec![sales(0, 500), sales(500, 1000)]).await;
    let backward = lake.put("lake.b", "r", vec![sales(500, 1000), sales(0, 500)]).await;
    let fewer = lake.put("lake.c", "r", vec![sales(0, 999)]).await;
    let hash = async |dataset: &str, version| lake.warehouse.row_hash(dataset, version).await.unwrap();
    assert_eq!(hash("lake.a", forward.version).await, hash("lake.b", backward.version).await);
    assert_ne!(hash("lake.a", forward.version).await, hash("lake.c", fewer.version).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_one_dataset_at_once_each_get_their_version() {
    let lake = open().await;
    let writes = (1..=6).map(|n| lake.warehouse.write("lake.sales", "run", sales(0, n).schema(), stream(vec![sales(0, n)])));
    let written = futures::future::try_join_all(writes).await.unwrap();
    let mut versions: Vec<u64> = written.iter().map(|written| written.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [0, 1, 2, 3, 4, 5]);
    for written in written {
        assert_eq!(lake.warehouse.rows_of("lake.sales", written.version).await.unwrap(), written.rows);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_leaves_nothing_behind() {
    let lake = open().await;
    let batches = (0..300).map(|part| if part < 299 { Ok(sales(part * 1000, (part + 1) * 1000)) } else { Err(QueryFault::TooMuch("of a test")) });
    let failed = lake.warehouse.write("lake.sales", "run", sales(0, 1).schema(), futures::stream::iter(batches).boxed()).await;
    assert!(matches!(failed, Err(QueryFault::TooMuch("of a test"))), "{failed:?}");
    assert_eq!(data_files(&lake, "lake.sales"), Vec::<String>::new());
    assert_eq!(lake.put("lake.sales", "run", vec![sales(0, 1)]).await.version, 0);
}

/// A stream that panics when it is asked again after its end, as streams may.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_asked_no_more_after_its_end() {
    let lake = open().await;
    let once = futures::stream::unfold(0, |part| async move { (part < 3).then(|| (Ok(sales(part * 100_000, (part + 1) * 100_000)), part + 1)) });
    let written = lake.warehouse.write("lake.sales", "run", sales(0, 1).schema(), once.boxed()).await.unwrap();
    assert_eq!(written.rows, 300_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn cleaning_spares_kept_versions_and_live_runs() {
    let lake = open().await;
    for (run, rows) in [("run-1", 10), ("run-2", 20), ("run-3", 30)] {
        lake.put("lake.sales", run, vec![sales(0, rows)]).await;
    }
    let folder = lake.folder.path().join("lake/lake/sales");
    for run in ["dead", "alive"] {
        std::fs::write(folder.join(format!("{run}.0123456789ab.00000.parquet")), b"half").unwrap();
    }
    lake.warehouse.clean("lake.sales", &[1, 2], &["alive".into()]).await.unwrap();
    let runs: Vec<String> = data_files(&lake, "lake.sales").iter().map(|name| name.split('.').next().unwrap().to_owned()).collect();
    assert_eq!(runs, ["alive", "run-2", "run-3"]);
    assert_eq!(lake.warehouse.row_hash("lake.sales", 1).await.unwrap().split('-').next(), Some("20"));
    lake.warehouse.clean("lake.nowhere", &[], &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_and_kept_versions_readable() {
    let lake = open().await;
    for n in 0..45 {
        lake.put("lake.sales", "run", vec![sales(0, n + 1)]).await;
    }
    lake.warehouse.clean("lake.sales", &[43, 44], &[]).await.unwrap();
    let log = std::fs::read_dir(lake.folder.path().join("lake/lake/sales/_delta_log")).unwrap().count();
    assert!(log < 12, "{log} log entries");
    let (again, _) = Warehouse::open(tests::lake::settings(lake.folder.path(), 64 << 20)).await.unwrap();
    assert_eq!(again.rows_of("lake.sales", 43).await.unwrap(), 44);
    assert_eq!(lake.put("lake.sales", "run", vec![sales(0, 1)]).await.version, 45);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_becomes_one_of_six_and_keeps_its_value() {
    let columns: [(&str, ArrayRef); 8] = [
        ("small", Arc::new(Int32Array::from(vec![Some(-1), None]))),
        ("large", Arc::new(UInt64Array::from(vec![7, 8]))),
        ("price", Arc::new(Decimal128Array::from(vec![1050, -5]).with_precision_and_scale(10, 2).unwrap())),
        ("day", Arc::new(Date32Array::from(vec![0, 19_782]))),
        ("at", Arc::new(TimestampNanosecondArray::from(vec![1_500, 2_000]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("raw", Arc::new(BinaryArray::from(vec!["é".as_bytes(), &[0xff, 0x00]]))),
        ("nothing", Arc::new(NullArray::new(2))),
    ];
    let lake = open().await;
    let written = lake.put("lake.types", "run", vec![RecordBatch::try_from_iter(columns).unwrap()]).await;
    let kinds: Vec<ColumnType> = written.columns.iter().map(|column| column.kind).collect();
    use ColumnType::{Bool, Date, Integer, Number, Text, Timestamp};
    assert_eq!(kinds, [Integer, Integer, Number, Date, Timestamp, Bool, Text, Text]);
    assert_eq!(lake.warehouse.columns_of("lake.types", 0).await.unwrap(), written.columns);
    let batches: Vec<RecordBatch> = lake.warehouse.contents("lake.types", 0).await.unwrap().try_collect().await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("1970") || line.contains("2024")).collect();
    assert_eq!(rows[0].split('|').map(str::trim).collect::<Vec<_>>()[1..9], ["-1", "7", "10.5", "1970-01-01", "1970-01-01T00:00:00.000001Z", "true", "é", ""]);
    assert_eq!(rows[1].split('|').map(str::trim).collect::<Vec<_>>()[1..9], ["", "8", "-0.05", "2024-02-29", "1970-01-01T00:00:00.000002Z", "", "\\xff00", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_does_not_fit_is_a_fault_and_never_null() {
    let lake = open().await;
    let batch = RecordBatch::try_from_iter([("n", Arc::new(UInt64Array::from(vec![u64::MAX])) as ArrayRef)]).unwrap();
    let failed = lake.warehouse.write("lake.n", "run", batch.schema(), stream(vec![batch])).await;
    assert!(matches!(failed, Err(QueryFault::Expression(_))), "{failed:?}");
    assert_eq!(data_files(&lake, "lake.n"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_names_that_lead_elsewhere_are_refused() {
    let lake = open().await;
    for dataset in ["sales", "lake.../x", "lake./etc", "Lake.sales", "lake.sales.x", "lake.", ".sales", "lake.sa les"] {
        assert!(lake.warehouse.write(dataset, "run", sales(0, 1).schema(), stream(vec![sales(0, 1)])).await.is_err(), "{dataset}");
        assert!(lake.warehouse.rows_of(dataset, 0).await.is_err(), "{dataset}");
        assert!(lake.warehouse.clean(dataset, &[], &[]).await.is_err(), "{dataset}");
    }
    assert!(lake.warehouse.write("lake.sales", "a.b", sales(0, 1).schema(), stream(vec![])).await.is_err());
    assert!(lake.warehouse.write("lake.sales", "../b", sales(0, 1).schema(), stream(vec![])).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn any_engine_can_read_the_tables() {
    let lake = open().await;
    lake.put("lake.sales", "run-1", vec![sales(0, 10)]).await;
    let log = std::fs::read_to_string(lake.folder.path().join("lake/lake/sales/_delta_log/00000000000000000000.json")).unwrap();
    let actions: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let action = |name: &str| actions.iter().find_map(|action| action.get(name)).unwrap().clone();
    assert_eq!(action("protocol"), serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 }));
    assert_eq!(action("metaData")["configuration"], serde_json::json!({ "delta.enableExpiredLogCleanup": "false" }));
    let stats: serde_json::Value = serde_json::from_str(action("add")["stats"].as_str().unwrap()).unwrap();
    assert_eq!(stats["numRecords"], 10);
    assert_eq!((stats["minValues"]["id"].as_i64(), stats["maxValues"]["store"].as_str()), (Some(0), Some("store-6")));
}

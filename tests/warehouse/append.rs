//! Appending to datasets: rows and positions in one version, two writers, new columns, compaction.

use arrow::{
    array::{ArrayRef, AsArray, BooleanArray, Int64Array, StringArray},
    datatypes::Int64Type,
    record_batch::RecordBatch,
};
use futures::TryStreamExt;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tests::lake::{Lake, data_files, open, settings};
use warehouse::{Appended, ColumnType, Moved, PinnedColumn, QueryFault, Versions, Warehouse, Written};

const DATASET: &str = "lake.web_events";
const VERSIONS: Versions = Versions { id: "_id", version: "_version", deleted: "_deleted" };

fn columns() -> Vec<PinnedColumn> {
    let column = |name: &str, kind| PinnedColumn { name: name.into(), kind };
    vec![column("text", ColumnType::Text), column("_id", ColumnType::Text), column("_version", ColumnType::Integer), column("_deleted", ColumnType::Bool)]
}

/// Rows of id, version and whether deleted.
fn rows(rows: &[(&str, i64, bool)]) -> RecordBatch {
    let arrays: [(&str, ArrayRef); 4] = [
        ("text", Arc::new(StringArray::from_iter(rows.iter().map(|(id, version, deleted)| (!deleted).then(|| format!("{id} {version}")))))),
        ("_id", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)))),
        ("_version", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1)))),
        ("_deleted", Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.2))))),
    ];
    RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true))).unwrap()
}

fn moved(from: Option<i64>, next: i64) -> Vec<Moved> {
    vec![Moved { source: "web/web/0".into(), from, next }]
}

async fn append(warehouse: &Warehouse, run: &str, batch: Option<RecordBatch>, moved: &[Moved]) -> Appended {
    warehouse.append(DATASET, run, &columns(), batch, moved).await.unwrap()
}

async fn done(lake: &Lake, run: &str, batch: RecordBatch, from: Option<i64>, next: i64) -> Written {
    match append(&lake.warehouse, run, Some(batch), &moved(from, next)).await {
        Appended::Done(written) => written,
        Appended::Overtaken => panic!("overtaken"),
    }
}

/// Id and version of each row.
async fn contents(warehouse: &Warehouse, version: u64) -> BTreeMap<String, (i64, usize)> {
    let batches: Vec<RecordBatch> = warehouse.contents(DATASET, version).await.unwrap().try_collect().await.unwrap();
    let mut found: BTreeMap<String, (i64, usize)> = BTreeMap::new();
    for batch in batches {
        let ids = arrow::compute::cast(batch.column_by_name("_id").unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
        let versions = batch.column_by_name("_version").unwrap().as_primitive::<Int64Type>().clone();
        for (id, version) in ids.as_string::<i32>().iter().zip(&versions) {
            let known = found.entry(id.unwrap().to_owned()).or_default();
            *known = (version.unwrap(), known.1 + 1);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_positions_are_one_version_that_only_its_reader_may_write() {
    let lake = open().await;
    let Appended::Done(empty) = append(&lake.warehouse, "r0", None, &[]).await else { panic!("overtaken") };
    assert_eq!((empty.version, empty.rows, empty.columns.len()), (0, 0, 4));
    assert_eq!(done(&lake, "r1", rows(&[("a", 0, false), ("b", 0, false)]), None, 2).await.rows, 2);
    let written = done(&lake, "r2", rows(&[("c", 0, false)]), Some(2), 3).await;
    assert_eq!((written.version, written.rows), (2, 3));
    let files = data_files(&lake, DATASET).len();
    // One that read before the last commit, as a process that was taken for dead does.
    for from in [None, Some(2), Some(4)] {
        assert_eq!(append(&lake.warehouse, "late", Some(rows(&[("c", 0, false)])), &moved(from, 3)).await, Appended::Overtaken);
    }
    assert_eq!(data_files(&lake, DATASET).len(), files, "what was not committed is left on the disk");
    // From the disk alone, also behind a checkpoint.
    for next in 4..30 {
        done(&lake, "more", rows(&[(&format!("m{next}"), 0, false)]), Some(next - 1), next).await;
    }
    let (again, _) = Warehouse::open(settings(lake.folder.path(), 64 << 20)).await.unwrap();
    let (newest, positions) = again.positions(DATASET, &["web/web/0".into(), "web/web/1".into()]).await.unwrap().unwrap();
    assert_eq!((newest.rows, positions.get("web/web/0"), positions.len()), (29, Some(&29), 1));
    assert_eq!(contents(&again, newest.version).await.len(), 29);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_at_once_each_position_is_written_once() {
    let lake = open().await;
    append(&lake.warehouse, "r0", None, &[]).await;
    let writers = (0..8).map(|number| {
        let warehouse = lake.warehouse.clone();
        async move {
            let batch = rows(&[(&format!("w{number}"), 0, false)]);
            append(&warehouse, &format!("run{number}"), Some(batch), &moved(None, 1)).await
        }
    });
    let outcomes = futures::future::join_all(writers).await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Appended::Done(_))).count(), 1);
    assert_eq!(data_files(&lake, DATASET).len(), 1);
    // Different sources do not hinder each other.
    let others = (0..6).map(|number| {
        let warehouse = lake.warehouse.clone();
        async move {
            let moved = [Moved { source: format!("web/web/{}", number + 1), from: None, next: 1 }];
            append(&warehouse, &format!("run{number}"), Some(rows(&[(&format!("o{number}"), 0, false)])), &moved).await
        }
    });
    assert!(futures::future::join_all(others).await.iter().all(|outcome| matches!(outcome, Appended::Done(_))));
    let (newest, _) = lake.warehouse.positions(DATASET, &[]).await.unwrap().unwrap();
    assert_eq!(newest.rows, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_columns_are_added_and_retyped_ones_refused() {
    let lake = open().await;
    done(&lake, "r1", rows(&[("a", 0, false)]), None, 1).await;
    let mut wanted = columns();
    wanted.push(PinnedColumn { name: "host".into(), kind: ColumnType::Text });
    let wider = {
        let batch = rows(&[("b", 0, false)]);
        let mut columns: Vec<(String, ArrayRef)> =
            batch.schema().fields().iter().zip(batch.columns()).map(|(field, array)| (field.name().clone(), array.clone())).collect();
        columns.push(("host".into(), Arc::new(StringArray::from(vec!["web1"]))));
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    };
    let Appended::Done(written) = lake.warehouse.append(DATASET, "r2", &wanted, Some(wider), &moved(Some(1), 2)).await.unwrap() else { panic!("overtaken") };
    assert_eq!((written.rows, written.columns.len()), (2, 5));
    assert_eq!(contents(&lake.warehouse, written.version).await.len(), 2);
    // An older worker still writes what it knows.
    assert_eq!(done(&lake, "r3", rows(&[("c", 0, false)]), Some(2), 3).await.columns.len(), 5);
    wanted[0].kind = ColumnType::Integer;
    let refused = lake.warehouse.append(DATASET, "r4", &wanted, None, &[]).await;
    assert!(matches!(refused, Err(QueryFault::Definition { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_keeps_every_row_and_the_newest_version_of_each_thing() {
    let lake = open().await;
    for number in 0..12 {
        done(&lake, &format!("r{number}"), rows(&[(&format!("e{number}"), 0, false)]), (number > 0).then_some(number), number + 1).await;
    }
    let compact = async |run: &str| lake.warehouse.compact(DATASET, run, VERSIONS).await.unwrap();
    let compacted = compact("c1").await.expect("twelve files are worth it");
    assert_eq!(compacted.rows, 12);
    assert_eq!(contents(&lake.warehouse, compacted.version).await.len(), 12);
    assert_eq!(compact("c2").await, None, "there is nothing left to do");
    // Positions survive, old files go.
    let (_, positions) = lake.warehouse.positions(DATASET, &["web/web/0".into()]).await.unwrap().unwrap();
    assert_eq!(positions["web/web/0"], 12);
    lake.warehouse.clean_appended(DATASET, &[compacted.version], Duration::from_secs(3_600)).await.unwrap();
    assert_eq!(data_files(&lake, DATASET).len(), 13, "young files may be somebody's who has not committed yet");
    lake.warehouse.clean_appended(DATASET, &[compacted.version], Duration::ZERO).await.unwrap();
    assert_eq!(data_files(&lake, DATASET).len(), 1);
    // An edit, a deletion, a deletion before its creation.
    done(&lake, "p1", rows(&[("post", 1, false), ("gone", 1, false), ("early", 2, true)]), Some(12), 15).await;
    done(&lake, "p2", rows(&[("post", 2, false), ("gone", 2, true), ("early", 1, false)]), Some(15), 18).await;
    let compacted = compact("c3").await.expect("versions to take out");
    let found = contents(&lake.warehouse, compacted.version).await;
    assert_eq!(found.len(), 15);
    assert_eq!((found["post"], found["gone"], found["early"]), ((2, 1), (2, 1), (2, 1)));
    assert_eq!(compact("c4").await, None, "a deletion that stands alone is no work");
}

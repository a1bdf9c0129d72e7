//! A small warehouse in a temporary folder, and readers' scopes over it.

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray},
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use futures::{StreamExt, stream};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tempfile::TempDir;
use warehouse::{
    ColumnType, Literal, MartDefinition, MartGrant, Mask, PinnedColumn, Predicate, Query, QueryFault, Rows, Scope, ScopeIssuer, Settings, Warehouse,
    definition::Measure,
};

pub const KEY: [u8; 32] = [7; 32];

pub struct House {
    pub warehouse: Warehouse,
    pub issuer: ScopeIssuer,
    folder: TempDir,
}

impl House {
    pub async fn new() -> Self {
        Self::with(64 << 20, Duration::from_secs(30)).await
    }

    pub async fn with(memory_bytes: usize, query_time: Duration) -> Self {
        let folder = TempDir::new().unwrap();
        let settings = Settings { lake: folder.path().join("lake"), scratch: folder.path().join("scratch"), memory_bytes, query_time };
        let (warehouse, issuer) = Warehouse::open(settings).await.unwrap();
        Self { warehouse, issuer, folder }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Writes a mart and gives its version.
    pub async fn write(&self, mart: &str, batches: Vec<RecordBatch>) -> u64 {
        let schema = batches[0].schema();
        let run = uuid::Uuid::new_v4().to_string();
        self.warehouse.write(&format!("mart.{mart}"), &run, schema, stream::iter(batches.into_iter().map(Ok)).boxed()).await.unwrap().version
    }

    /// The mart `visits`: stores North (note is a number, units never 0) and South (note is a secret, units 0), one row
    /// without region; in four batches.
    pub async fn visits(&self) -> u64 {
        let batches: Vec<RecordBatch> = (0..4).map(|part| visits((0..25).map(|row| part * 25 + row).collect())).collect();
        self.write("visits", batches).await
    }

    /// A reader of `visits` who sees `rows` under `masks`.
    pub fn reader(&self, version: u64, rows: Predicate, masks: &[(&str, Mask)]) -> Scope {
        self.issuer.issue("sales", vec![grant(version, rows, masks)], Vec::new())
    }

    pub fn north(&self, version: u64) -> Scope {
        self.reader(version, equal("region", "North"), &[])
    }

    /// Rows of a statement as lines of text, or what the reader is told.
    pub async fn sql(&self, scope: &Scope, statement: &str) -> Result<Vec<String>, QueryFault> {
        lines(self.warehouse.sql(scope, statement).await?).await
    }

    pub async fn ask(&self, scope: &Scope, query: Query) -> Result<Vec<String>, QueryFault> {
        lines(self.warehouse.run(scope, &query).await?).await
    }
}

pub fn visits(ids: Vec<i64>) -> RecordBatch {
    let north = |id: &i64| id % 2 == 0;
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    RecordBatch::try_from_iter_with_nullable(
        [
            column("id", Arc::new(Int64Array::from(ids.clone())) as ArrayRef),
            column("region", Arc::new(ids.iter().map(|id| (*id != 99).then(|| if north(id) { "North" } else { "South" })).collect::<StringArray>())),
            column("note", Arc::new(ids.iter().map(|id| Some(if north(id) { id.to_string() } else { format!("secret {id}") })).collect::<StringArray>())),
            column("units", Arc::new(Int64Array::from_iter_values(ids.iter().map(|id| if north(id) { id % 5 + 1 } else { 0 })))),
            column("value", Arc::new(Float64Array::from_iter_values(ids.iter().map(|id| *id as f64 / 4.0)))),
            column("household", Arc::new(Int64Array::from_iter_values(ids.iter().map(|id| 1000 + id % 10)))),
            column("day", Arc::new(Date32Array::from_iter_values(ids.iter().map(|id| 17_000 + *id as i32)))),
            column(
                "at",
                Arc::new(
                    TimestampMicrosecondArray::from_iter_values(ids.iter().map(|id| (17_000 * 24 + id) * 3_600_000_000 + 60_000_000)).with_timezone("UTC"),
                ),
            ),
            column("open", Arc::new(ids.iter().map(|id| (id % 3 != 0).then_some(id % 3 == 1)).collect::<BooleanArray>())),
        ]
        .map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

pub fn pins() -> Vec<PinnedColumn> {
    use ColumnType::{Bool, Date, Integer, Number, Text, Timestamp};
    [
        ("id", Integer),
        ("region", Text),
        ("note", Text),
        ("units", Integer),
        ("value", Number),
        ("household", Integer),
        ("day", Date),
        ("at", Timestamp),
        ("open", Bool),
    ]
    .map(|(name, kind)| PinnedColumn { name: name.into(), kind })
    .to_vec()
}

pub fn definition() -> MartDefinition {
    let measure = |name: &str, sql: &str| (name.to_owned(), Measure { sql: sql.into(), ..Measure::default() });
    MartDefinition {
        name: "visits".into(),
        department: "sales".into(),
        measures: BTreeMap::from([
            measure("value", "sum(value)"),
            measure("units", "sum(units)"),
            measure("mean", "sum(value) / count(value)"),
            measure("households", "count(distinct household)"),
            measure("notes", "count(distinct note)"),
            measure("house_sum", "sum(household)"),
            measure("ratio", "sum(value) / sum(units)"),
        ]),
        ..MartDefinition::default()
    }
}

pub fn grant(version: u64, rows: Predicate, masks: &[(&str, Mask)]) -> MartGrant {
    MartGrant {
        definition: Arc::new(definition()),
        version,
        columns: pins(),
        rows,
        masks: masks.iter().map(|(column, mask)| ((*column).to_owned(), *mask)).collect(),
        hash_key: KEY,
    }
}

pub fn text(value: &str) -> Literal {
    Literal::Text(value.into())
}

pub fn equal(column: &str, value: &str) -> Predicate {
    Predicate::In { column: column.into(), values: vec![text(value)] }
}

pub fn everything() -> Predicate {
    Predicate::All(Vec::new())
}

/// `mart: visits` and nothing else.
pub fn query() -> Query {
    Query { mart: "visits".into(), ..Query::default() }
}

pub async fn lines(mut rows: Rows) -> Result<Vec<String>, QueryFault> {
    let mut lines = Vec::new();
    while let Some(batch) = rows.batches.next().await {
        let batch = batch?;
        assert_eq!(batch.schema(), rows.schema);
        let options = FormatOptions::default().with_null("∅");
        let columns: Vec<ArrayFormatter> = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        lines.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|")));
    }
    Ok(lines)
}

/// What a fault tells, as class and text.
pub fn told(outcome: &Result<Vec<String>, QueryFault>) -> String {
    match outcome {
        Ok(lines) => lines.join("\n"),
        Err(fault) => format!("{fault:?}: {fault}"),
    }
}

/// Nothing of a hidden row is in what was told.
pub fn keeps_secret(outcome: &Result<Vec<String>, QueryFault>) {
    let told = told(outcome);
    assert!(!told.contains("secret") && !told.contains("South"), "{told}");
}

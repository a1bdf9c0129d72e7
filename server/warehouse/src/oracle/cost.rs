//! What governing costs: the same statements over a governed mart, and over a plain view with the same filter and mask written by hand.

use super::{Lake, lines, rounded};
use crate::{
    ColumnType, Literal, MartDefinition, MartGrant, Mask, PinnedColumn, Predicate, QueryFault, Rows, bind, hygiene,
    masks::Shown,
    reader::{Marts, cores},
    running,
};
use arrow::{
    array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use datafusion::{
    catalog::{CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider},
    datasource::{ViewTable, provider_as_source},
    execution::{SessionState, SessionStateBuilder},
    logical_expr::LogicalPlanBuilder,
};
use futures::{StreamExt, stream};
use std::{collections::BTreeMap, sync::Arc, time::Instant};

const ROWS: i64 = 2_000_000;
const BATCH: i64 = 50_000;
/// Of so many runs, governed and plain by turns, the middle one counts.
const RUNS: usize = 15;
const KEY: [u8; 32] = [3; 32];
const REGIONS: [&str; 8] = ["North", "South", "East", "West", "Centre", "Islands", "Coast", "Abroad"];

const STATEMENTS: [(&str, &str); 7] = [
    ("one figure", "select count(*) as n, sum(value) as total from mart"),
    ("sums by region", "select region, count(*) as n, sum(value) as total from mart group by region order by region"),
    ("sums by day", "select day, sum(value) as total from mart group by day order by day"),
    ("look-up", "select id, region, value from mart where id between 1000000 and 1000050 order by id"),
    (
        "a month by region",
        "select region, sum(value) as total from mart where day between date '2017-06-01' and date '2017-06-30' group by region order by region",
    ),
    ("an expression of the reader's", "select region, count(*) as n from mart where value * 2 > 100 group by region order by region"),
    ("groups of a masked column", "select household, count(*) as n from mart group by household order by n desc, household limit 10"),
];

fn columns() -> Vec<PinnedColumn> {
    use ColumnType::{Date, Integer, Number, Text};
    [("id", Integer), ("region", Text), ("household", Integer), ("value", Number), ("day", Date)]
        .map(|(name, kind)| PinnedColumn { name: name.into(), kind })
        .to_vec()
}

/// Rows in the order of their days, as a mart is written; quarters, whose sums are exact in any order.
fn batch(from: i64) -> RecordBatch {
    let ids = from..(from + BATCH).min(ROWS);
    let mixed = |id: i64| (id.wrapping_mul(2_654_435_761) >> 7) as usize;
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(Int64Array::from_iter_values(ids.clone()))),
        ("region", Arc::new(StringArray::from_iter_values(ids.clone().map(|id| REGIONS[mixed(id) % REGIONS.len()])))),
        ("household", Arc::new(Int64Array::from_iter_values(ids.clone().map(|id| mixed(id) as i64 % 10_007)))),
        ("value", Arc::new(Float64Array::from_iter_values(ids.clone().map(|id| (mixed(id) % 1_000) as f64 * 0.25)))),
        ("day", Arc::new(Date32Array::from_iter_values(ids.map(|id| 17_167 + (id * 365 / ROWS) as i32)))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn masks() -> BTreeMap<String, Mask> {
    BTreeMap::from([("household".to_owned(), Mask::Hash)])
}

/// Readers' own session, in whose catalog stands a view that the engine may take apart as it likes.
async fn plain(lake: &Lake, version: u64, rule: &Predicate) -> SessionState {
    let base = lake.warehouse.table("mart.mart", version).await.unwrap();
    let columns = base.columns.clone();
    let kind = |name: &str| columns.iter().find(|column| column.name == name).map(|column| column.kind);
    let filter = bind::rule(rule, &kind).unwrap().unwrap();
    let masks = masks();
    let shown = columns.iter().map(|column| {
        let shown = Shown::of(&column.name, column.kind, masks.get(&column.name).copied(), &KEY).unwrap();
        shown.expression(bind::column(&column.name)).unwrap().alias(&column.name)
    });
    let view = LogicalPlanBuilder::scan("base", provider_as_source(base), None).and_then(|rows| rows.filter(filter)).and_then(|rows| rows.project(shown));
    let view = view.and_then(LogicalPlanBuilder::build).unwrap();
    let (schema, catalog, catalogs) = (MemorySchemaProvider::new(), MemoryCatalogProvider::new(), MemoryCatalogProviderList::new());
    schema.register_table("mart".to_owned(), Arc::new(ViewTable::new(view, None))).unwrap();
    catalog.register_schema("mart", Arc::new(schema)).unwrap();
    catalogs.register_catalog("atalaya".to_owned(), Arc::new(catalog));
    SessionStateBuilder::new_from_existing(lake.warehouse.session(Marts::default(), cores())).with_catalog_list(Arc::new(catalogs)).build()
}

async fn by_hand(lake: &Lake, state: &SessionState, statement: &'static str) -> Result<Rows, QueryFault> {
    let (state, planner) = (state.clone(), state.clone());
    let inner = &lake.warehouse.inner;
    running::rows(&inner.readers, state, inner.settings.query_time, async move {
        planner.create_logical_plan(statement).await.map_err(|error| hygiene::while_planning(&error))
    })
    .await
}

/// Milliseconds until the last row is there.
async fn timed(rows: impl Future<Output = Result<Rows, QueryFault>>) -> f64 {
    let begun = Instant::now();
    let mut rows = rows.await.unwrap();
    while let Some(batch) = rows.batches.next().await {
        batch.unwrap();
    }
    begun.elapsed().as_secs_f64() * 1e3
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn tell(name: &str, value: f64, unit: &str, peer: Option<f64>) {
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let mut line = serde_json::json!({ "name": name, "value": rounded(value), "unit": unit });
    if let Some(peer) = peer {
        line["peer"] = "the same by hand".into();
        line["peer_value"] = rounded(peer).into();
    }
    println!("{line}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: `cargo xtask bench governed` runs it"]
async fn figures_of_governed_queries() {
    let lake = Lake::new().await;
    let batches = stream::iter((0..ROWS).step_by(BATCH as usize).map(|from| Ok(batch(from))));
    let version = lake.warehouse.write("mart.mart", "run", batch(ROWS).schema(), batches.boxed()).await.unwrap().version;
    for (share, regions) in [("all rows visible", &REGIONS[..]), ("half of the rows visible", &REGIONS[..4])] {
        let rows = Predicate::In { column: "region".into(), values: regions.iter().map(|region| Literal::Text((*region).into())).collect() };
        let plain = plain(&lake, version, &rows).await;
        let definition = Arc::new(MartDefinition { name: "mart".into(), ..MartDefinition::default() });
        let grant = MartGrant { definition, version, columns: columns(), rows, masks: masks(), hash_key: KEY };
        let scope = lake.issuer.issue("sales", vec![grant], Vec::new());
        let (mut governed_all, mut plain_all) = (0.0, 0.0);
        for (name, statement) in STATEMENTS {
            // Once for what the first query of all finds out, and to see that both answer the same.
            let governed = lines(lake.warehouse.sql(&scope, statement).await).await.unwrap().join("\n");
            let alone = lines(by_hand(&lake, &plain, statement).await).await.unwrap().join("\n");
            assert_eq!(rounded(&governed), rounded(&alone), "{statement}");
            let (mut governed, mut alone) = (Vec::new(), Vec::new());
            for _ in 0..RUNS {
                governed.push(timed(lake.warehouse.sql(&scope, statement)).await);
                alone.push(timed(by_hand(&lake, &plain, statement)).await);
            }
            let (governed, alone) = (middle(governed), middle(alone));
            tell(&format!("governed, {share}: {name}"), governed, "ms", Some(alone));
            (governed_all, plain_all) = (governed_all + governed, plain_all + alone);
        }
        tell(&format!("governed, {share}: all of them, times the same by hand"), governed_all / plain_all, "times", None);
    }
}

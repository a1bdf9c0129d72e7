//! The differential oracle (A54): a governed mart answers as a table that holds the visible rows and nothing else would,
//! rows, order, refusals and error texts alike; and it does not once the barrier is taken out.

use crate::{
    ColumnType, Comparison, Grain, Literal, MartDefinition, MartGrant, Mask, PinnedColumn, Predicate, Query, QueryDimension, QueryFault, Rows, Scope,
    ScopeIssuer, Settings, Warehouse, barrier::BarrierExec, definition::Measure, gate, governed::GovernedTable, reader::Marts,
};
use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use datafusion::{
    datasource::provider_as_source,
    logical_expr::LogicalPlanBuilder,
    physical_plan::{ExecutionPlan, displayable},
};
use futures::{StreamExt, stream};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rules::{holds, rules};

mod cost;
mod random;
mod rules;

/// One row, and the rule of each test evaluated on it without the engine.
#[derive(Clone, Debug)]
struct Row {
    id: i64,
    region: Option<&'static str>,
    note: String,
    units: i64,
    value: Option<f64>,
    day: Option<i32>,
    open: Option<bool>,
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn rows(count: i64, seed: u64) -> Vec<Row> {
    let mut dice = Dice(seed);
    (0..count)
        .map(|id| Row {
            id,
            region: [Some("North"), Some("South"), Some("East"), None][dice.roll(4) as usize],
            note: dice.roll(1000).to_string(),
            units: 1 + dice.roll(9) as i64,
            value: (dice.roll(10) > 0).then(|| dice.roll(10_000) as f64 / 100.0),
            day: (dice.roll(10) > 0).then(|| 17_000 + dice.roll(700) as i32),
            open: [Some(true), Some(false), None][dice.roll(3) as usize],
        })
        .collect()
}

/// What hidden rows hold is what breaks a reader's expression: a note that is no number, units of zero.
fn hide(rows: &mut [Row], rule: &Predicate) -> usize {
    let mut visible = 0;
    for row in rows {
        if holds(rule, row) == Some(true) {
            visible += 1;
        } else {
            row.note = format!("secret {}", row.id);
            row.units = 0;
        }
    }
    visible
}

const STATEMENTS: &[&str] = &[
    "select count(*), sum(units), min(note), max(note) from mart",
    "select * from mart order by id",
    "select id from mart where cast(note as bigint) >= 0 order by id",
    "select id from mart where cast(note as bigint) between 10 and 500 and 100 / units > 20 order by id",
    "select id from mart where 100 / units >= 50 or cast(note as int) % 2 = 0 order by id",
    "select sum(cast(note as bigint)) from mart",
    "select region, sum(100 / units), count(distinct note) from mart group by region order by region",
    "select case when region = 'North' then 100 / units else cast(note as bigint) end as c, count(*) from mart group by 1 order by 1",
    "select id, cast(note as bigint) as n from mart order by n desc, id limit 20",
    "select a.id, b.id from mart a join mart b on cast(a.note as bigint) = cast(b.note as bigint) + 1 where a.units > 3 order by 1, 2 limit 50",
    "select count(*) from mart a left join mart b on a.id = b.id and 100 / b.units > 3 where b.id is null",
    "select id from mart where id in (select cast(note as bigint) from mart) order by id",
    "select id from mart m where not exists (select 1 from mart o where o.id = cast(m.note as bigint)) order by id limit 30",
    "select id, sum(100 / units) over (partition by region order by id) as s from mart order by id limit 40",
    "with w as (select note, units from mart where note is not null) select max(cast(note as bigint) / units) from w",
    "select id from mart where region = 'North' and day >= date '2017-01-01' and value < 50.0 order by id",
    "select id from mart where region is null and cast(note as bigint) > 100 order by id",
    "select id from mart where (open or region in ('South', 'East')) and 7 % units >= 0 order by id",
    "select id from mart where note > 'a' or note like 'sec%' order by id",
    "select distinct region, open from mart order by 1, 2",
    "select id from mart union all select cast(note as bigint) from mart order by 1 limit 25",
    // These fail where they may: on rows that are seen. The text must be the same.
    "select cast(note || 'x' as bigint) from mart",
    "select 1 / (units - units) from mart",
    "select id from mart where cast(region as int) = 1",
    "select nowhere from mart",
    "select sum(region) from mart",
    "select secret from mart",
    "select id from mart limit 0",
];

fn queries() -> Vec<Query> {
    let query = |measures: &[&str], dimensions: &[(&str, Option<Grain>)]| Query {
        mart: "mart".into(),
        measures: measures.iter().map(|name| (*name).to_owned()).collect(),
        dimensions: dimensions.iter().map(|(column, grain)| QueryDimension { column: (*column).into(), grain: *grain }).collect(),
        ..Query::default()
    };
    let contains = Predicate::Contains { column: "note".into(), text: "1".into() };
    vec![
        query(&[], &[]),
        query(&["rows", "per_unit", "noted"], &[]),
        query(&["rows", "per_unit"], &[("region", None)]),
        Query { sort: vec![("per_unit".into(), true)], limit: Some(5), ..query(&["per_unit"], &[("day", Some(Grain::Month)), ("open", None)]) },
        Query { filters: vec![contains], ..query(&["noted", "rows"], &[("day", Some(Grain::DayOfWeek))]) },
        Query { sort: vec![("units".into(), true), ("id".into(), false)], limit: Some(30), offset: 7, ..query(&[], &[]) },
    ]
}

fn columns() -> Vec<PinnedColumn> {
    use ColumnType::{Bool, Date, Integer, Number, Text};
    [("id", Integer), ("region", Text), ("note", Text), ("units", Integer), ("value", Number), ("day", Date), ("open", Bool)]
        .map(|(name, kind)| PinnedColumn { name: name.into(), kind })
        .to_vec()
}

fn batch(rows: &[Row]) -> RecordBatch {
    let columns: [(&str, ArrayRef); 7] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.id)))),
        ("region", Arc::new(rows.iter().map(|row| row.region).collect::<StringArray>())),
        ("note", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.note)))),
        ("units", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.units)))),
        ("value", Arc::new(rows.iter().map(|row| row.value).collect::<Float64Array>())),
        ("day", Arc::new(rows.iter().map(|row| row.day).collect::<Date32Array>())),
        ("open", Arc::new(rows.iter().map(|row| row.open).collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

struct Lake {
    warehouse: Warehouse,
    issuer: ScopeIssuer,
    folder: std::path::PathBuf,
}

impl Drop for Lake {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Lake {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("oracle-{}", uuid::Uuid::new_v4()));
        let settings = Settings { lake: folder.join("lake"), scratch: folder.join("scratch"), memory_bytes: 256 << 20, query_time: Duration::from_secs(60) };
        let (warehouse, issuer) = Warehouse::open(settings).await.unwrap();
        Self { warehouse, issuer, folder }
    }

    async fn scope(&self, rows: &[Row], rule: &Predicate, masks: &[(&str, Mask)]) -> Scope {
        let batches: Vec<Result<RecordBatch, QueryFault>> = rows.chunks(700).map(|part| Ok(batch(part))).collect();
        let written = self.warehouse.write("mart.mart", &uuid::Uuid::new_v4().to_string(), batch(&[]).schema(), stream::iter(batches).boxed()).await.unwrap();
        let measure = |name: &str, sql: &str| (name.to_owned(), Measure { sql: sql.into(), ..Measure::default() });
        let measures = BTreeMap::from([measure("per_unit", "sum(value / units)"), measure("noted", "sum(cast(note as bigint))")]);
        let grant = MartGrant {
            definition: Arc::new(MartDefinition { name: "mart".into(), measures, ..MartDefinition::default() }),
            version: written.version,
            columns: columns(),
            rows: rule.clone(),
            masks: masks.iter().map(|(column, mask)| ((*column).to_owned(), *mask)).collect(),
            hash_key: [3; 32],
        };
        self.issuer.issue("sales", vec![grant], Vec::new())
    }

    async fn outcomes(&self, scope: &Scope, bare: bool) -> Vec<String> {
        let mut outcomes = Vec::new();
        for statement in STATEMENTS {
            outcomes.push(format!("{statement}\n{}", told(self.statement(scope, statement, bare).await).await));
        }
        for query in queries() {
            outcomes.push(format!("{query:?}\n{}", told(self.warehouse.run(scope, &query).await).await));
            outcomes.push(format!("count {:?}", self.warehouse.count(scope, &query).await.map_err(|fault| format!("{fault:?}"))));
        }
        outcomes
    }

    async fn statement(&self, scope: &Scope, statement: &str, bare: bool) -> Result<Rows, QueryFault> {
        if !bare {
            return self.warehouse.sql(scope, statement).await;
        }
        let admitted = gate::admit(statement, &self.warehouse.inner.readers.functions)?;
        let mut table = self.warehouse.govern(scope, "mart").await?;
        table.bare = true;
        self.warehouse.select(admitted.statement, BTreeMap::from([("mart".to_owned(), Arc::new(table))])).await
    }
}

async fn told(rows: Result<Rows, QueryFault>) -> String {
    lines(rows).await.map(|lines| lines.join("\n")).unwrap_or_else(|fault| format!("{fault:?}: {fault}"))
}

/// Each row as a line.
async fn lines(rows: Result<Rows, QueryFault>) -> Result<Vec<String>, QueryFault> {
    let mut rows = rows?;
    let mut lines = Vec::new();
    while let Some(batch) = rows.batches.next().await {
        let batch = batch?;
        let options = FormatOptions::default().with_null("∅");
        let columns: Vec<ArrayFormatter> = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        lines.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|")));
    }
    Ok(lines)
}

/// Sums of floats depend on the order of rows: compared to nine digits.
fn rounded(outcome: &str) -> String {
    let number = |word: &str| match word.parse::<f64>() {
        Ok(number) if word.contains('.') => format!("{number:.6e}"),
        _ => word.to_owned(),
    };
    outcome.lines().map(|line| line.split('|').map(number).collect::<Vec<_>>().join("|")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a54_hidden_rows_change_no_outcome() {
    let lake = Lake::new().await;
    for (seed, rule) in rules(4000).into_iter().enumerate() {
        let mut rows = rows(4000, seed as u64);
        let share = hide(&mut rows, &rule) as f64 / rows.len() as f64;
        assert!((0.21..=0.95).contains(&share), "{rule:?} shows {share}");
        let masks: &[(&str, Mask)] = if seed % 3 == 0 { &[("value", Mask::Bucket(10.0)), ("region", Mask::Hash)] } else { &[] };
        let governed = lake.scope(&rows, &rule, masks).await;
        let governed = lake.outcomes(&governed, false).await;
        let visible: Vec<Row> = rows.into_iter().filter(|row| holds(&rule, row) == Some(true)).collect();
        let alone = lake.scope(&visible, &Predicate::All(Vec::new()), masks).await;
        let alone = lake.outcomes(&alone, false).await;
        for (governed, alone) in governed.iter().zip(&alone) {
            assert!(
                !governed
                    .replace("'sec%'", "")
                    .replace("select secret", "")
                    .replace("column secret", "")
                    .replace("UnknownColumn(\"secret\")", "")
                    .contains("secret"),
                "{rule:?}\n{governed}"
            );
            assert_eq!(rounded(governed), rounded(alone), "{rule:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a54_without_the_barrier_the_oracle_fails() {
    let lake = Lake::new().await;
    let (mut leaks, mut tried) = (0, 0);
    for (seed, rule) in rules(4000).into_iter().enumerate() {
        let mut rows = rows(4000, seed as u64);
        hide(&mut rows, &rule);
        let governed = lake.scope(&rows, &rule, &[]).await;
        let visible: Vec<Row> = rows.into_iter().filter(|row| holds(&rule, row) == Some(true)).collect();
        let alone = lake.scope(&visible, &Predicate::All(Vec::new()), &[]).await;
        tried += 1;
        for statement in STATEMENTS {
            let bare = told(lake.statement(&governed, statement, true).await).await;
            let truth = told(lake.statement(&alone, statement, false).await).await;
            leaks += usize::from(rounded(&bare) != rounded(&truth));
        }
    }
    assert!(leaks > tried, "without the barrier only {leaks} outcomes differ: the oracle would not notice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a54_large_tables_of_several_row_groups_and_partitions() {
    let lake = Lake::new().await;
    let rule = Predicate::NotIn { column: "region".into(), values: vec![Literal::Text("South".into())] };
    let mut rows = rows(400_000, 5);
    hide(&mut rows, &rule);
    let governed = lake.scope(&rows, &rule, &[]).await;
    let visible: Vec<Row> = rows.into_iter().filter(|row| holds(&rule, row) == Some(true)).collect();
    let alone = lake.scope(&visible, &Predicate::All(Vec::new()), &[]).await;
    for statement in STATEMENTS.iter().filter(|statement| !statement.contains("join") && !statement.contains("exists") && !statement.contains('*')) {
        let one = told(lake.statement(&governed, statement, false).await).await;
        let other = told(lake.statement(&alone, statement, false).await).await;
        assert_eq!(rounded(&one), rounded(&other), "{statement}");
    }
}

/// A36: after the physical optimisation every leaf that reads is a barrier, and beneath it stands only what may.
#[tokio::test(flavor = "multi_thread")]
async fn a36_the_barrier_stands_above_each_base_scan() {
    let lake = Lake::new().await;
    let rule = Predicate::Compare { column: "region".into(), comparison: Comparison::Equal, value: Literal::Text("North".into()) };
    let mut rows = rows(4000, 1);
    hide(&mut rows, &rule);
    let scope = lake.scope(&rows, &rule, &[("value", Mask::Hash)]).await;
    for statement in STATEMENTS.iter().chain(&[
        "select id from mart order by value limit 3",
        "select min(id) from mart",
        "select count(*) from mart where value is not null",
    ]) {
        let Ok(admitted) = gate::admit(statement, &lake.warehouse.inner.readers.functions) else { continue };
        let table: Arc<GovernedTable> = Arc::new(lake.warehouse.govern(&scope, "mart").await.unwrap());
        let session = lake.warehouse.session(Marts { tables: Arc::new(BTreeMap::from([("mart".to_owned(), table)])) }, 2);
        let Ok(plan) = session.statement_to_plan(datafusion::sql::parser::Statement::Statement(Box::new(admitted.statement))).await else { continue };
        let Ok(physical) = session.create_physical_plan(&plan).await else { continue };
        let shown = displayable(physical.as_ref()).indent(true).to_string();
        let mut beneath = Vec::new();
        leaves(&physical, &mut beneath);
        assert!(shown.contains("BarrierExec") || beneath.is_empty(), "{statement}\n{shown}");
        for word in ["parquet", "DataSource", "North", "masked", "lake"] {
            assert!(!shown.contains(word) || statement.contains(word), "{statement}\n{shown}");
        }
        for plan in beneath {
            for word in ["CAST", "/", "CASE", "LIKE", "DynamicFilter", "sort_order", "limit="] {
                let files_aside = plan.lines().map(|line| line.split("file_groups=").next().unwrap_or_default()).collect::<String>();
                assert!(!files_aside.contains(word), "{statement}\n{plan}");
            }
        }
    }
    // The same scan without its barrier is what the walk above must notice.
    let mut bare = lake.warehouse.govern(&scope, "mart").await.unwrap();
    bare.bare = true;
    let session = lake.warehouse.session(Marts::default(), 2);
    let plan = LogicalPlanBuilder::scan("mart", provider_as_source(Arc::new(bare)), None).unwrap().build().unwrap();
    let physical = session.create_physical_plan(&plan).await.unwrap();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| leaves(&physical, &mut Vec::new()))).is_err());
}

/// Asserts that leaves are barriers (or read nothing) and gathers the plans beneath them.
fn leaves(plan: &Arc<dyn ExecutionPlan>, beneath: &mut Vec<String>) {
    if let Some(barrier) = plan.downcast_ref::<BarrierExec>() {
        beneath.push(displayable(barrier.beneath().as_ref()).indent(true).to_string());
    } else if plan.children().is_empty() {
        assert!(["EmptyExec", "PlaceholderRowExec"].contains(&plan.name()), "a leaf without a barrier: {}", plan.name());
    }
    plan.children().iter().for_each(|child| leaves(child, beneath));
}

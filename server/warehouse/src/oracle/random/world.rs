//! Two marts under random policies, and their physical copies.

use super::{
    Dice, Lake,
    conditions::Seen,
    copies::{self, KEY},
    policies, questions,
    tables::{self, Row},
};
use crate::{Appended, MartDefinition, MartGrant, Mask, PinnedColumn, Predicate, QueryFault, Scope, definition::Measure, table::DatasetTable};
use arrow::{compute::concat_batches, record_batch::RecordBatch};
use futures::{StreamExt, stream};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Mutex;

/// Versions of tables in memory: above those that Delta reaches here.
const IN_MEMORY: u64 = 1 << 40;

pub(super) struct House {
    pub(super) lake: Lake,
    /// Whoever writes a dataset's first file and appends the second is alone with it.
    writing: Mutex<()>,
    next: AtomicU64,
}

pub(super) struct World {
    /// Rules and masks over all rows.
    pub(super) governed: Scope,
    /// The copies of what they leave, without rule or mask.
    pub(super) alone: Scope,
    pub(super) seen: Vec<Seen>,
    /// Tables and policies, for whoever looks into a difference.
    pub(super) said: String,
    opened: Vec<(String, u64)>,
}

impl World {
    pub(super) async fn new(house: &House, dice: &mut Dice) -> Self {
        let (mut governed, mut alone, mut seen, mut opened) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut said = String::new();
        for (name, least, most) in [("mart", 50, 400), ("other", 20, 90)] {
            let count = least + dice.roll(most - least);
            let mut rows = tables::rows(dice, count);
            let rule = policies::rule(dice, &rows);
            tables::hide(dice, &mut rows, &rule);
            let masks = policies::masks(dice);
            let visible: Vec<Row> = rows.iter().filter(|row| tables::shows(&rule, row)).cloned().collect();
            let (columns, copy) = copies::copy(&visible, &masks);
            seen.push(Seen { name, columns: columns.iter().map(|column| (name_of(column), column.kind)).collect() });

            let files = split(dice, &tables::batch(&rows));
            let on_disk = dice.chance(6);
            said.push_str(&format!("{name}: {count} rows, {} visible, in {} files, Delta: {on_disk}\n  {rule:?}\n  {masks:?}\n", visible.len(), files.len()));
            let version = if on_disk { house.write(name, files).await } else { house.hold(name, tables::pinned(), files) };
            opened.push((dataset(name), version));
            // What is not accepted is hidden as what is masked so.
            let hidden = |column: &PinnedColumn| masks.get(&column.name) == Some(&Mask::Hide);
            let unpinned = dice.chance(2);
            let accepted = tables::pinned().into_iter().filter(|column| !unpinned || !hidden(column)).collect();
            governed.push(grant(name, version, accepted, rule.clone(), masks.clone()));

            let version = house.hold(name, columns.clone(), split(dice, &copy));
            opened.push((dataset(name), version));
            alone.push(grant(name, version, columns, Predicate::All(Vec::new()), BTreeMap::new()));
        }
        let issue = |grants| house.lake.issuer.issue("sales", grants, Vec::new());
        Self { governed: issue(governed), alone: issue(alone), seen, said, opened }
    }

    /// Lets go of its tables, so that the warehouse does not forget those of others for their number.
    pub(super) fn close(self, house: &House) {
        let mut tables = house.lake.warehouse.inner.tables();
        for key in &self.opened {
            tables.remove(key);
        }
    }
}

impl House {
    pub(super) async fn new() -> Self {
        Self { lake: Lake::new().await, writing: Mutex::new(()), next: AtomicU64::new(IN_MEMORY) }
    }

    fn hold(&self, name: &str, columns: Vec<PinnedColumn>, files: Vec<Vec<RecordBatch>>) -> u64 {
        let version = self.next.fetch_add(1, Ordering::Relaxed);
        self.lake.warehouse.inner.tables().insert((dataset(name), version), Arc::new(DatasetTable::in_memory(columns, files)));
        version
    }

    /// A Delta table of two files, the second appended.
    async fn write(&self, name: &str, mut files: Vec<Vec<RecordBatch>>) -> u64 {
        let _alone = self.writing.lock().await;
        let (warehouse, dataset) = (&self.lake.warehouse, dataset(name));
        let schema = tables::batch(&[]).schema();
        let last = files.pop().unwrap_or_default();
        let first: Vec<Result<RecordBatch, QueryFault>> = files.into_iter().flatten().map(Ok).collect();
        warehouse.write(&dataset, "a", schema.clone(), stream::iter(first).boxed()).await.unwrap();
        // Files stand in the order of their names, which begin with the run's.
        match warehouse.append(&dataset, "b", &tables::pinned(), Some(concat_batches(&schema, &last).unwrap()), &[]).await.unwrap() {
            Appended::Done(written) => written.version,
            Appended::Overtaken => panic!("nobody else writes {dataset}"),
        }
    }
}

fn dataset(name: &str) -> String {
    format!("mart.{name}")
}

fn name_of(column: &PinnedColumn) -> &'static str {
    tables::COLUMNS[tables::place(&column.name)].0
}

/// As one to three files of one or two batches each.
fn split(dice: &mut Dice, whole: &RecordBatch) -> Vec<Vec<RecordBatch>> {
    let (files, batches) = (1 + dice.roll(3) as usize, 1 + dice.roll(2) as usize);
    let size = whole.num_rows().div_ceil(files * batches).max(1);
    let parts: Vec<RecordBatch> = (0..whole.num_rows()).step_by(size).map(|from| whole.slice(from, size.min(whole.num_rows() - from))).collect();
    parts.chunks(batches).map(<[RecordBatch]>::to_vec).collect()
}

fn grant(name: &str, version: u64, columns: Vec<PinnedColumn>, rows: Predicate, masks: BTreeMap<String, Mask>) -> MartGrant {
    let measures = questions::MEASURES.map(|(name, sql, _, _)| (name.to_owned(), Measure { sql: sql.into(), ..Measure::default() }));
    let definition = MartDefinition { name: name.into(), measures: BTreeMap::from(measures), ..MartDefinition::default() };
    MartGrant { definition: Arc::new(definition), version, columns, rows, masks, hash_key: KEY }
}

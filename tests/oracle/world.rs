//! A house with a mart of random rows, the people who read it, and beside it the copy of what one of them sees.

use super::{
    Dice,
    share::{Codes, PEOPLE, Share},
};
use app::governance::asks::{DeletePolicy, ListPolicies, PolicyCard, SavePolicy};
use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use chrono::{Days, NaiveDate};
use futures::{StreamExt, stream};
use server::warehouse::pins::Pin;
use std::sync::Arc;
use tests::house::{ADELA_ALONE, House, Visitor, lake};
use warehouse::{Appended, ColumnType, PinnedColumn, QueryFault};

/// The mart under policies.
pub const MART: &str = "baskets";
/// The copy of a share: of as many letters, so that places in a statement are the same.
pub const COPY: &str = "replica";

/// The first one tells rows apart: it is never null, masked or hidden.
pub const COLUMNS: [(&str, ColumnType); 9] = [
    ("id", ColumnType::Integer),
    ("region", ColumnType::Text),
    ("city", ColumnType::Text),
    ("note", ColumnType::Text),
    ("household_id", ColumnType::Integer),
    ("units", ColumnType::Integer),
    ("sales_value", ColumnType::Number),
    ("day", ColumnType::Date),
    ("open", ColumnType::Bool),
];

#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Bool(bool),
    Day(NaiveDate),
}

impl Cell {
    /// The value that rules and attributes write as this text; `None` when it is none of this type.
    pub fn read(text: &str, kind: ColumnType) -> Option<Self> {
        Some(match kind {
            ColumnType::Text => Self::Text(text.to_owned()),
            ColumnType::Integer => Self::Integer(text.parse().ok()?),
            ColumnType::Number => Self::Number(text.parse().ok()?),
            ColumnType::Bool => Self::Bool(text.parse().ok()?),
            ColumnType::Date => Self::Day(text.parse().ok()?),
            ColumnType::Timestamp => return None,
        })
    }

    pub fn written(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// A cell for each column.
pub type Row = Vec<Cell>;

pub fn place(column: &str) -> usize {
    COLUMNS.iter().position(|(name, _)| *name == column).unwrap()
}

pub struct World {
    pub house: House,
    pub rows: Vec<Row>,
    /// Those of `PEOPLE`, signed in.
    pub readers: Vec<Visitor>,
    adela: Visitor,
}

impl World {
    pub async fn new(dice: &mut Dice) -> Self {
        let mut house = House::empty(None).await;
        house.apply(&[("organisation.toml", organisation().as_str())]).await;
        let rows: Vec<Row> = (0..250 + dice.roll(100)).map(|id| row(dice, id as i64)).collect();
        publish(&house, dice, MART, &COLUMNS, &rows).await;
        let mut readers = Vec::new();
        for person in &PEOPLE {
            readers.push(house.signed_in(person.name).await);
        }
        let adela = house.signed_in("adela").await;
        Self { house, rows, readers, adela }
    }

    /// Puts these policies in the place of all that there are.
    pub async fn govern(&mut self, policies: &[PolicyCard]) {
        let listed = self.adela.ask(&ListPolicies {}).await.unwrap();
        for PolicyCard { id, revision, .. } in listed.policies {
            self.adela.ask(&DeletePolicy { id, revision, why: "the next case".into() }).await.unwrap();
        }
        for policy in policies {
            let saved = self.adela.ask(&SavePolicy { policy: policy.clone(), why: String::new() }).await;
            saved.unwrap_or_else(|fault| panic!("{policy:?}: {fault:?}"));
        }
    }

    /// Publishes a share as a mart that the department sees whole. Without one the copy is not there, as the mart is not.
    pub async fn copy(&mut self, dice: &mut Dice, share: Option<&Share>, codes: &Codes) {
        let Some(share) = share else { return };
        let columns: Vec<(&'static str, ColumnType)> = share.columns.iter().map(|column| (column.name, column.shown())).collect();
        publish(&self.house, dice, COPY, &columns, &share.shown(codes)).await;
        let policy = PolicyCard { mart: COPY.into(), department: "sales".into(), enabled: true, ..PolicyCard::default() };
        self.adela.ask(&SavePolicy { policy, why: String::new() }).await.unwrap();
    }
}

/// Writes rows in their order, as one or two files of several batches, and publishes them.
async fn publish(house: &House, dice: &mut Dice, mart: &str, columns: &[(&'static str, ColumnType)], rows: &[Row]) {
    let dataset = format!("mart.{mart}");
    let pinned: Vec<PinnedColumn> = columns.iter().map(|(name, kind)| PinnedColumn { name: (*name).into(), kind: *kind }).collect();
    let cut = if dice.chance(2) { rows.len() } else { dice.roll(rows.len() as u64 + 1) as usize };
    let (first, last) = rows.split_at(cut);
    let size = 20 + dice.roll(120) as usize;
    let batches: Vec<Result<RecordBatch, QueryFault>> = first.chunks(size).map(|rows| Ok(batch(columns, rows))).collect();
    let warehouse = &house.portal.warehouse;
    let mut version = warehouse.write(&dataset, "a", batch(columns, &[]).schema(), stream::iter(batches).boxed()).await.unwrap().version;
    if !last.is_empty() {
        // Files stand in the order of their names, which begin with the run's.
        match warehouse.append(&dataset, "b", &pinned, Some(batch(columns, last)), &[]).await.unwrap() {
            Appended::Done(written) => version = written.version,
            Appended::Overtaken => panic!("nobody else writes {dataset}"),
        }
    }
    house.publish(&[Pin { version, columns: pinned, definition: Some(DEFINITION.to_owned()), ..lake(&dataset, "sales") }]).await;
}

fn row(dice: &mut Dice, id: i64) -> Row {
    let first = NaiveDate::from_ymd_opt(2016, 7, 1).unwrap();
    let full = [
        Cell::Integer(id),
        Cell::Text((*dice.pick(&["North", "South", "East", "Norway"])).to_owned()),
        Cell::Text(format!("{}-{:02}", dice.pick(&["mad", "mal", "bcn, b", "\"ma\""]), dice.roll(8))),
        // A word that is no number, and no units at all, make some expressions fail: for whom they are seen.
        Cell::Text(if dice.chance(150) { "n/a".to_owned() } else { dice.roll(1000).to_string() }),
        Cell::Integer(dice.roll(40) as i64),
        Cell::Integer(if dice.chance(150) { 0 } else { 1 + dice.roll(9) as i64 }),
        // Quarters: their sums are exact in any order.
        Cell::Number(dice.roll(4000) as f64 * 0.25),
        Cell::Day(first + Days::new(dice.roll(700))),
        Cell::Bool(dice.chance(2)),
    ];
    full.into_iter().enumerate().map(|(at, cell)| if at > 0 && dice.chance(10) { Cell::Null } else { cell }).collect()
}

fn batch(columns: &[(&'static str, ColumnType)], rows: &[Row]) -> RecordBatch {
    let arrays = columns.iter().enumerate().map(|(at, (name, kind))| (*name, array(*kind, rows.iter().map(|row| &row[at])), true));
    RecordBatch::try_from_iter_with_nullable(arrays).unwrap()
}

fn array<'a>(kind: ColumnType, cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    macro_rules! column {
        ($cell:ident, $array:ty) => {
            cells.map(|cell| if let Cell::$cell(value) = cell { Some(value.to_owned()) } else { None }).collect::<$array>()
        };
    }
    match kind {
        ColumnType::Text => Arc::new(column!(Text, StringArray)),
        ColumnType::Integer => Arc::new(column!(Integer, Int64Array)),
        ColumnType::Number => Arc::new(column!(Number, Float64Array)),
        ColumnType::Bool => Arc::new(column!(Bool, BooleanArray)),
        ColumnType::Date => Arc::new(cells.map(|cell| if let Cell::Day(day) = cell { Some(days(*day)) } else { None }).collect::<Date32Array>()),
        ColumnType::Timestamp => panic!("no column is a timestamp"),
    }
}

/// Days since 1970-01-01.
fn days(day: NaiveDate) -> i32 {
    (day - NaiveDate::default()).num_days() as i32
}

fn organisation() -> String {
    let mut text = ADELA_ALONE.to_owned();
    for person in &PEOPLE {
        let also: Vec<String> = person.roles[1..].iter().map(|role| format!("{{ department = \"sales\", role = {role:?} }}")).collect();
        text.push_str(&format!("[[people]]\nemail = \"{0}@atalaya.example\"\nname = \"{0}\"\ndepartment = \"sales\"\n", person.name));
        text.push_str(&format!("role = {:?}\nalso = [{}]\n[people.attributes]\n", person.roles[0], also.join(", ")));
        for (attribute, values) in person.attributes {
            text.push_str(&format!("{attribute} = {values:?}\n"));
        }
    }
    text
}

/// Of the mart and of its copy alike. The head of the first column is where the table of a PDF begins.
const DEFINITION: &str = r#"/*
title = { en = "Lines", es = "Líneas" }
department = "sales"
date_column = "day"
[columns.id]
label = { en = "Marker", es = "Marker" }
[columns.region]
label = { en = "Region", es = "Región" }
dimension = true
[measures.sales]
sql = "sum(sales_value)"
label = { en = "Sales", es = "Ventas" }
unit = "money:USD"
[measures.mean]
sql = "avg(sales_value)"
label = { en = "Mean", es = "Media" }
[measures.households]
sql = "count(distinct household_id)"
label = { en = "Households", es = "Hogares" }
[measures.named]
sql = "count(region)"
label = { en = "Named", es = "Con nombre" }
[measures.most]
sql = "max(units)"
label = { en = "Most", es = "Máximo" }
[measures.per_unit]
sql = "sum(100 / units)"
label = { en = "Per unit", es = "Por unidad" }
*/
select id from warehouse.sales_line
"#;

//! Random questions over random tables under random policies get what physical copies give (A54), and do not without the barrier.

use super::{Dice, Lake, lines, rounded};
use crate::{QueryFault, Rows, Scope, gate};
use futures::{StreamExt, future, stream};
use std::{collections::BTreeMap, sync::Arc};

use asking::{Ask, Way};
use tables::SECRET;
use world::{House, World};

mod asking;
mod conditions;
mod copies;
mod doors;
mod policies;
mod questions;
mod shapes;
mod statements;
mod tables;
mod world;

/// Questions that are asked of one pair of marts, and pairs that are asked side by side.
const ASKED: u64 = 20;
const WORLDS: usize = 4;

impl Dice {
    fn of(seed: u64, number: u64) -> Self {
        let mixed = seed ^ number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Self(mixed ^ (mixed >> 27))
    }

    /// True once in so many times.
    fn chance(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

/// What came of a question, as its reader would be told.
#[derive(PartialEq, Eq)]
struct Outcome {
    rows: bool,
    text: String,
}

impl Outcome {
    async fn of(rows: Result<Rows, QueryFault>, ask: &Ask) -> Self {
        let head = rows.as_ref().map(|rows| rows.schema.fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type())).collect::<Vec<_>>());
        let head = head.unwrap_or_default().join(", ");
        match ask.door.lines(rows).await {
            Ok(lines) => {
                let text = rounded(&lines.join("\n"));
                let mut lines: Vec<&str> = text.lines().collect();
                if !ask.ordered {
                    lines.sort_unstable();
                }
                Self { rows: true, text: format!("{head}\n{}", lines.join("\n")) }
            }
            Err(fault) => Self::fault(&fault),
        }
    }

    fn count(count: Result<u64, QueryFault>) -> Self {
        match count {
            Ok(count) => Self { rows: true, text: format!("{count} rows") },
            Err(fault) => Self::fault(&fault),
        }
    }

    fn fault(fault: &QueryFault) -> Self {
        Self { rows: false, text: format!("{fault:?}: {fault}") }
    }
}

/// What came of the questions over one pair of marts.
#[derive(Default)]
struct Asked {
    /// For each shape of question how often it gave rows and how often a fault, an example of which is kept.
    shapes: BTreeMap<&'static str, (u64, u64, String)>,
    difference: Option<String>,
}

impl Asked {
    fn note(&mut self, ask: &Ask, outcome: &Outcome) {
        let (rows, faults, example) = self.shapes.entry(ask.shape).or_default();
        if outcome.rows {
            *rows += 1;
        } else {
            *faults += 1;
            *example = format!("{:?}: {}", ask.way, outcome.text);
        }
    }
}

async fn asked(house: &House, seed: u64, number: u64, count: u64, bare: bool) -> Asked {
    let mut dice = Dice::of(seed, number);
    let world = World::new(house, &mut dice).await;
    let mut asked = Asked::default();
    for case in 0..count {
        let ask = asking::any(&mut dice, &world.seen);
        let (governed, alone) = future::join(outcome(&house.lake, &world.governed, &ask, bare), outcome(&house.lake, &world.alone, &ask, false)).await;
        asked.note(&ask, &alone);
        if governed != alone || governed.text.contains(SECRET) {
            let case = number * ASKED + case;
            let cut = |text: &str| text.chars().take(3000).collect::<String>();
            asked.difference = Some(format!(
                "ATALAYA_TEST_SEED={seed}, case {case} ({}, {:?})\n{}\n{:?}\n--- governed\n{}\n--- physical copy\n{}",
                ask.shape,
                ask.door,
                world.said,
                ask.way,
                cut(&governed.text),
                cut(&alone.text)
            ));
            break;
        }
    }
    world.close(house);
    asked
}

async fn outcome(lake: &Lake, scope: &Scope, ask: &Ask, bare: bool) -> Outcome {
    let rows = match &ask.way {
        Way::Sql(statement) if bare => unguarded(lake, scope, statement).await,
        Way::Sql(statement) => lake.warehouse.sql(scope, statement).await,
        Way::SqlFirst(statement, most) => lake.warehouse.sql_first(scope, statement, *most).await,
        Way::Run(query) => lake.warehouse.run(scope, query).await,
        Way::SqlCount(statement) => return Outcome::count(lake.warehouse.sql_count(scope, statement).await),
        Way::Count(query) => return Outcome::count(lake.warehouse.count(scope, query).await),
    };
    Outcome::of(rows, ask).await
}

/// The statement over the same governed tables, with their barriers taken out.
async fn unguarded(lake: &Lake, scope: &Scope, statement: &str) -> Result<Rows, QueryFault> {
    let admitted = gate::admit(statement, &lake.warehouse.inner.readers.functions)?;
    let mut tables = BTreeMap::new();
    for name in admitted.relations {
        match lake.warehouse.govern(scope, &name).await {
            Ok(mut table) => {
                table.bare = true;
                tables.insert(name, Arc::new(table));
            }
            Err(QueryFault::UnknownMart(_)) if admitted.own.contains(&name) => {}
            Err(fault) => return Err(fault),
        }
    }
    lake.warehouse.select(admitted.statement, tables).await
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

fn seed() -> u64 {
    variable("ATALAYA_TEST_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0)
}

/// 2,000 cases, or as many as ATALAYA_TEST_ORACLE says.
#[tokio::test(flavor = "multi_thread")]
async fn a54_two_thousand_random_cases_give_what_physical_copies_give() {
    let (cases, seed) = (variable("ATALAYA_TEST_ORACLE").unwrap_or(2_000), seed());
    println!("oracle: {cases} cases, ATALAYA_TEST_SEED={seed}");
    let house = House::new().await;
    let count = |number: u64| ASKED.min(cases - number * ASKED);
    let mut worlds = stream::iter(0..cases.div_ceil(ASKED)).map(|number| asked(&house, seed, number, count(number), false)).buffer_unordered(WORLDS);
    let mut all: BTreeMap<&str, (u64, u64, String)> = BTreeMap::new();
    let mut done = 0;
    while let Some(asked) = worlds.next().await {
        if let Some(difference) = asked.difference {
            panic!("a hidden row or value changed an outcome: {difference}");
        }
        let before = done;
        for (shape, (rows, faults, example)) in asked.shapes {
            let sum = all.entry(shape).or_default();
            *sum = (sum.0 + rows, sum.1 + faults, if example.is_empty() { std::mem::take(&mut sum.2) } else { example });
            done += rows + faults;
        }
        if done / 5_000 > before / 5_000 {
            println!("oracle: {done} cases, no difference");
        }
    }
    for (shape, (rows, faults, example)) in &all {
        println!("oracle: {shape}: {rows} with rows, {faults} with a fault {}", example.lines().next().unwrap_or_default());
    }
    println!("oracle: {done} cases, 0 differences");
    // An oracle of refusals alone would prove nothing.
    if cases >= 1_000 {
        for (shape, (rows, faults, example)) in all.iter().filter(|(shape, _)| !["fails", "wrong"].contains(shape)) {
            assert!(rows > faults, "{shape} gave rows {rows} times and a fault {faults} times, as {example}");
        }
    }
}

/// The same machinery with the barrier taken out finds a difference, so that it would find one.
#[tokio::test(flavor = "multi_thread")]
async fn a54_without_the_barrier_the_oracle_fails() {
    let seed = seed();
    println!("oracle without the barrier: ATALAYA_TEST_SEED={seed}");
    let house = House::new().await;
    let mut worlds = stream::iter(0..25).map(|number| asked(&house, seed, number, ASKED, true)).buffer_unordered(WORLDS);
    while let Some(asked) = worlds.next().await {
        if asked.difference.is_some() {
            return;
        }
    }
    panic!("without the barrier 500 cases differed in nothing: the oracle would not notice (ATALAYA_TEST_SEED={seed})");
}

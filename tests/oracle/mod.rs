//! Random questions at every door of the server, by people of several roles under random policies, get what a mart of their share alone gives (A54).

mod asking;
mod doors;
mod policies;
mod questions;
mod share;
mod statements;
mod world;

use asking::Case;
use std::collections::{BTreeMap, BTreeSet};
use tests::skips::skipped;
use world::World;

/// Cases over the same rows.
const CASES: u64 = 60;

/// Makes the choices of a case: the same ones for the same seed and number.
pub struct Dice(u64);

impl Dice {
    fn of(seed: u64, number: u64) -> Self {
        let mixed = seed ^ number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Self(mixed ^ (mixed >> 27))
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// True once in so many times.
    fn chance(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

fn seed() -> u64 {
    variable("ATALAYA_TEST_SEED").unwrap_or_else(rand::random::<u64>)
}

/// Whether PDFs can be read here.
fn poppler() -> bool {
    let there = doors::poppler();
    if !there {
        skipped("poppler's pdftotext is not installed: everything but the data of PDFs is compared");
    }
    there
}

/// 60 cases, or as many as ATALAYA_TEST_DOORS says.
#[tokio::test(flavor = "multi_thread")]
async fn a54_every_door_of_the_server_gives_what_a_mart_of_the_share_alone_gives() {
    let (cases, seed) = (variable("ATALAYA_TEST_DOORS").unwrap_or(CASES), seed());
    println!("doors: {cases} cases, ATALAYA_TEST_SEED={seed}");
    let poppler = poppler();
    let mut all: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for first in (0..cases).step_by(CASES as usize) {
        let mut world = World::new(&mut Dice::of(!seed, first)).await;
        for number in first..cases.min(first + CASES) {
            let case = Case { seed, number, printed: poppler && number % 10 == 0, forgetful: false };
            let asked = asking::asked(&mut world, &case).await;
            if let Some((door, difference)) = asked.differences.first() {
                panic!("a hidden row or value changed an answer: ATALAYA_TEST_SEED={seed}, case {number}, {door}\n{}\n{difference}", asked.said);
            }
            for (door, (answers, refusals)) in asked.doors {
                let sum = all.entry(door).or_default();
                *sum = (sum.0 + answers, sum.1 + refusals);
            }
        }
    }
    for (door, (answers, refusals)) in &all {
        println!("doors: {door}: {answers} answers, {refusals} refusals");
        // Refusals alone would prove nothing.
        assert!(answers + refusals < 20 || answers * 3 > *refusals, "{door}: {answers} answers, {refusals} refusals (ATALAYA_TEST_SEED={seed})");
    }
    println!("doors: {cases} cases, 0 differences");
}

/// The same with one rule forgotten where the share is reckoned: each door's comparison finds it, so that each could.
#[tokio::test(flavor = "multi_thread")]
async fn a54_a_rule_that_is_left_out_is_noticed_at_every_door() {
    let seed = seed();
    println!("doors with a rule left out: ATALAYA_TEST_SEED={seed}");
    let mut waiting: BTreeSet<&str> = doors::ALL.into_iter().collect();
    let poppler = poppler();
    if !poppler {
        waiting.remove(doors::PDF);
    }
    let mut world = World::new(&mut Dice::of(!seed, 0)).await;
    for number in 0..2 * CASES {
        let case = Case { seed, number, printed: poppler && waiting.contains(doors::PDF), forgetful: true };
        for (door, _) in asking::asked(&mut world, &case).await.differences {
            waiting.remove(door);
        }
        if waiting.is_empty() {
            return;
        }
    }
    panic!("a rule was left out in many cases and no difference was seen at {waiting:?}: the comparison would not notice (ATALAYA_TEST_SEED={seed})");
}

//! What governance costs: a governed query beside the same one by hand, and a decision with many rules, grants and people.

use anyhow::Result;

use super::Bench;
use crate::test;

pub fn queries(_: &Bench) -> Result<()> {
    test::long("figures_of_governed_queries", &[])
}

pub fn decisions(_: &Bench) -> Result<()> {
    test::long("figures_of_decisions", &[])
}

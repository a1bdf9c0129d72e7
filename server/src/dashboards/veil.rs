//! A plan as it is shown to who looks as somebody else and has no share of what it is about: without the values that stand in it (A40, A53).

use super::store::Kept;
use crate::access::Permit;
use app::{
    dashboards::asks::{FilterKind, Tile},
    warehouse::asks::{Filter, Test},
};

/// Takes out of tiles and filters what may be a value of a veiled mart or stream. Nothing is lost by it: they show no row anyway.
pub(super) fn veil(permit: &Permit, kept: &mut Kept) {
    if permit.viewer().is_none() {
        return;
    }
    for tile in &mut kept.tiles {
        without_values(permit, tile);
    }
    for filter in &mut kept.filters {
        if filter.kind == FilterKind::Choice && filter.columns.iter().any(|(mart, _)| permit.veils(mart)) {
            filter.default = None;
        }
    }
}

fn without_values(permit: &Permit, tile: &mut Tile) {
    if let Some(shown) = &mut tile.stream {
        if permit.veils(&format!("stream.{}", shown.stream)) {
            shown.query.clear();
        }
    } else if tile.window.is_none() && permit.veils(&tile.question.mart) {
        let question = &mut tile.question;
        let before = question.filters.len();
        question.filters.retain(is_without_value);
        // A comparison may have needed the dates that are gone.
        if question.filters.len() < before && !question.filters.iter().any(|filter| matches!(filter.test, Test::Period(_))) {
            question.comparison = None;
        }
    }
}

fn is_without_value(filter: &Filter) -> bool {
    matches!(filter.test, Test::Period(_) | Test::Empty | Test::NotEmpty)
}

//! What the address of a dashboard says: the filters in force, marks that were clicked, and in which tile.
//!
//! `?date=last-quarter&region=North,South&x.department=GROCERY&from=tile-4`: a declared filter by its name, a cross filter by
//! `x.` and a column, and the tiles whose own marks stay although one of them was clicked.

use super::asks::{DashboardFilter, FilterKind, Tile, conditions_for};
use crate::warehouse::{
    address::{read_search, write_search},
    asks::{Filter, Question, Test},
    written::{EVERYTHING, read_test, write_test},
};

/// The filters of one view of a dashboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Name and written condition of each filter that the address names; [`EVERYTHING`] overrides a default.
    pub named: Vec<(String, String)>,
    /// Column and condition of each cross filter.
    pub crossed: Vec<Filter>,
    /// Tiles in which the marks of the cross filters were clicked.
    pub from: Vec<String>,
}

impl State {
    /// Reads the search part of an address, with or without its `?`. Names that no filter has are kept: they may be another page's.
    pub fn read(search: &str) -> Self {
        let mut state = Self::default();
        for (name, value) in read_search(search) {
            if name == "from" {
                state.from = value.split(',').filter(|tile| !tile.is_empty()).map(Into::into).collect();
            } else if let Some(column) = name.strip_prefix("x.") {
                if let Some(test) = read_test(&value) {
                    state.crossed.retain(|crossed| crossed.column != column);
                    state.crossed.push(Filter { column: column.into(), test });
                }
            } else if !value.is_empty() {
                state.named.retain(|(known, _)| *known != name);
                state.named.push((name, value));
            }
        }
        state
    }

    /// The search part of the address, with its `?`; empty when nothing is filtered.
    pub fn write(&self) -> String {
        let mut pairs = self.named.clone();
        pairs.extend(self.crossed.iter().map(|crossed| (format!("x.{}", crossed.column), write_test(&crossed.test))));
        if !self.crossed.is_empty() && !self.from.is_empty() {
            pairs.push(("from".into(), self.from.join(",")));
        }
        write_search(&pairs)
    }

    /// The condition of a declared filter: the address's, else its default. `None` lets everything through.
    pub fn test_of(&self, filter: &DashboardFilter) -> Option<Test> {
        let written = self.named.iter().find(|(name, _)| *name == filter.name).map(|(_, value)| value.as_str());
        let fitting = |text: &str| read_test(text).filter(|test| fits(filter.kind, test));
        match written {
            Some(EVERYTHING) => None,
            // What cannot be read does not silently show everything: the default stands.
            Some(text) => fitting(text).or_else(|| filter.default.as_deref().and_then(fitting)),
            None => filter.default.as_deref().and_then(fitting),
        }
    }

    /// Every declared filter that is in force, by name; what reports and tiles are asked with.
    pub fn in_force(&self, filters: &[DashboardFilter]) -> Vec<(String, Filter)> {
        filters.iter().filter_map(|filter| Some((filter.name.clone(), Filter { column: filter.name.clone(), test: self.test_of(filter)? }))).collect()
    }

    /// The same view with one filter changed; `None` lets everything through.
    pub fn with(&self, filter: &DashboardFilter, test: Option<&Test>) -> Self {
        let mut next = self.clone();
        next.named.retain(|(name, _)| *name != filter.name);
        let written = test.map_or_else(|| EVERYTHING.to_string(), write_test);
        // The address stays short: what holds anyway is not written.
        if written != filter.default.as_deref().unwrap_or(EVERYTHING) {
            next.named.push((filter.name.clone(), written));
        }
        next
    }

    /// The same view after a click on a mark of `tile`: its conditions replace earlier ones on their columns; the same mark again takes them away.
    pub fn click(&self, tile: &str, conditions: &[Filter]) -> Self {
        if conditions.is_empty() {
            return self.clone();
        }
        let mut next = self.clone();
        next.crossed.retain(|crossed| conditions.iter().all(|condition| condition.column != crossed.column));
        if conditions.iter().all(|condition| self.crossed.contains(condition)) {
            if next.crossed.is_empty() {
                next.from.clear();
            }
            return next;
        }
        next.crossed.extend(conditions.iter().cloned());
        next.from.retain(|known| known != tile);
        next.from.push(tile.into());
        next
    }

    /// The same view without the cross filter on `column`.
    pub fn without(&self, column: &str) -> Self {
        let mut next = self.clone();
        next.crossed.retain(|crossed| crossed.column != column);
        if next.crossed.is_empty() {
            next.from.clear();
        }
        next
    }

    /// The conditions of the marks that were clicked in this tile; empty for the others.
    pub fn chosen_in(&self, tile: &str) -> Vec<Filter> {
        if self.from.iter().any(|known| known == tile) { self.crossed.clone() } else { Vec::new() }
    }

    /// Whether this view differs from the dashboard's own.
    pub fn changed(&self, filters: &[DashboardFilter]) -> bool {
        !self.crossed.is_empty() || self.named.iter().any(|(name, _)| filters.iter().any(|filter| filter.name == *name))
    }

    /// The tile's question under this view. `has` says whether a mart has a column.
    pub fn question(&self, tile: &Tile, filters: &[DashboardFilter], has: &dyn Fn(&str, &str) -> bool) -> Question {
        let keeps_its_marks = self.from.contains(&tile.id);
        let own = |column: &str| keeps_its_marks && tile.question.dimensions.iter().any(|dimension| dimension.column == column);
        self.narrowed(tile, filters, &|column| has(&tile.question.mart, column) && !own(column))
    }

    /// The rows behind a tile under this view: every mark that was clicked counts, also one of the tile itself.
    pub fn rows_behind(&self, tile: &Tile, filters: &[DashboardFilter], has: &dyn Fn(&str, &str) -> bool) -> Question {
        let narrowed = self.narrowed(tile, filters, &|column| has(&tile.question.mart, column));
        Question { mart: narrowed.mart, filters: narrowed.filters, ..Default::default() }
    }

    fn narrowed(&self, tile: &Tile, filters: &[DashboardFilter], obeys: &dyn Fn(&str) -> bool) -> Question {
        let mut question = tile.question.clone();
        let crossed: Vec<&Filter> = self.crossed.iter().filter(|crossed| obeys(&crossed.column)).collect();
        let mut declared = conditions_for(filters, &question.mart, &self.in_force(filters));
        // A clicked day or month lies within the period in force: it takes the period's place.
        declared.retain(|condition| !matches!(condition.test, Test::Period(_)) || crossed.iter().all(|crossed| crossed.column != condition.column));
        question.filters.extend(declared);
        question.filters.extend(crossed.into_iter().cloned());
        if !question.filters.iter().any(|filter| matches!(filter.test, Test::Period(_) | Test::Between(..))) {
            question.comparison = None;
        }
        question
    }
}

fn fits(kind: FilterKind, test: &Test) -> bool {
    match kind {
        FilterKind::Date => matches!(test, Test::Period(_) | Test::Between(..) | Test::AtLeast(_) | Test::AtMost(_)),
        FilterKind::Choice => matches!(test, Test::Is(_) | Test::IsNot(_) | Test::Empty | Test::NotEmpty),
    }
}

#[cfg(test)]
#[path = "state_test.rs"]
mod tests;

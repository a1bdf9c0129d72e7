//! The values that stand in a plan: told to who chose them, and to others as far as their own share holds them (A53).

use super::store::Kept;
use crate::{access::Permit, fault::Result, portal::Portal, warehouse};
use app::{
    dashboards::asks::{DashboardFilter, Tile},
    warehouse::{
        asks::{Test, Value},
        written::read_test,
    },
};

impl Kept {
    /// Who chose what stands in it, unless `written` says so of a tile; `None`: a file, which is the organisation's own word.
    fn writer(&self) -> Option<&str> {
        self.author.as_deref().or(self.owner.as_deref())
    }

    fn writer_of(&self, tile: &str) -> Option<&str> {
        self.written.get(tile).map(String::as_str).or_else(|| self.writer())
    }

    /// From now on a tile asks what this person chose.
    pub(super) fn is_written_by(&mut self, tile: &str, person: &str) {
        if self.writer() == Some(person) {
            self.written.remove(tile);
        } else {
            self.written.insert(tile.to_owned(), person.to_owned());
        }
    }

    /// Gives it to a person, or to the department by one. Who chose what stays as it was.
    pub(super) fn goes_to(&mut self, owner: Option<String>, author: Option<String>) {
        let writers: Vec<(String, Option<String>)> = self.tiles.iter().map(|tile| (tile.id.clone(), self.writer_of(&tile.id).map(str::to_owned))).collect();
        (self.owner, self.author) = (owner, author);
        for (tile, writer) in writers {
            if let Some(writer) = writer {
                self.is_written_by(&tile, &writer);
            }
        }
    }
}

/// Takes out tiles and defaults of filters with values that this reader must not be told; gives how many tiles.
pub(super) async fn withhold(portal: &Portal, permit: &Permit, kept: &mut Kept) -> Result<u32> {
    let mut told = Vec::with_capacity(kept.tiles.len());
    for tile in &kept.tiles {
        told.push(are_told(portal, permit, kept, tile).await?);
    }
    let mut filters_told = Vec::with_capacity(kept.filters.len());
    for filter in &kept.filters {
        filters_told.push(is_default_told(portal, permit, kept, filter).await?);
    }
    let before = kept.tiles.len();
    let mut told = told.into_iter();
    kept.tiles.retain(|_| told.next().unwrap_or(false));
    for (filter, _) in kept.filters.iter_mut().zip(filters_told).filter(|(_, told)| !told) {
        filter.default = None;
    }
    Ok(u32::try_from(before - kept.tiles.len()).unwrap_or(u32::MAX))
}

/// Whether a reader may be told every value in a tile. Its title and note are its author's own statement.
pub(super) async fn are_told(portal: &Portal, permit: &Permit, kept: &Kept, tile: &Tile) -> Result<bool> {
    if is_known(permit, kept.writer_of(&tile.id)) {
        return Ok(true);
    }
    // No list says whether the words of a search are the reader's.
    if tile.stream.as_ref().is_some_and(|shown| !shown.query.trim().is_empty()) {
        return Ok(false);
    }
    for filter in &tile.question.filters {
        if !are_held(portal, permit, &tile.question.mart, &filter.column, &filter.test).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same of what a filter begins with; one column that it is over is enough.
async fn is_default_told(portal: &Portal, permit: &Permit, kept: &Kept, filter: &DashboardFilter) -> Result<bool> {
    let Some(default) = filter.default.as_deref() else { return Ok(true) };
    if is_known(permit, kept.writer()) {
        return Ok(true);
    }
    let Some(test) = read_test(default) else { return Ok(false) };
    for (mart, column) in &filter.columns {
        if are_held(portal, permit, mart, column, &test).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a file says is everybody's; what a person chose is known to them, but not to who looks with their eyes (A40).
fn is_known(permit: &Permit, writer: Option<&str>) -> bool {
    writer.is_none_or(|writer| writer == permit.principal().person && permit.viewer().is_none())
}

async fn are_held(portal: &Portal, permit: &Permit, mart: &str, column: &str, test: &Test) -> Result<bool> {
    for value in values(test) {
        if !warehouse::holds(portal, permit, mart, column, &value).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The values that a condition names. A text that a value contains is taken as one: nothing less is certain.
fn values(test: &Test) -> Vec<Value> {
    match test {
        Test::Is(values) | Test::IsNot(values) => values.clone(),
        Test::Between(from, to) => vec![from.clone(), to.clone()],
        Test::AtLeast(value) | Test::AtMost(value) => vec![value.clone()],
        Test::Contains(text) => vec![Value::Text(text.clone())],
        Test::Period(_) | Test::Empty | Test::NotEmpty => Vec::new(),
    }
}

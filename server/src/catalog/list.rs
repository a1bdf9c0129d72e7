//! The list of the catalog, and what every entry says of itself in short.

use super::{
    sight::Sight,
    things::{self, Thing},
};
use crate::{
    access::Permit,
    fault::Result,
    portal::Portal,
    warehouse::{self, described::in_force},
};
use ::warehouse::MartDefinition;
use app::{
    catalog::asks::{EntryCard, EntryKind, ListCatalog, PERSONAL, Quality},
    text::Text,
};
use std::collections::BTreeMap;

/// Everything that the reader may know of: marts and streams first, then the warehouse and the lake.
pub(super) async fn list(portal: Portal, permit: Permit, _ask: ListCatalog) -> Result<Vec<EntryCard>> {
    let sight = Sight::of(&portal, &permit).await?;
    let things = things::all(&portal).await?;
    let mut names = Names::of(&portal).await?;
    let mut cards = Vec::new();
    for thing in things.values().filter(|thing| sight.sees(&thing.name)) {
        cards.push(card(&portal, &sight, thing, &mut names).await?);
    }
    cards.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    Ok(cards)
}

/// What departments and people are called.
pub(super) struct Names {
    departments: BTreeMap<String, Text>,
    /// Those that were asked for; `None`: no longer there.
    people: BTreeMap<String, Option<String>>,
}

impl Names {
    pub async fn of(portal: &Portal) -> Result<Self> {
        Ok(Self { departments: portal.governance.department_titles().await?, people: BTreeMap::new() })
    }

    pub fn department(&self, name: &str) -> Text {
        self.departments.get(name).cloned().unwrap_or_else(|| Text::same(name))
    }

    /// Name of a person who is still there.
    async fn person(&mut self, portal: &Portal, id: &str) -> Result<Option<String>> {
        if let Some(known) = self.people.get(id) {
            return Ok(known.clone());
        }
        let person = portal.identity.person(id).await?.filter(|person| !person.disabled).map(|person| person.name);
        self.people.insert(id.to_owned(), person.clone());
        Ok(person)
    }
}

/// An entry in short, for a reader who may know of it.
pub(super) async fn card(portal: &Portal, sight: &Sight<'_>, thing: &Thing, names: &mut Names) -> Result<EntryCard> {
    let columns = sight.columns(thing);
    let definition = thing.definition.as_deref();
    let mut tags = thing.described.tags.clone();
    // Of columns that the reader knows of alone: a tag must not tell of a hidden one.
    if columns.iter().any(|column| thing.described.is_personal(&column.name)) && !tags.iter().any(|tag| tag == PERSONAL) {
        tags.insert(0, PERSONAL.to_owned());
    }
    let mut parts: Vec<(String, Text)> = columns.iter().map(|column| (column.name.clone(), column_label(definition, &column.name))).collect();
    parts.extend(measures(portal, sight, thing).map(|name| (name.to_owned(), measure_label(definition, name))));
    let keeper = match &thing.described.keeper {
        Some(id) => names.person(portal, id).await?,
        None => None,
    };
    let figures = sight.figures(&thing.name);
    Ok(EntryCard {
        name: thing.name.clone(),
        kind: thing.kind,
        title: title(thing),
        description: in_force(&thing.described.description, definition.map(|definition| warehouse::text(&definition.description)).unwrap_or_default()),
        department: names.department(&thing.department),
        keeper,
        tags,
        parts,
        published_ms: thing.pin.as_ref().map(|pin| pin.published_ms),
        stale: thing.pin.as_ref().is_some_and(|pin| pin.stale),
        quality: quality(thing),
        rows: thing.pin.as_ref().filter(|_| figures).map(|pin| pin.rows),
    })
}

pub(super) fn title(thing: &Thing) -> Text {
    thing.definition.as_ref().map_or_else(|| Text::same(thing.short()), |definition| warehouse::label(&definition.title, thing.short()))
}

pub(super) fn column_label(definition: Option<&MartDefinition>, column: &str) -> Text {
    definition.and_then(|definition| definition.columns.get(column)).map_or_else(|| Text::same(column), |words| warehouse::label(&words.label, column))
}

pub(super) fn measure_label(definition: Option<&MartDefinition>, measure: &str) -> Text {
    definition.and_then(|definition| definition.measures.get(measure)).map_or_else(|| Text::same(measure), |words| warehouse::label(&words.label, measure))
}

/// Measures that the reader may know of, in their author's order: one that needs a hidden column would tell of it.
pub(super) fn measures<'a>(portal: &'a Portal, sight: &'a Sight<'_>, thing: &'a Thing) -> impl Iterator<Item = &'a str> {
    let figures = sight.figures(&thing.name);
    let mut declared: Vec<_> = thing.definition.iter().flat_map(|definition| &definition.measures).collect();
    declared.sort_by_key(|(_, measure)| measure.place);
    let known = move |name: &&str| figures || (thing.kind == EntryKind::Mart && portal.warehouse.available(sight.permit.scope(), thing.short(), name));
    declared.into_iter().map(|(name, _)| name.as_str()).filter(known)
}

/// Passed or not, for whoever may know of the entry: no count and no text of a check, which may name what is hidden.
fn quality(thing: &Thing) -> Quality {
    let loaded = thing.kind == EntryKind::Table;
    match (thing.quality.checks.is_empty(), thing.quality.quarantined) {
        (false, _) if thing.quality.checks.iter().any(|check| check.rows > 0) => Quality::Failed,
        (false, _) => Quality::Passed,
        (true, Some(1..)) if loaded => Quality::Failed,
        (true, Some(0)) if loaded => Quality::Passed,
        (true, _) => Quality::Unchecked,
    }
}

//! One entry of the catalog: its columns and measures in words, its checks, what it is made of and what uses it.

use super::{
    formula,
    lineage::{self, Asked},
    list::{self, Names, column_label},
    sight::Sight,
    things::{self, Thing},
};
use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
    warehouse,
};
use app::{
    catalog::asks::{CheckResult, Editing, Entry, EntryColumn, EntryKind, EntryMeasure, OpenEntry},
    text::Text,
};

pub(super) async fn open(portal: Portal, permit: Permit, ask: OpenEntry) -> Result<Entry> {
    permit.about(format!("catalog {}", ask.name), serde_json::Value::Null);
    let sight = Sight::of(&portal, &permit).await?;
    let things = things::all(&portal).await?;
    let thing = things.get(&ask.name).filter(|thing| sight.sees(&thing.name)).ok_or_else(Fault::not_found)?;
    let mut names = Names::of(&portal).await?;
    let card = list::card(&portal, &sight, thing, &mut names).await?;
    let columns = columns(&sight, thing);
    let asked = Asked { things: &things, thing, sight: &sight, columns: columns.iter().map(|column| column.name.clone()).collect() };
    let upstream = lineage::upstream(&portal, &asked).await?;
    let (downstream, unseen) = lineage::downstream(&portal, &permit, &asked, &names).await?;
    let figures = sight.figures(&thing.name);
    let checks = thing.quality.checks.iter().filter(|_| figures);
    let checks = checks.map(|check| CheckResult { text: check.text.clone(), severity: check.severity.clone(), rows: check.rows });
    Ok(Entry {
        open: opened(&sight, thing),
        measures: measures(&portal, &sight, thing),
        checks: checks.collect(),
        quarantined: thing.quality.quarantined.filter(|_| figures && thing.kind == EntryKind::Table),
        bytes: thing.pin.as_ref().filter(|_| figures).map(|pin| pin.bytes),
        editing: editing(&portal, &permit, thing, &columns).await?,
        card,
        columns,
        upstream,
        downstream,
        unseen,
    })
}

/// Where the reader looks at its data.
fn opened(sight: &Sight<'_>, thing: &Thing) -> Option<String> {
    sight.share(&thing.name)?;
    let room = if thing.kind == EntryKind::Stream { "search" } else { "data" };
    Some(format!("/{room}/{}", thing.short()))
}

fn columns(sight: &Sight<'_>, thing: &Thing) -> Vec<EntryColumn> {
    let definition = thing.definition.as_deref();
    let described = |name: &str| {
        let own = definition.and_then(|definition| definition.columns.get(name)).map(|words| warehouse::text(&words.description)).unwrap_or_default();
        thing.described.column(name, own)
    };
    let column = |column: super::sight::SeenColumn| EntryColumn {
        label: column_label(definition, &column.name),
        description: described(&column.name),
        kind: column.kind,
        mask: column.mask,
        personal: thing.described.is_personal(&column.name),
        name: column.name,
    };
    sight.columns(thing).into_iter().map(column).collect()
}

fn measures(portal: &Portal, sight: &Sight<'_>, thing: &Thing) -> Vec<EntryMeasure> {
    let Some(definition) = thing.definition.as_deref() else { return Vec::new() };
    let said = |name: &str| {
        let measure = definition.measures.get(name)?;
        Some(EntryMeasure {
            name: name.to_owned(),
            label: warehouse::label(&measure.label, name),
            description: warehouse::text(&measure.description),
            unit: warehouse::unit(measure.unit.as_ref()),
            formula: formula::in_words(&measure.sql, &|column| column_label(Some(definition), column)),
        })
    };
    list::measures(portal, sight, thing).filter_map(said).collect()
}

/// What the forms begin with, for who may use them.
async fn editing(portal: &Portal, permit: &Permit, thing: &Thing, columns: &[EntryColumn]) -> Result<Option<Editing>> {
    if !permit.allows(Need(Kind::Mart, Action::Administer)) {
        return Ok(None);
    }
    let people = permit.allows(Need(Kind::Person, Action::View));
    let keeper = match &thing.described.keeper {
        Some(id) if people => Some(portal.identity.person(id).await?.map(|person| person.email).unwrap_or_default()),
        None if people => Some(String::new()),
        _ => None,
    };
    let written = |name: &str| -> Text { thing.described.columns.get(name).map(|column| column.description.clone()).unwrap_or_default() };
    Ok(Some(Editing {
        version: thing.described.version,
        description: thing.described.description.clone(),
        tags: thing.described.tags.clone(),
        keeper,
        columns: columns.iter().map(|column| (column.name.clone(), written(&column.name))).collect(),
    }))
}

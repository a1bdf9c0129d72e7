//! Marts in words: the list, one mart's page, how fresh it is.

use super::{
    answer, asking,
    described::{self, in_force},
    pins,
};
use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    text::Text,
    warehouse::asks::{Freshness, ListMarts, MartCard, MartColumn, MartMeasure, OpenMart},
};
use warehouse::GovernedMart;

/// The marts this reader may see.
pub async fn list(portal: Portal, permit: Permit, _ask: ListMarts) -> Result<Vec<MartCard>> {
    let mut cards = Vec::new();
    for mart in permit.scope().marts() {
        cards.push(card(&portal, &permit, mart).await?);
    }
    Ok(cards)
}

/// One mart's page.
pub async fn open(portal: Portal, permit: Permit, ask: OpenMart) -> Result<MartCard> {
    let mart = mart(&permit, &ask.name)?;
    card(&portal, &permit, mart).await
}

/// A mart of the scope, or "not found".
pub fn mart<'a>(permit: &'a Permit, name: &str) -> Result<&'a GovernedMart> {
    permit.scope().mart(name).ok_or_else(Fault::not_found)
}

async fn card(portal: &Portal, permit: &Permit, mart: &GovernedMart) -> Result<MartCard> {
    let definition = mart.definition();
    let described = described::store::one(&portal.database, &pins::Layer::Mart.dataset(mart.name())).await?;
    let columns = mart.columns().map(|(column, mask)| {
        let words = definition.columns.get(&column.name);
        MartColumn {
            name: column.name.clone(),
            label: words.map_or_else(|| Text::same(&column.name), |words| answer::label(&words.label, &column.name)),
            description: described.column(&column.name, words.map(|words| answer::text(&words.description)).unwrap_or_default()),
            kind: answer::shown_kind(column.kind, mask),
            dimension: words.is_some_and(|words| words.dimension),
            masked: mask.is_some(),
        }
    });
    let mut ordered: Vec<_> = definition.measures.iter().collect();
    ordered.sort_by_key(|(_, measure)| measure.place);
    let measures = ordered.into_iter().map(|(name, measure)| MartMeasure {
        name: name.clone(),
        label: answer::label(&measure.label, name),
        description: answer::text(&measure.description),
        unit: answer::unit(measure.unit.as_ref()),
        available: portal.warehouse.available(permit.scope(), mart.name(), name),
    });
    let date_column = definition.date_column.clone().filter(|name| mart.columns().any(|(column, mask)| &column.name == name && mask.is_none()));
    Ok(MartCard {
        name: mart.name().to_owned(),
        title: answer::label(&definition.title, mart.name()),
        description: in_force(&described.description, answer::text(&definition.description)),
        department: definition.department.clone(),
        columns: columns.collect(),
        measures: measures.collect(),
        date_column,
        freshness: freshness(portal, permit, mart).await?,
        access: permit.access(mart.name()),
        veiled: permit.veils(mart.name()),
        may_export: permit.allows(Need(Kind::Mart, Action::Export)),
        may_explore: permit.allows(Need(Kind::Mart, Action::Explore)),
    })
}

/// How fresh a mart is for this reader.
pub async fn freshness(portal: &Portal, permit: &Permit, mart: &GovernedMart) -> Result<Freshness> {
    let figures = asking::figures(portal, permit, mart).await?;
    let pin = pins::one(&portal.database, &pins::Layer::Mart.dataset(mart.name())).await?;
    Ok(Freshness {
        data_up_to: figures.up_to.map(|day| day.to_string()),
        loaded_at_ms: pin.as_ref().map(|pin| pin.published_ms),
        // Of a share without a row nothing is counted: 0 would be read as a figure.
        rows: (!permit.veils(mart.name())).then_some(figures.rows),
        stale: pin.is_some_and(|pin| pin.stale),
    })
}

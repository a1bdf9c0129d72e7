//! What a policy can name of a mart or a stream: columns with their types, attributes of people. No value of either.

use super::{people, policies::spoken, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    governance::policy::asks::{GovernedColumn, GovernedColumns, PolicyColumns},
    warehouse::asks::ColumnKind,
};
use warehouse::{ColumnType, PinnedColumn};

pub async fn list(portal: Portal, permit: Permit, ask: PolicyColumns) -> Result<GovernedColumns> {
    permit.about(format!("policy on {}", spoken(&ask.mart)), serde_json::Value::Null);
    let catalogue = portal.governance.published().await?;
    let dataset = catalogue.governed(&ask.mart).ok_or_else(Fault::not_found)?;
    let column = |column: &PinnedColumn| GovernedColumn {
        name: column.name.clone(),
        kind: kind(column.kind),
        comparable: !dataset.worded.contains(&column.name),
        maskable: dataset.time.as_ref() != Some(&column.name),
    };
    let columns = dataset.columns.iter().map(column).collect();
    let held = store::attributes(&portal.database).await?.into_iter().map(|(_, attribute, _)| attribute).collect();
    Ok(GovernedColumns { columns, attributes: people::known_attributes(&portal, held).await? })
}

fn kind(kind: ColumnType) -> ColumnKind {
    match kind {
        ColumnType::Text => ColumnKind::Text,
        ColumnType::Integer => ColumnKind::Integer,
        ColumnType::Number => ColumnKind::Number,
        ColumnType::Bool => ColumnKind::Bool,
        ColumnType::Date => ColumnKind::Date,
        ColumnType::Timestamp => ColumnKind::Timestamp,
    }
}

//! What unit tests of the rules share: Ana of sales, the mart she reads, and policies of it.

use super::{accepted::pin, catalogue::Dataset, rules::Policy};
use crate::access::{Principal, principal::Via};
use app::governance::asks::{MaskRule, RowRule};
use std::collections::{BTreeMap, BTreeSet};
use warehouse::{ColumnType, PinnedColumn};

/// An employee of sales with these regions.
pub fn principal(regions: &[&str]) -> Principal {
    Principal {
        person: "p".into(),
        name: "Ana".into(),
        email: "ana@x.example".into(),
        department: "sales".into(),
        roles: vec!["employee".into()],
        attributes: BTreeMap::from([("regions".to_owned(), regions.iter().map(|region| (*region).to_owned()).collect())]),
        via: Via::Session,
    }
}

pub fn column(name: &str, kind: ColumnType) -> PinnedColumn {
    PinnedColumn { name: name.into(), kind }
}

/// Published, with a text, a whole number and a number.
pub fn baskets() -> Dataset {
    let columns = vec![column("region", ColumnType::Text), column("household_id", ColumnType::Integer), column("sales_value", ColumnType::Number)];
    Dataset {
        name: "mart.baskets".into(),
        department: "sales".into(),
        mart: None,
        stream: None,
        version: 1,
        columns,
        worded: BTreeSet::new(),
        time: None,
        published_ms: 0,
    }
}

/// Grants the baskets to all of sales, all columns accepted. Row rules are column, operator, values; masks are column, mask.
pub fn policy(rows: &[(&str, &str, &[&str])], masks: &[(&str, &str)]) -> Policy {
    let mut policy = Policy {
        id: "1".into(),
        mart: "baskets".into(),
        department: "sales".into(),
        role: String::new(),
        rows: rows
            .iter()
            .map(|(column, operator, values)| RowRule {
                column: (*column).into(),
                operator: (*operator).into(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            })
            .collect(),
        masks: masks.iter().map(|(column, mask)| MaskRule { column: (*column).into(), mask: (*mask).into() }).collect(),
        accepted: None,
        enabled: true,
        origin: "portal".into(),
        unreadable: false,
    };
    policy.accepted = Some(pin(&policy, &baskets().columns));
    policy
}

//! Columns as a policy accepted them: a new, renamed or retyped one is hidden until somebody accepts it (A49).

use super::rules::Policy;
use serde::{Deserialize, Serialize};
use warehouse::{ColumnType, PinnedColumn};

/// A column as the policy knew it when it was accepted (A49).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub name: String,
    /// `None`: named before it existed; pinned at the first publish that has it.
    pub kind: Option<ColumnType>,
    /// False for one that only a rule uses.
    pub shown: bool,
}

/// The columns of a published version as this policy accepts them: what it named, or all; and what its rules use.
pub fn pin(policy: &Policy, columns: &[PinnedColumn]) -> Vec<Accepted> {
    let mut accepted: Vec<Accepted> = match &policy.accepted {
        Some(named) => named
            .iter()
            .map(|known| Accepted {
                kind: known.kind.or_else(|| columns.iter().find(|column| column.name == known.name).map(|column| column.kind)),
                ..known.clone()
            })
            .collect(),
        None => columns.iter().map(|column| Accepted { name: column.name.clone(), kind: Some(column.kind), shown: true }).collect(),
    };
    let used = policy.rows.iter().map(|rule| &rule.column).chain(policy.masks.iter().map(|rule| &rule.column));
    for name in used {
        if !accepted.iter().any(|known| known.name == *name)
            && let Some(column) = columns.iter().find(|column| column.name == *name)
        {
            accepted.push(Accepted { name: name.clone(), kind: Some(column.kind), shown: false });
        }
    }
    accepted
}

/// Whether `pin` would still add something: never pinned, or a named column had no type yet.
pub fn is_unpinned(policy: &Policy) -> bool {
    policy.accepted.as_ref().is_none_or(|accepted| accepted.iter().any(|column| column.kind.is_none()))
}

/// Columns of the mart that wait to be accepted: new, renamed or retyped ones.
pub fn waiting(policy: &Policy, columns: &[PinnedColumn]) -> Vec<String> {
    let Some(accepted) = &policy.accepted else { return Vec::new() };
    let unknown = |column: &&PinnedColumn| !accepted.iter().any(|known| known.name == column.name && known.kind == Some(column.kind));
    columns.iter().filter(unknown).map(|column| column.name.clone()).collect()
}

/// Whether a reader gets the column as it is now.
pub fn is_shown(accepted: &[Accepted], column: &PinnedColumn) -> bool {
    accepted.iter().any(|accepted| accepted.shown && accepted.name == column.name && accepted.kind == Some(column.kind))
}

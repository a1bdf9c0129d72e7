//! Questions about roles and what each may do: the matrix of permissions.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// What each role may do, everywhere and in single departments (administrators).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShowMatrix {}

impl Ask for ShowMatrix {
    const PATH: &'static str = "/api/governance/matrix";
    type Reply = Matrix;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// The policy version that it shows.
    pub version: i64,
    /// From the least.
    pub roles: Vec<RoleCard>,
    pub departments: Vec<(String, Text)>,
    /// All that there are, those of one kind together.
    pub permissions: Vec<Permission>,
    /// Those that are set; all others are not.
    pub cells: Vec<MatrixCell>,
    /// Whether this reader may change it.
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleCard {
    pub name: String,
    pub title: Text,
    /// Stays, whoever holds it.
    pub built_in: bool,
    /// How many people hold it in some department.
    pub holders: i64,
}

/// A kind of object and what is done to it, e.g. `report`, `export`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    pub kind: String,
    pub action: String,
}

/// Where a permission is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub role: String,
    /// Empty: in every department.
    pub department: String,
    pub permission: Permission,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixCell {
    pub place: Place,
    pub state: CellState,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// No rule: not allowed, or in a department as everywhere.
    #[default]
    Unset,
    Allow,
    /// Wins over everything that allows, also over what another role of the same person allows.
    Deny,
}

/// Sets these cells, all or none. Never leaves nobody who administers people and policies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveMatrix {
    pub cells: Vec<MatrixCell>,
    /// The version that was looked at; another one meanwhile is a conflict.
    pub version: i64,
}

impl Ask for SaveMatrix {
    const PATH: &'static str = "/api/governance/save-matrix";
    type Reply = i64;
}

/// Who would gain or lose which permission, before it is saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PreviewMatrix {
    pub cells: Vec<MatrixCell>,
}

impl Ask for PreviewMatrix {
    const PATH: &'static str = "/api/governance/preview-matrix";
    type Reply = Vec<MatrixEffect>;
}

/// What changes for one person in one department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatrixEffect {
    pub name: String,
    pub department: Text,
    pub gained: Vec<Permission>,
    pub lost: Vec<Permission>,
}

/// A role of one's own. Gives the new policy version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddRole {
    /// Small letters, digits and `_`; stays.
    pub name: String,
    pub title: Text,
    /// The role whose permissions it begins with; empty: one's own account alone.
    pub like: String,
}

impl Ask for AddRole {
    const PATH: &'static str = "/api/governance/add-role";
    type Reply = i64;
}

/// Takes away a role of one's own that nobody holds and no policy names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteRole {
    pub name: String,
}

impl Ask for DeleteRole {
    const PATH: &'static str = "/api/governance/delete-role";
    type Reply = i64;
}

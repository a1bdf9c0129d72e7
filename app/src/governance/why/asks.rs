//! Why a person sees what they see of each mart and stream: for administrators, without a value of the data.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// Roles, grants, rules and columns of a person in one of their departments, on every mart and stream or on one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WhyPerson {
    pub person: String,
    /// One of theirs; none: the first.
    pub department: Option<String>,
    /// A stream as `stream.web`; none: all that can be granted.
    pub mart: Option<String>,
}

impl Ask for WhyPerson {
    const PATH: &'static str = "/api/governance/why-person";
    type Reply = PersonWhy;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonWhy {
    pub person: String,
    pub name: String,
    pub email: String,
    /// Sees nothing, whatever the rules say.
    pub disabled: bool,
    /// The one that is explained; empty when they have none.
    pub department: String,
    /// All of theirs, to choose from.
    pub departments: Vec<(String, Text)>,
    /// Held in that department.
    pub roles: Vec<Text>,
    /// What is seen first, then what is closed, then what was not granted.
    pub marts: Vec<MartWhy>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MartWhy {
    /// A stream as `stream.web`.
    pub mart: String,
    pub title: Text,
    pub standing: Standing,
    /// Why it is closed although it was granted.
    pub closed: Option<Text>,
    /// The policies that apply.
    pub grants: Vec<GrantWhy>,
    /// What comes of them: all these hold. Empty: every row.
    pub rows: Vec<Text>,
    /// They leave no row at all.
    pub leaves_nothing: bool,
    /// In the mart's order; empty when nothing is seen.
    pub columns: Vec<ColumnWhy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Seen,
    /// Granted, but a rule cannot be kept: for the person it is not there.
    Closed,
    NotGranted,
}

/// One policy with what it asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantWhy {
    pub policy: String,
    /// None: every role of the department.
    pub role: Option<Text>,
    pub rows: Vec<Text>,
    pub masks: Vec<Text>,
    /// Attributes of the person that its rules use, with their values; `•••` for values that this administrator may not see.
    pub attributes: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnWhy {
    pub name: String,
    pub label: Text,
    pub state: ColumnState,
    /// What is done to its values.
    pub mask: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnState {
    Shown,
    Masked,
    /// Not accepted by a policy, or hidden by a mask.
    Hidden,
    /// New or changed since it was accepted: hidden until somebody accepts it.
    Waiting,
}

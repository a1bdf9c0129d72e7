//! Questions about one policy: what it can name, what was changed in it, and making it again what it was.

use crate::{ask::Ask, governance::asks::PolicyCard, text::Text, warehouse::asks::ColumnKind};
use serde::{Deserialize, Serialize};

/// What a policy on a mart or a stream can name: names and types, no value (administrators).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PolicyColumns {
    /// As policies name it: `baskets`, `stream.web`.
    pub mart: String,
}

impl Ask for PolicyColumns {
    const PATH: &'static str = "/api/governance/policy-columns";
    type Reply = GovernedColumns;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GovernedColumns {
    /// As they are published now.
    pub columns: Vec<GovernedColumn>,
    /// Attributes that people have or rules ask for.
    pub attributes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GovernedColumn {
    pub name: String,
    pub kind: ColumnKind,
    /// Row rules can be over it: running text is found word by word and never compared as a whole.
    pub comparable: bool,
    /// It can be masked and hidden: the time of a stream cannot.
    pub maskable: bool,
}

/// What was changed in the policies, newest first (administrators).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyHistory {
    /// Id of one policy; empty: all of them, deleted ones too.
    #[serde(default)]
    pub policy: String,
    /// Only changes before the one with this id.
    #[serde(default)]
    pub before: Option<String>,
}

impl Ask for PolicyHistory {
    const PATH: &'static str = "/api/governance/policy-history";
    type Reply = PolicyChanges;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyChanges {
    pub changes: Vec<PolicyChange>,
    pub more: bool,
    pub departments: Vec<(String, Text)>,
    pub roles: Vec<(String, Text)>,
}

/// One change of one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyChange {
    pub id: String,
    pub policy: String,
    /// Counts the changes of this policy from 1.
    pub revision: i64,
    /// The newest revision of the same policy.
    pub newest: i64,
    pub change: ChangeKind,
    /// The change took the policy away.
    pub deleted: bool,
    /// `None`: it was not there.
    pub was: Option<PolicyCard>,
    pub became: Option<PolicyCard>,
    /// The policy version under which it came into force.
    pub version: i64,
    /// As the audit log names them.
    pub who: String,
    /// May be empty for a new policy.
    pub why: String,
    pub at_ms: i64,
}

/// How a change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Save,
    Delete,
    Restore,
    /// By `atalaya apply`.
    Apply,
}

impl ChangeKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Apply => "apply",
        }
    }

    /// What `name` wrote.
    pub fn parse(name: &str) -> Self {
        match name {
            "delete" => Self::Delete,
            "restore" => Self::Restore,
            "apply" => Self::Apply,
            _ => Self::Save,
        }
    }
}

/// Makes a policy again what it was after a change (of a deletion: before it), as a new revision. Refused with the reason when it does not
/// fit the mart as it is now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestorePolicy {
    /// Id of the change.
    pub change: String,
    /// The policy's newest revision as it was looked at; another one meanwhile is a conflict.
    pub revision: i64,
    /// One line for the history and the audit log.
    #[serde(default)]
    pub why: String,
}

impl Ask for RestorePolicy {
    const PATH: &'static str = "/api/governance/restore-policy";
    /// The policy's new revision.
    type Reply = i64;
}

//! Who reads: a person acting in one department with roles.

use super::Need;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, collections::HashSet, sync::Arc};

/// Who asks, before anything is decided: whom a session, a key or a job stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub person: String,
    /// The department they act in; none: that of their first membership. Who came by a session and holds nothing there any more
    /// acts in the first one, too; all others are refused.
    pub department: Option<String>,
    pub via: Via,
    /// What is allowed at most; none: all that the person may.
    pub only: Option<Arc<HashSet<Need>>>,
}

impl Caller {
    pub fn new(person: impl Into<String>, department: Option<String>, via: Via) -> Self {
        Self { person: person.into(), department, via, only: None }
    }

    /// The same caller later, as a permit knows them: for what asks again as it goes.
    pub fn of(principal: &Principal) -> Self {
        Self::new(&principal.person, Some(principal.department.clone()), principal.via.clone())
    }
}

/// An administrator who looks as somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Of the row by which the person looked at is told.
    pub viewing: String,
    pub person: String,
    pub name: String,
    pub email: String,
    /// The department that they act in themselves; none: that of their first membership.
    pub department: Option<String>,
}

/// A person in one department with the roles they hold there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    pub person: String,
    pub name: String,
    pub email: String,
    pub department: String,
    pub roles: Vec<String>,
    /// Sets of values that row filters may use, e.g. `regions`.
    pub attributes: BTreeMap<String, Vec<String>>,
    pub via: Via,
}

/// By which door the principal came; the audit names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A session of the portal.
    Session,
    /// The command line, by whoever has the data folder's key: operating-system user name.
    Operator(String),
    /// An API key, by its name.
    Key(String),
    /// A job acting on the person's behalf (a report being made).
    Job,
    /// Somebody else's eyes: who looks sees at most what both may, and changes nothing (A40).
    Viewing(Viewer),
}

impl Principal {
    /// As the audit log names it: `ana@…`, `operator root as ana@…` or `adela@… as ana@…`.
    pub fn audit_name(&self) -> String {
        self.via.name(&self.email)
    }

    /// Who looks, where the person's own is only looked at.
    pub fn viewer(&self) -> Option<&Viewer> {
        match &self.via {
            Via::Viewing(viewer) => Some(viewer),
            Via::Session | Via::Key(_) | Via::Operator(_) | Via::Job => None,
        }
    }

    /// Whose hands are at work: what is counted by person counts for them.
    pub fn asker(&self) -> &str {
        self.viewer().map_or(self.person.as_str(), |viewer| viewer.person.as_str())
    }
}

impl Via {
    /// As the audit log names whoever came by this door for the person with this address (none: the operator alone).
    pub fn name(&self, email: &str) -> String {
        match self {
            Self::Session | Self::Job => email.to_owned(),
            Self::Key(key) => format!("key {key} as {email}"),
            Self::Operator(user) if email.is_empty() => format!("operator {user}"),
            Self::Operator(user) => format!("operator {user} as {email}"),
            Self::Viewing(viewer) => format!("{} as {email}", viewer.email),
        }
    }
}

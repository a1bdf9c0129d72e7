//! A permit: proof that governance allowed a principal one kind of action, with the scope of data it may touch.

use super::Principal;
use std::sync::Arc;
use warehouse::Scope;

/// What is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Account,
    Dashboard,
    Mart,
    Question,
    Report,
    Job,
    Source,
    Quarantine,
    Person,
    Policy,
    Audit,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Account,
        Self::Dashboard,
        Self::Mart,
        Self::Question,
        Self::Report,
        Self::Job,
        Self::Source,
        Self::Quarantine,
        Self::Person,
        Self::Policy,
        Self::Audit,
    ];

    /// As Casbin rules name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Dashboard => "dashboard",
            Self::Mart => "mart",
            Self::Question => "question",
            Self::Report => "report",
            Self::Job => "job",
            Self::Source => "source",
            Self::Quarantine => "quarantine",
            Self::Person => "person",
            Self::Policy => "policy",
            Self::Audit => "audit",
        }
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    View,
    /// Ask questions of one's own.
    Explore,
    /// Download values as a file.
    Export,
    /// Make and change one's own things.
    Edit,
    /// Govern other people's things, jobs and policies.
    Administer,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Explore => "explore",
            Self::Export => "export",
            Self::Edit => "edit",
            Self::Administer => "administer",
        }
    }
}

/// What a route or a job needs. Every route names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Need(pub Kind, pub Action);

/// Proof of a decision, with what it allows. Private fields: only governance makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    principal: Arc<Principal>,
    need: Need,
    scope: Arc<Scope>,
    policy_version: i64,
}

impl Permit {
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    pub fn need(&self) -> Need {
        self.need
    }

    /// The marts this principal may see, everything bound. Empty for who has no mart.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The policy version under which it was decided.
    pub fn policy_version(&self) -> i64 {
        self.policy_version
    }
}

/// The right to make permits: not `Clone`, claimed once when the portal is built and moved into governance.
#[derive(Debug)]
pub struct PermitMaker {
    _private: (),
}

impl PermitMaker {
    /// Called in `portal.rs` alone (held by the architecture test).
    pub(crate) fn claim() -> Self {
        Self { _private: () }
    }

    pub(crate) fn make(&self, principal: Arc<Principal>, need: Need, scope: Arc<Scope>, policy_version: i64) -> Permit {
        Permit { principal, need, scope, policy_version }
    }
}

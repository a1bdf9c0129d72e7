//! Why a job did not succeed, and who can change that.

use crate::fault::Fault;
use app::ask::FaultKind;
use serde::{Deserialize, Serialize};

/// A fault with its class.
#[derive(Debug)]
pub struct Failure {
    pub class: Class,
    pub fault: Fault,
}

/// Decides whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// May go away by itself: tried again with growing pauses.
    Transient,
    /// The data cannot be used as a whole (a file that is no Parquet): not tried again until somebody asks.
    Data,
    /// A setting, a definition or a right must change first: not tried again.
    Config,
    /// Our mistake (a panic): not tried again.
    Bug,
}

impl Failure {
    pub fn new(class: Class, fault: Fault) -> Self {
        Self { class, fault }
    }

    pub fn transient(fault: Fault) -> Self {
        Self::new(Class::Transient, fault)
    }

    pub fn data(fault: Fault) -> Self {
        Self::new(Class::Data, fault)
    }

    pub fn config(fault: Fault) -> Self {
        Self::new(Class::Config, fault)
    }

    pub fn bug(fault: Fault) -> Self {
        Self::new(Class::Bug, fault)
    }

    pub fn retry(&self) -> bool {
        self.class == Class::Transient
    }
}

/// What a person must change is not tried again; a failing disk, database or engine is.
impl<F: Into<Fault>> From<F> for Failure {
    fn from(fault: F) -> Self {
        let fault = fault.into();
        let class = match fault.kind {
            FaultKind::Unavailable | FaultKind::TooMany | FaultKind::Internal => Class::Transient,
            FaultKind::Invalid | FaultKind::NotFound | FaultKind::Forbidden | FaultKind::SignIn | FaultKind::Conflict => Class::Config,
        };
        Self { class, fault }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fault.fmt(f)
    }
}

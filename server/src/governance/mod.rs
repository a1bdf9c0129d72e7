//! Departments, roles, grants, row rules, masks: who may do what and sees what. The only maker of permits and scopes.

use crate::{
    access::{Need, Permit, PermitMaker, principal::Via},
    database::Database,
    fault::{Fault, Result},
};
use warehouse::ScopeIssuer;

/// Decides. Holds the only permit maker and the only scope issuer.
pub struct Governance {
    _database: Database,
    _issuer: ScopeIssuer,
    _maker: PermitMaker,
}

impl Governance {
    pub async fn open(database: Database, issuer: ScopeIssuer, maker: PermitMaker) -> Result<Self> {
        Ok(Self { _database: database, _issuer: issuer, _maker: maker })
    }

    /// A permit for what `person` needs, under the policies of now; `forbidden` when their roles do not allow it.
    pub async fn permit(&self, _person: &str, _via: Via, _need: Need) -> Result<Permit> {
        Err(Fault::forbidden())
    }
}

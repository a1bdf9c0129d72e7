//! All rules of one policy version, read at one moment.

use super::{
    casbin,
    index::Index,
    rules::Policy,
    store::{self, DatasetGrant},
};
use crate::{
    access::{Principal, permit::Grades},
    database::Database,
    fault::Result,
};
use ::casbin::Enforcer;

/// Loaded once for each policy version.
pub struct Ruleset {
    pub version: i64,
    pub enforcer: Enforcer,
    pub policies: Vec<Policy>,
    index: Index,
    dataset_grants: Vec<DatasetGrant>,
}

impl Ruleset {
    /// The version is read first: rules that are newer than it says are used until the next read, never older ones.
    pub async fn load(database: &Database) -> Result<Self> {
        let version = store::version(database).await?;
        let policies = store::policies(database).await?;
        Ok(Self {
            version,
            enforcer: casbin::enforcer(database).await?,
            index: Index::of(&policies),
            policies,
            dataset_grants: store::dataset_grants(database).await?,
        })
    }

    /// The policies that apply to a principal on a mart or stream.
    pub fn applying(&self, mart: &str, principal: &Principal) -> Vec<&Policy> {
        self.index.applying(&self.policies, mart, principal)
    }

    /// Policies that have not accepted all the columns of their mart that they name.
    pub fn unpinned(&self) -> impl Iterator<Item = &Policy> {
        self.index.unpinned(&self.policies)
    }

    /// What a principal may know of datasets that are no mart of theirs.
    pub fn grades(&self, principal: &Principal, administers_jobs: bool) -> Grades {
        let mut grades = Grades { all_figures: administers_jobs, ..Grades::default() };
        for grant in &self.dataset_grants {
            if grant.department == principal.department && (grant.role.is_empty() || principal.roles.contains(&grant.role)) {
                let datasets = if grant.grade == "rows" { &mut grades.rows } else { &mut grades.figures };
                datasets.insert(grant.dataset.clone());
            }
        }
        grades
    }
}

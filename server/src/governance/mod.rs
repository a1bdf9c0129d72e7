//! Departments, roles, grants, row rules, masks: who may do what and sees what. The only maker of permits and scopes.
//!
//! Owns the tables of the migrations named `governance`, of `0014_identity.sql` what groups and claims give, and the invitations of
//! `0015_identity.sql`. Holds no data of marts: what is published it is told (`catalogue`).

pub mod accepted;
pub mod account;
pub mod apply;
pub mod audit;
pub mod casbin;
pub mod cases;
pub mod catalogue;
pub mod columns;
pub mod departments;
mod emptiness;
mod import;
mod index;
mod intersection;
pub mod invites;
pub mod leaving;
mod literal;
pub mod masks;
pub mod matrix;
pub mod memberships;
pub mod oidc;
pub mod people;
pub mod policies;
mod redaction;
pub mod revisions;
pub mod rules;
mod rules_words;
mod ruleset;
pub mod set_up;
pub mod store;
pub mod viewing;
pub mod why;
pub mod why_person;

pub use catalogue::{Catalogue, Dataset, Source};

use crate::{
    access::{
        Action, BuildScope, Caller, Key, Kind, Need, Permit, PermitMaker, Principal, Scope,
        key::authenticate,
        permit::{Grades, Grant},
        principal::Via,
    },
    database::{Counter, Database},
    fault::{Fault, Result},
    identity::Identity,
    routing::Routes,
};
use rules::{Bound, Closed, Policy, bind};
use ruleset::Ruleset;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, PoisonError, RwLock},
};
use warehouse::{MartDefinition, MartGrant, ScopeIssuer};

/// How people come into the house: by invitation, one by one or by a list.
pub fn joining(routes: Routes) -> Routes {
    import::routes(invites::routes(routes))
}

/// Most decisions kept; each is one person under one policy version and one publish.
const DECISIONS: u64 = 10_000;

/// Decides. Holds the only permit maker and the only scope issuer.
pub struct Governance {
    database: Database,
    identity: Identity,
    issuer: ScopeIssuer,
    maker: PermitMaker,
    hash_key: [u8; 32],
    catalogue: catalogue::Current,
    ruleset: RwLock<Option<Arc<Ruleset>>>,
    /// Whoever loads the rules of a new version: those who ask meanwhile wait for them instead of loading them too.
    loading: tokio::sync::Mutex<()>,
    /// The policy version and what is published, as they were read last.
    known: RwLock<Option<(i64, Arc<Catalogue>)>>,
    decisions: moka::future::Cache<(Seat, i64, u64), Arc<Decision>>,
    looks: viewing::Looks,
}

/// A person in a department; none: that of their first membership.
type Seat = (String, Option<String>);

/// All that was decided for one person at one moment.
pub struct Decision {
    pub principal: Arc<Principal>,
    pub allowed: Arc<HashSet<Need>>,
    pub scope: Arc<Scope>,
    pub grades: Arc<Grades>,
    /// Marts and streams that were granted and are closed, with the reason: for administrators, never for the reader.
    pub closed: BTreeMap<String, Closed>,
    pub policy_version: i64,
}

/// A dataset that a run has written and not yet published, with the department that owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    pub dataset: String,
    pub department: String,
    pub version: u64,
}

impl Governance {
    pub fn new(database: Database, identity: Identity, issuer: ScopeIssuer, maker: PermitMaker, key: &Key) -> Self {
        Self {
            database,
            identity,
            issuer,
            maker,
            hash_key: key.derive("hash masks"),
            catalogue: catalogue::Current::default(),
            ruleset: RwLock::default(),
            loading: tokio::sync::Mutex::default(),
            known: RwLock::default(),
            decisions: moka::future::Cache::new(DECISIONS),
            looks: viewing::looks(),
        }
    }

    /// Where to ask what is published: before each decision, so that a publish of any process is seen at the next read.
    pub fn follow(&self, source: Source) {
        self.catalogue.follow(source);
    }

    /// A permit for what the caller needs, under the policies of now; `forbidden` when their roles do not allow it,
    /// `sign_in` when there is no such person (any more).
    pub async fn permit(&self, caller: &Caller, need: Need) -> Result<Permit> {
        if let Via::Viewing(viewer) = &caller.via {
            return self.permit_to_look(caller, viewer, need).await;
        }
        let decision = self.decision(&caller.person, caller.department.as_deref()).await?;
        let allowed = match &caller.only {
            Some(only) => Arc::new(decision.allowed.intersection(only).copied().collect()),
            None => decision.allowed.clone(),
        };
        if !allowed.contains(&need) {
            return Err(Fault::forbidden());
        }
        let principal = match &caller.via {
            Via::Session => decision.principal.clone(),
            via => {
                // Who comes by a session was looked at with it; who does not may have been disabled since the decision was kept.
                if self.identity.person(&caller.person).await?.is_none_or(|person| person.disabled) {
                    return Err(Fault::sign_in());
                }
                if caller.department.as_ref().is_some_and(|department| *department != decision.principal.department) {
                    return Err(Fault::forbidden());
                }
                Arc::new(Principal { via: via.clone(), ..decision.principal.as_ref().clone() })
            }
        };
        let (scope, grades) = (decision.scope.clone(), decision.grades.clone());
        Ok(self.maker.make(need, Grant { principal, allowed, scope, grades, policy_version: decision.policy_version, looked: None }))
    }

    /// A permit of the operator, who has the data folder's key: figures of every dataset, values of none.
    pub fn operator_permit(&self, user: &str, need: Need) -> Permit {
        let principal = Principal {
            person: String::new(),
            name: user.to_owned(),
            email: String::new(),
            department: String::new(),
            roles: Vec::new(),
            attributes: BTreeMap::new(),
            via: Via::Operator(user.to_owned()),
        };
        let scope = Arc::new(self.issuer.issue("", Vec::new(), Vec::new()));
        let grades = Arc::new(Grades { all_figures: true, ..Grades::default() });
        self.maker.make(need, Grant { principal: Arc::new(principal), allowed: Arc::default(), scope, grades, policy_version: 0, looked: None })
    }

    /// What a build of `department` may read: what the department owns or was granted, at the published versions,
    /// those that the run itself has `staged` first (A42).
    pub async fn build_scope(&self, department: &str, staged: &[Staged]) -> Result<BuildScope> {
        let catalogue = self.published().await?;
        let grants = store::build_grants(&self.database).await?;
        let granted: BTreeSet<&str> = grants.iter().filter(|grant| grant.department == department).map(|grant| grant.dataset.as_str()).collect();
        // A stream is no table: builds read what of it is archived.
        let tables = catalogue.datasets().filter(|dataset| dataset.stream.is_none());
        let published = tables.map(|dataset| (&dataset.name, &dataset.department, dataset.version));
        let written = staged.iter().map(|staged| (&staged.dataset, &staged.department, staged.version));
        let readable = published
            .chain(written)
            .filter(|(dataset, owner, _)| *owner == department || granted.contains(dataset.as_str()))
            .map(|(dataset, _, version)| (dataset.clone(), version))
            .collect();
        Ok(self.issuer.issue_build(department, readable))
    }

    /// Makes every decision be taken anew: after a change of people that governance did not make.
    pub async fn renew(&self) -> Result<()> {
        let mut changes = self.database.begin().await?;
        store::bump(&mut changes).await?;
        Ok(changes.commit().await?)
    }

    /// Grants a department (or one role of it) `rows` or `figures` of a dataset that is no mart.
    pub async fn grant_dataset(&self, dataset: &str, department: &str, role: &str, grade: &str) -> Result<()> {
        let grant = store::DatasetGrant { dataset: dataset.to_owned(), department: department.to_owned(), role: role.to_owned(), grade: grade.to_owned() };
        let mut changes = self.database.begin().await?;
        store::set_dataset_grant(&mut changes, &grant).await?;
        store::bump(&mut changes).await?;
        Ok(changes.commit().await?)
    }

    /// Everything decided for a person in one of their departments (none: the first), from the cache while neither policies nor pins have changed.
    pub async fn decision(&self, person: &str, department: Option<&str>) -> Result<Arc<Decision>> {
        let mut pinned = false;
        loop {
            let (version, catalogue) = self.now().await?;
            let key = ((person.to_owned(), department.map(str::to_owned)), version, catalogue.sequence);
            if let Some(known) = self.decisions.get(&key).await {
                return Ok(known);
            }
            let ruleset = self.ruleset(version).await?;
            if !pinned && self.pin_new(&ruleset, &catalogue).await? {
                pinned = true;
                continue;
            }
            let decided = Arc::new(self.decide(person, department, &ruleset, &catalogue).await?);
            if decided.policy_version == version {
                self.decisions.insert(key, decided.clone()).await;
            }
            return Ok(decided);
        }
    }

    /// The policy version and what is published, of now or later, whichever process changed them last: never as they were before the call (A19).
    async fn now(&self) -> Result<(i64, Arc<Catalogue>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((version, catalogue)) = known
            && self.database.marked(Counter::Policies) == Some(version)
            && self.database.marked(Counter::Publishes) == Some(catalogue.generation)
        {
            return Ok((version, catalogue));
        }
        let (version, catalogue) = tokio::try_join!(store::version(&self.database), self.published())?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some((version, catalogue.clone()));
        Ok((version, catalogue))
    }

    /// What is published now.
    pub async fn published(&self) -> Result<Arc<Catalogue>> {
        self.catalogue.get().await
    }

    async fn decide(&self, person: &str, department: Option<&str>, ruleset: &Ruleset, catalogue: &Catalogue) -> Result<Decision> {
        let principal = self.principal(person, department).await?;
        let mut grants = Granted::default();
        let mut closed = BTreeMap::new();
        for (name, dataset) in catalogue.all_governed() {
            match bind(&ruleset.applying(name, &principal), dataset, &principal) {
                None => {}
                Some(Ok(bound)) => grants.add(dataset, bound, self.department_key(&principal)),
                Some(Err(reason)) => {
                    closed.insert(name.to_owned(), reason);
                }
            }
        }
        let allowed = casbin::permitted(&ruleset.enforcer, &principal, !grants.is_empty())?;
        let grades = ruleset.grades(&principal, allowed.contains(&Need(Kind::Job, Action::Administer)));
        let scope = Arc::new(grants.issued(&self.issuer, &principal.department));
        Ok(Decision { principal: Arc::new(principal), allowed: Arc::new(allowed), scope, grades: Arc::new(grades), closed, policy_version: ruleset.version })
    }

    /// The person in this department of theirs (none, or not theirs: the first) with their roles there and attributes, read fresh.
    async fn principal(&self, person: &str, department: Option<&str>) -> Result<Principal> {
        let known = self.identity.person(person).await?.filter(|person| !person.disabled).ok_or_else(Fault::sign_in)?;
        let held = store::memberships_of(&self.database, person).await?;
        let attributes = store::attributes_of(&self.database, person).await?;
        Ok(memberships::seated(known, held, attributes, department))
    }

    /// The person in each of their departments: what a change of rules would mean for them.
    pub(crate) async fn seats(&self, person: &str) -> Result<Vec<Principal>> {
        let mut departments = Vec::new();
        for held in store::memberships_of(&self.database, person).await? {
            if !departments.contains(&held.department) {
                departments.push(held.department);
            }
        }
        let mut seats = Vec::new();
        for department in departments {
            seats.push(self.principal(person, Some(&department)).await?);
        }
        Ok(seats)
    }

    /// Whether a person may administer people or policies in one of their departments: whoever becomes them governs.
    pub(crate) async fn governs(&self, person: &str) -> Result<bool> {
        for seat in self.seats(person).await? {
            let decision = self.decision(person, Some(&seat.department)).await?;
            if [Kind::Person, Kind::Policy].into_iter().any(|kind| decision.allowed.contains(&Need(kind, Action::Administer))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The rules of `version` or newer.
    async fn ruleset(&self, version: i64) -> Result<Arc<Ruleset>> {
        if let Some(known) = self.loaded(version) {
            return Ok(known);
        }
        let _alone = self.loading.lock().await;
        if let Some(known) = self.loaded(version) {
            return Ok(known);
        }
        let newer = Arc::new(Ruleset::load(&self.database).await?);
        *self.ruleset.write().unwrap_or_else(PoisonError::into_inner) = Some(newer.clone());
        Ok(newer)
    }

    fn loaded(&self, version: i64) -> Option<Arc<Ruleset>> {
        self.ruleset.read().unwrap_or_else(PoisonError::into_inner).clone().filter(|known| known.version >= version)
    }

    /// Policies made before their mart was published accept the columns of the first version that is (A49).
    /// Whether there were any: then the rules have a new version.
    async fn pin_new(&self, ruleset: &Ruleset, catalogue: &Catalogue) -> Result<bool> {
        let mut pinned = Vec::new();
        for policy in ruleset.unpinned() {
            let Some(dataset) = catalogue.governed(&policy.mart) else { continue };
            let accepted = accepted::pin(policy, &dataset.columns);
            if policy.accepted.as_ref() != Some(&accepted) {
                pinned.push((policy, accepted));
            }
        }
        if pinned.is_empty() {
            return Ok(false);
        }
        let mut transaction = self.database.begin().await?;
        for (policy, accepted) in pinned {
            store::pin_policy(&mut transaction, &policy.id, policy.accepted.as_deref(), &accepted).await?;
        }
        store::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// What one principal would get of a mart or stream under `policies`, for the preview of a change.
    pub(crate) fn imagine(&self, policies: &[Policy], name: &str, principal: &Principal, catalogue: &Catalogue) -> Option<Scope> {
        let dataset = catalogue.governed(name)?;
        let bound = bind(&rules::applying(policies, name, principal), dataset, principal)?.ok()?;
        let mut grants = Granted::default();
        grants.add(dataset, bound, self.department_key(principal));
        Some(grants.issued(&self.issuer, &principal.department))
    }

    /// Hash masks of one department: a key per column is derived from it.
    fn department_key(&self, principal: &Principal) -> [u8; 32] {
        authenticate(&self.hash_key, &[principal.department.as_bytes()])
    }
}

/// What was granted, before it is issued.
#[derive(Default)]
struct Granted {
    marts: Vec<MartGrant>,
    streams: Vec<MartGrant>,
}

impl Granted {
    fn add(&mut self, dataset: &Dataset, bound: Bound, hash_key: [u8; 32]) {
        let grant = |definition: &Arc<MartDefinition>| MartGrant {
            definition: definition.clone(),
            version: dataset.version,
            columns: bound.columns.clone(),
            rows: bound.rows.clone(),
            masks: bound.masks.clone(),
            hash_key,
        };
        self.marts.extend(dataset.mart.as_ref().map(grant));
        self.streams.extend(dataset.stream.as_ref().map(grant));
    }

    fn is_empty(&self) -> bool {
        self.marts.is_empty() && self.streams.is_empty()
    }

    fn issued(self, issuer: &ScopeIssuer, department: &str) -> Scope {
        issuer.issue(department, self.marts, self.streams)
    }
}

// Last: tests/architecture.rs reads a file up to what is for tests alone.
#[cfg(test)]
mod fixtures;

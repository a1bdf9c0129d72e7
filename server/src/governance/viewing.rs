//! Looking as somebody else: at most what both may see, nothing changed, nothing taken along (A40).
//!
//! Whoever has the right may look as anybody: it gives no value that they could not see under their own name.

use super::{Catalogue, Decision, Governance, Granted, Seat, intersection, rules, ruleset::Ruleset, store};
use crate::{
    access::{
        Action, Caller, Kind, Need, Permit, Principal, Scope, Viewer, access_words,
        looking::{Looked, only_looking},
        permit::{Grades, Grant},
    },
    fault::{Fault, Result},
    identity,
    portal::Portal,
};
use app::{ask::FaultKind, identity::viewing::asks::BeginViewing};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};
use tower_sessions::Session;

/// The right to look as somebody else.
const LOOK: Need = Need(Kind::Person, Action::ViewAs);

/// Most looks kept.
const KEPT: u64 = 1_000;

/// By who is looked at, who looks, policy version and publish.
pub(super) type Looks = moka::future::Cache<(Seat, Seat, i64, u64), Arc<Look>>;

pub(super) fn looks() -> Looks {
    moka::future::Cache::new(KEPT)
}

/// All that was decided for one person's eyes in another's hands.
pub struct Look {
    principal: Arc<Principal>,
    allowed: Arc<HashSet<Need>>,
    scope: Arc<Scope>,
    grades: Arc<Grades>,
    looked: Arc<Looked>,
    policy_version: i64,
}

/// Begins to look as a person, in one of their departments.
pub async fn begin(portal: Portal, permit: Permit, session: Session, ask: BeginViewing) -> Result<()> {
    let person = portal.identity.person(&ask.person).await?.filter(|person| !person.disabled).ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "department": ask.department }));
    if person.id == permit.principal().person {
        return Err(Fault::invalid("This is you: you look as yourself already.", "Es usted: ya está mirando como usted."));
    }
    let held = store::memberships_of(&portal.database, &person.id).await?;
    if ask.department.as_ref().is_some_and(|department| !held.iter().any(|held| held.department == *department)) {
        return Err(Fault::not_found());
    }
    identity::viewing::begin(&portal, &session, permit.principal(), &person.id, ask.department.as_deref()).await
}

impl Governance {
    /// Whether a look may go on: both are there, who looks may still look, and the department is still the other's.
    pub async fn may_look(&self, caller: &Caller, viewer: &Viewer) -> Result<bool> {
        match self.look(caller, viewer).await {
            Ok(_) => Ok(true),
            Err(fault) if matches!(fault.kind, FaultKind::SignIn | FaultKind::Forbidden) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// A permit under which nothing is changed or taken along.
    pub(super) async fn permit_to_look(&self, caller: &Caller, viewer: &Viewer, need: Need) -> Result<Permit> {
        let look = self.look(caller, viewer).await?;
        if !look.allowed.contains(&need) || caller.only.as_ref().is_some_and(|only| !only.contains(&need)) {
            return Err(only_looking(need.1));
        }
        let grant = Grant {
            principal: Arc::new(Principal { via: caller.via.clone(), ..look.principal.as_ref().clone() }),
            allowed: look.allowed.clone(),
            scope: look.scope.clone(),
            grades: look.grades.clone(),
            policy_version: look.policy_version,
            looked: Some(look.looked.clone()),
        };
        Ok(self.maker.make(need, grant))
    }

    async fn look(&self, caller: &Caller, viewer: &Viewer) -> Result<Arc<Look>> {
        for person in [&caller.person, &viewer.person] {
            if self.identity.person(person).await?.is_none_or(|person| person.disabled) {
                return Err(Fault::sign_in());
            }
        }
        // Read before both decisions, so that what is kept under them is never older.
        let (version, catalogue) = self.now().await?;
        let own = self.decision(&viewer.person, viewer.department.as_deref()).await?;
        if !own.allowed.contains(&LOOK) {
            return Err(Fault::forbidden());
        }
        let theirs = self.decision(&caller.person, caller.department.as_deref()).await?;
        if caller.department.as_ref().is_some_and(|department| *department != theirs.principal.department) {
            return Err(Fault::forbidden());
        }
        let seat = |principal: &Principal| (principal.person.clone(), Some(principal.department.clone()));
        let key = (seat(&theirs.principal), seat(&own.principal), version, catalogue.sequence);
        if let Some(known) = self.looks.get(&key).await {
            return Ok(known);
        }
        let ruleset = self.ruleset(version).await?;
        let look = Arc::new(self.meet(&theirs, &own, &ruleset, &catalogue));
        if [theirs.policy_version, own.policy_version, ruleset.version] == [version; 3] {
            self.looks.insert(key, look.clone()).await;
        }
        Ok(look)
    }

    /// What both may see, in the shape of the one who is looked at.
    fn meet(&self, theirs: &Decision, own: &Decision, ruleset: &Ruleset, catalogue: &Catalogue) -> Look {
        let one_department = theirs.principal.department == own.principal.department;
        let mut grants = Granted::default();
        let mut looked = Looked::default();
        for (name, dataset) in catalogue.all_governed() {
            let share = |principal: &Principal| rules::bind(&ruleset.applying(name, principal), dataset, principal).and_then(Result::ok);
            let Some(bound) = share(&theirs.principal) else { continue };
            let met = match share(&own.principal) {
                Some(own) => Some(intersection::both(&bound, &own, dataset, one_department)),
                None => {
                    looked.veiled.insert(name.to_owned());
                    intersection::veiled(bound, dataset)
                }
            };
            let Some(met) = met else { continue };
            looked.rules.extend(theirs.scope.governed(name).map(|mart| (name.to_owned(), access_words(mart))));
            grants.add(dataset, met, self.department_key(&theirs.principal));
        }
        Look {
            principal: theirs.principal.clone(),
            allowed: Arc::new(allowed(theirs, own)),
            scope: Arc::new(grants.issued(&self.issuer, &theirs.principal.department)),
            grades: Arc::new(grades(&theirs.grades, &own.grades)),
            looked: Arc::new(looked),
            policy_version: ruleset.version,
        }
    }
}

/// What the other may look at. Data are bounded by the share of both; the rooms of administration show things of a department that no
/// share bounds, so that they are open only to whom they are open anyway.
fn allowed(theirs: &Decision, own: &Decision) -> HashSet<Need> {
    let one_department = theirs.principal.department == own.principal.department;
    let looks = |need: &&Need| match need {
        Need(Kind::Account | Kind::Dashboard | Kind::Mart | Kind::Question | Kind::Report | Kind::Stream, Action::View | Action::Explore) => true,
        Need(_, Action::View | Action::Explore) => one_department && own.allowed.contains(*need),
        Need(_, _) => false,
    };
    theirs.allowed.iter().filter(looks).copied().collect()
}

/// Rows and figures of both.
fn grades(theirs: &Grades, own: &Grades) -> Grades {
    let known = |grades: &Grades| -> BTreeSet<String> { grades.rows.union(&grades.figures).cloned().collect() };
    let figures = match (theirs.all_figures, own.all_figures) {
        (true, true) => BTreeSet::new(),
        (true, false) => known(own),
        (false, true) => known(theirs),
        (false, false) => known(theirs).intersection(&known(own)).cloned().collect(),
    };
    Grades { rows: theirs.rows.intersection(&own.rows).cloned().collect(), figures, all_figures: theirs.all_figures && own.all_figures }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a40_grades_are_those_of_both() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        let theirs = Grades { rows: set(&["lake.a", "lake.b"]), figures: set(&["lake.c"]), all_figures: false };
        let own = Grades { rows: set(&["lake.b"]), figures: set(&["lake.a"]), all_figures: false };
        assert_eq!(grades(&theirs, &own), Grades { rows: set(&["lake.b"]), figures: set(&["lake.a", "lake.b"]), all_figures: false });
        let all = Grades { all_figures: true, ..Grades::default() };
        assert_eq!(grades(&theirs, &all).figures, set(&["lake.a", "lake.b", "lake.c"]));
        assert_eq!(grades(&all, &own).rows, set(&[]));
        assert!(grades(&all, &all).all_figures);
    }
}

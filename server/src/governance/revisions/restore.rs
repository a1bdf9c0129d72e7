//! A policy as it once was, in force again as a new revision: deleted ones too, and only what fits the mart as it is now.

use super::{
    By, checked_why, put, still_at,
    store::{self, Revision},
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    governance::{
        Dataset,
        accepted::{Accepted, pin},
        cases::{self, Touched},
        people,
        policies::{broken, problem_words, spoken},
        rules::Policy,
        store as governance,
    },
    portal::Portal,
};
use app::governance::policy::asks::{ChangeKind, RestorePolicy};
use serde_json::json;

/// Gives the policy's new revision.
pub async fn restore(portal: Portal, permit: Permit, ask: RestorePolicy) -> Result<i64> {
    let wanted = store::one(&portal.database, &ask.change).await?.ok_or_else(Fault::not_found)?;
    let old = content(&portal, &wanted).await?.ok_or_else(Fault::not_found)?;
    permit.about(
        format!("policy on {}", spoken(&old.mart)),
        json!({ "id": old.id, "department": old.department, "role": old.role, "revision": wanted.revision, "why": ask.why }),
    );
    let why = checked_why(&ask.why, true)?;
    if wanted.revision == wanted.newest && !wanted.deleted {
        return Err(Fault::invalid("The policy is as this change left it.", "La política está como la dejó este cambio."));
    }
    let role = if old.role.is_empty() { "employee" } else { &old.role };
    people::checked_place(&portal, &old.department, role).await?;
    let catalogue = portal.governance.published().await?;
    let dataset = catalogue.governed(&old.mart);
    let policy = fitting(old, dataset)?;
    let known = governance::policies(&portal.database).await?.into_iter().find(|known| known.id == policy.id);
    let mut changes = portal.database.begin().await?;
    let version = governance::bump(&mut changes).await?;
    still_at(&mut changes, &policy.id, ask.revision).await?;
    let by = By { change: ChangeKind::Restore, actor: permit.principal().audit_name(), why, version };
    let revision = put(&mut changes, known.as_ref(), &policy, &by).await?;
    let marts = [policy.mart.as_str(), known.as_ref().map_or(policy.mart.as_str(), |known| known.mart.as_str())];
    cases::keep(&portal, &permit, &mut changes, Touched::Marts(&marts)).await?;
    changes.commit().await?;
    Ok(revision)
}

/// What the policy was in the end under a revision: as the next change found it, because columns are pinned in between.
/// Of a deletion: what was deleted.
async fn content(portal: &Portal, wanted: &Revision) -> Result<Option<Policy>> {
    if wanted.deleted {
        return Ok(wanted.was.clone());
    }
    let next = store::numbered(&portal.database, &wanted.policy, wanted.revision + 1).await?;
    Ok(next.and_then(|next| next.was).or_else(|| wanted.became.clone()))
}

/// The old policy as it may be stored now. Its columns must be there with the types that were accepted: what is retyped
/// would be accepted by nobody (A49).
fn fitting(old: Policy, dataset: Option<&Dataset>) -> Result<Policy> {
    let Some(dataset) = dataset else {
        return Err(Fault::invalid("It cannot be restored: its mart or stream is not there.", "No se puede restaurar: su data mart o flujo no existe."));
    };
    if old.unreadable {
        return Err(Fault::invalid("It cannot be restored: its rules could not be read.", "No se puede restaurar: sus reglas no se podían leer."));
    }
    let is_there = |column: &&Accepted| dataset.columns.iter().any(|now| now.name == column.name && column.kind.is_none_or(|kind| kind == now.kind));
    let lost: Vec<&str> = old.accepted.iter().flatten().filter(|column| column.shown && !is_there(column)).map(|column| column.name.as_str()).collect();
    if !lost.is_empty() {
        let lost = lost.join(", ");
        return Err(Fault::invalid(
            format!("It cannot be restored: these columns are gone or have another type: {lost}."),
            format!("No se puede restaurar: estas columnas ya no están o son de otro tipo: {lost}."),
        ));
    }
    let policy = Policy { accepted: Some(pin(&old, &dataset.columns)), ..old };
    match broken(&policy, Some(dataset)) {
        None => Ok(policy),
        Some(problem) => {
            let text = problem_words(&problem);
            Err(Fault::invalid(format!("It cannot be restored. {}", text.en), format!("No se puede restaurar. {}", text.es)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::fixtures::{self, column, policy};
    use warehouse::{ColumnType, PinnedColumn};

    fn baskets(columns: Vec<PinnedColumn>) -> Dataset {
        Dataset { columns, ..fixtures::baskets() }
    }

    fn old() -> Policy {
        let accepted = |name: &str, kind, shown| Accepted { name: name.into(), kind: Some(kind), shown };
        let accepted = Some(vec![accepted("region", ColumnType::Text, false), accepted("household_id", ColumnType::Integer, true)]);
        Policy { accepted, ..policy(&[("region", "=", &["North"])], &[("household_id", "hash")]) }
    }

    #[test]
    fn what_fits_comes_back_as_it_was_and_new_columns_stay_hidden() {
        let now = baskets(vec![column("region", ColumnType::Text), column("household_id", ColumnType::Integer), column("card", ColumnType::Text)]);
        assert_eq!(fitting(old(), Some(&now)).unwrap(), old());
    }

    /// A retyped column is not accepted by the way.
    #[test]
    fn a49_what_does_not_fit_any_more_is_refused_with_the_reason() {
        let said = |policy: Policy, dataset: Option<&Dataset>| fitting(policy, dataset).unwrap_err().message.en;
        assert!(said(old(), None).contains("not there"));
        assert!(said(Policy { unreadable: true, ..old() }, Some(&baskets(Vec::new()))).contains("could not be read"));
        let retyped = baskets(vec![column("region", ColumnType::Text), column("household_id", ColumnType::Text)]);
        assert!(said(old(), Some(&retyped)).contains("household_id"));
        let renamed = baskets(vec![column("area", ColumnType::Text), column("household_id", ColumnType::Integer)]);
        assert!(said(old(), Some(&renamed)).contains("region"));
    }
}

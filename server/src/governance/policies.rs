//! The administrators' page of policies: what is granted to whom, with row rules and masks.

use super::{
    Catalogue, Dataset, Governance,
    accepted::{self, Accepted},
    cases::{self, Touched},
    people,
    revisions::{self, By},
    rules::{self, Closed, Policy},
    store,
};
use crate::{
    access::{Permit, Scope, access_words},
    database::{Changes, new_id},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    governance::{
        asks::{DeletePolicy, ListPolicies, Policies, PolicyCard, PolicyEffect, PreviewPolicy, SavePolicy},
        policy::asks::ChangeKind,
    },
    text::Text,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub async fn list(portal: Portal, _permit: Permit, _ask: ListPolicies) -> Result<Policies> {
    let catalogue = portal.governance.published().await?;
    let version = store::version(&portal.database).await?;
    // Before the policies: what is shown is then never older than its revision says.
    let revisions = revisions::newest(&portal.database).await?;
    let policies = store::policies(&portal.database).await?;
    let listed = policies.into_iter().map(|policy| {
        let revision = revisions.get(&policy.id).copied().unwrap_or_default();
        card(policy, revision, &catalogue)
    });
    Ok(Policies {
        version,
        policies: listed.collect(),
        departments: store::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        roles: store::roles(&portal.database).await?,
        marts: catalogue.all_governed().map(|(name, _)| name.to_owned()).collect(),
    })
}

/// Creates or changes a policy; gives its new revision. A conflict when somebody changed or deleted the same policy meanwhile.
pub async fn save(portal: Portal, permit: Permit, ask: SavePolicy) -> Result<i64> {
    permit.about(format!("policy on {}", spoken(&ask.policy.mart)), told(serde_json::to_value(&ask.policy)?, &ask.why));
    let why = revisions::checked_why(&ask.why, !ask.policy.id.is_empty())?;
    let edited = ask.policy.revision;
    let (policy, was) = checked(&portal, ask.policy).await?;
    let mut changes = portal.database.begin().await?;
    let version = store::bump(&mut changes).await?;
    if was.is_some() {
        revisions::still_at(&mut changes, &policy.id, edited).await?;
    }
    let by = By { change: ChangeKind::Save, actor: permit.principal().audit_name(), why, version };
    let revision = revisions::put(&mut changes, was.as_ref(), &policy, &by).await?;
    let marts = [policy.mart.as_str(), was.as_ref().map_or(policy.mart.as_str(), |was| was.mart.as_str())];
    cases::keep(&portal, &permit, &mut changes, Touched::Marts(&marts)).await?;
    changes.commit().await?;
    Ok(revision)
}

/// Gives the policy's last revision. A conflict when somebody changed it meanwhile: what is deleted is what was looked at.
pub async fn delete(portal: Portal, permit: Permit, ask: DeletePolicy) -> Result<i64> {
    let policy = store::policies(&portal.database).await?.into_iter().find(|policy| policy.id == ask.id).ok_or_else(Fault::not_found)?;
    let details = json!({ "delete": policy.id, "department": policy.department, "role": policy.role });
    permit.about(format!("policy on {}", spoken(&policy.mart)), told(details, &ask.why));
    let why = revisions::checked_why(&ask.why, true)?;
    let mut changes = portal.database.begin().await?;
    let version = store::bump(&mut changes).await?;
    revisions::still_at(&mut changes, &policy.id, ask.revision).await?;
    let by = By { change: ChangeKind::Delete, actor: permit.principal().audit_name(), why, version };
    let revision = revisions::take(&mut changes, &policy, &by).await?;
    cases::keep(&portal, &permit, &mut changes, Touched::Marts(&[policy.mart.as_str()])).await?;
    changes.commit().await?;
    Ok(revision)
}

/// What the audit log says of a change, with its reason.
fn told(mut details: Value, why: &str) -> Value {
    if let Some(entries) = details.as_object_mut() {
        entries.insert("why".to_owned(), why.trim().into());
    }
    details
}

/// Who would gain or lose what, in words, without a value of the mart (A26).
pub async fn preview(portal: Portal, permit: Permit, ask: PreviewPolicy) -> Result<Vec<PolicyEffect>> {
    permit.about(format!("policy on {}", spoken(&ask.policy.mart)), serde_json::Value::Null);
    let before = store::policies(&portal.database).await?;
    let mut after: Vec<Policy> = before.iter().filter(|policy| policy.id != ask.policy.id).cloned().collect();
    let mart = ask.policy.mart.clone();
    if !ask.delete {
        after.push(checked(&portal, ask.policy).await?.0);
    }
    let catalogue = portal.governance.published().await?;
    let mut effects = Vec::new();
    for person in portal.identity.people().await?.into_iter().filter(|person| !person.disabled) {
        let seats = portal.governance.seats(&person.id).await?;
        for principal in &seats {
            let was = portal.governance.imagine(&before, &mart, principal, &catalogue);
            let will = portal.governance.imagine(&after, &mart, principal, &catalogue);
            let (had, has) = (shown(was.as_ref(), &mart), shown(will.as_ref(), &mart));
            if fingerprint(was.as_ref(), &mart) != fingerprint(will.as_ref(), &mart) {
                // Who acts in several departments is told for each.
                let name = if seats.len() > 1 { format!("{} ({})", person.name, principal.department) } else { person.name.clone() };
                effects.push(PolicyEffect {
                    person: person.id.clone(),
                    name,
                    before: was.as_ref().and_then(|scope| scope.governed(&mart)).map(access_words),
                    after: will.as_ref().and_then(|scope| scope.governed(&mart)).map(access_words),
                    gained: has.difference(&had).cloned().collect(),
                    lost: had.difference(&has).cloned().collect(),
                });
            }
        }
    }
    Ok(effects)
}

fn shown(scope: Option<&Scope>, mart: &str) -> BTreeSet<String> {
    scope.and_then(|scope| scope.governed(mart)).map(|mart| mart.columns().map(|(column, _)| column.name.clone()).collect()).unwrap_or_default()
}

fn fingerprint<'a>(scope: Option<&'a Scope>, mart: &str) -> Option<&'a str> {
    scope.and_then(|scope| scope.governed(mart)).map(warehouse::GovernedMart::fingerprint)
}

/// A policy as it may be stored, everything it names is there and fits; and what it was before.
async fn checked(portal: &Portal, card: PolicyCard) -> Result<(Policy, Option<Policy>)> {
    let known = if card.id.is_empty() { None } else { Some(known(portal, &card.id).await?) };
    let role = if card.role.is_empty() { "employee" } else { &card.role };
    people::checked_place(portal, &card.department, role).await?;
    let catalogue = portal.governance.published().await?;
    let dataset = catalogue.governed(&card.mart);
    let columns = dataset.map(|dataset| dataset.columns.as_slice());
    if columns.is_none() && known.as_ref().is_none_or(|known| known.mart != card.mart) {
        return Err(Fault::invalid("There is no such mart or stream.", "No existe ese data mart ni ese flujo.").on("mart"));
    }
    let moved = known.as_ref().is_some_and(|known| known.mart != card.mart);
    let before = known.as_ref().filter(|_| !moved).and_then(|known| known.accepted.clone());
    let mut policy = Policy {
        id: known.as_ref().map_or_else(new_id, |known| known.id.clone()),
        mart: card.mart,
        department: card.department,
        role: card.role,
        rows: card.rows,
        masks: card.masks,
        accepted: renewed(before, &card.columns),
        enabled: card.enabled,
        origin: known.as_ref().map_or_else(|| "portal".to_owned(), |known| known.origin.clone()),
        unreadable: false,
    };
    if let Some(problem) = rules::wrong(&policy, dataset) {
        let text = problem_words(&problem);
        return Err(Fault::invalid(text.en, text.es).on("rows"));
    }
    if let Some(columns) = columns {
        if let Some(unknown) = card.columns.iter().find(|name| !columns.iter().any(|column| column.name == **name)) {
            return Err(Fault::invalid(format!("It has no column {unknown}."), format!("No tiene la columna {unknown}.")).on("columns"));
        }
        policy.accepted = Some(accepted::pin(&policy, columns));
    }
    Ok((policy, known))
}

/// The policy that is changed. One that was deleted while it was edited is a conflict, so that its history is looked at.
async fn known(portal: &Portal, id: &str) -> Result<Policy> {
    if let Some(policy) = store::policies(&portal.database).await?.into_iter().find(|policy| policy.id == id) {
        return Ok(policy);
    }
    let was_there = revisions::newest(&portal.database).await?.contains_key(id);
    Err(if was_there { Fault::conflict() } else { Fault::not_found() })
}

/// What is accepted from now on: the columns that were named (as they are now), or as before.
fn renewed(before: Option<Vec<Accepted>>, named: &[String]) -> Option<Vec<Accepted>> {
    if named.is_empty() { before } else { Some(named.iter().map(|name| Accepted { name: name.clone(), kind: None, shown: true }).collect()) }
}

fn card(policy: Policy, revision: i64, catalogue: &Catalogue) -> PolicyCard {
    let dataset = catalogue.governed(&policy.mart);
    let waiting = dataset.map(|dataset| accepted::waiting(&policy, &dataset.columns)).unwrap_or_default();
    let problem = if policy.unreadable { Some(Closed::Rule(String::new())) } else { broken(&policy, dataset) };
    PolicyCard { waiting, problem: problem.map(|problem| problem_words(&problem)), ..plain(policy, revision) }
}

/// A policy as it stands, whatever became of its mart.
pub(super) fn plain(policy: Policy, revision: i64) -> PolicyCard {
    let shown = policy.accepted.iter().flatten().filter(|column| column.shown);
    PolicyCard {
        columns: shown.map(|column| column.name.clone()).collect(),
        waiting: Vec::new(),
        problem: None,
        id: policy.id,
        mart: policy.mart,
        department: policy.department,
        role: policy.role,
        rows: policy.rows,
        masks: policy.masks,
        enabled: policy.enabled,
        revision,
    }
}

/// What closes the mart whoever asks.
pub(super) fn broken(policy: &Policy, dataset: Option<&Dataset>) -> Option<Closed> {
    let Some(dataset) = dataset else { return Some(Closed::NotPublished) };
    let used = policy.rows.iter().map(|rule| &rule.column).chain(policy.masks.iter().map(|rule| &rule.column));
    let accepted = policy.accepted.as_deref().unwrap_or_default();
    let same =
        |name: &String| dataset.columns.iter().any(|now| now.name == *name && accepted.iter().any(|then| then.name == *name && then.kind == Some(now.kind)));
    rules::wrong(policy, Some(dataset)).or_else(|| used.into_iter().find(|name| !same(name)).map(|name| Closed::ColumnGone(name.clone())))
}

/// What a policy is on, in the words of the audit log: `mart baskets`, `stream.web`.
pub(super) fn spoken(name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("mart {name}") }
}

/// For administrators alone: it names columns and attributes.
pub(super) fn problem_words(problem: &Closed) -> Text {
    match problem {
        Closed::NotPublished => Text::of("It is not published yet.", "Aún no se ha publicado."),
        Closed::ColumnGone(column) => Text::of(
            format!("A rule uses the column {column}, which is gone or has another type: it stays closed until the rule is changed."),
            format!("Una regla usa la columna {column}, que ya no está o es de otro tipo: queda cerrado hasta que cambie la regla."),
        ),
        Closed::Attribute(attribute) => Text::of(
            format!("The attribute {attribute} is missing, empty, or not of the column's type."),
            format!("El atributo {attribute} falta, está vacío o no es del tipo de la columna."),
        ),
        Closed::Rule(rule) => Text::of(format!("This rule cannot be: {rule}."), format!("Esta regla no puede ser: {rule}.")),
    }
}

impl Governance {
    /// The first grant of a mart saved in a form: every role of one department sees all of it. Within the caller's transaction;
    /// does nothing when the mart has a policy already.
    pub async fn grant_first(&self, changes: &mut Changes, permit: &Permit, mart: &str, department: &str) -> Result<()> {
        if store::policies(&self.database).await?.iter().any(|policy| policy.mart == mart) {
            return Ok(());
        }
        let policy = Policy {
            id: new_id(),
            mart: mart.to_owned(),
            department: department.to_owned(),
            role: String::new(),
            rows: Vec::new(),
            masks: Vec::new(),
            accepted: None,
            enabled: true,
            origin: "portal".to_owned(),
            unreadable: false,
        };
        let version = store::bump(&mut *changes).await?;
        let by = By { change: ChangeKind::Save, actor: permit.principal().audit_name(), why: String::new(), version };
        revisions::put(&mut *changes, None, &policy, &by).await.map(drop)
    }
}

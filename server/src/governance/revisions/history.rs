//! What was changed in the policies, by whom and why: of one policy, or of all.

use super::store::{self, Revision};
use crate::{
    access::Permit,
    fault::Result,
    governance::{
        policies,
        store::{departments, roles},
    },
    portal::Portal,
};
use app::governance::policy::asks::{ChangeKind, PolicyChange, PolicyChanges, PolicyHistory};

/// Changes on one page.
const PAGE: i64 = 50;

pub async fn history(portal: Portal, permit: Permit, ask: PolicyHistory) -> Result<PolicyChanges> {
    permit.about("policies", serde_json::json!({ "id": ask.policy }));
    let mut found = store::found(&portal.database, &ask.policy, ask.before.as_deref(), PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    Ok(PolicyChanges {
        changes: found.into_iter().map(card).collect(),
        more,
        departments: departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        roles: roles(&portal.database).await?,
    })
}

fn card(revision: Revision) -> PolicyChange {
    let number = revision.revision;
    PolicyChange {
        was: revision.was.map(|policy| policies::plain(policy, number - 1)),
        became: revision.became.map(|policy| policies::plain(policy, number)),
        id: revision.id,
        policy: revision.policy,
        revision: number,
        newest: revision.newest,
        change: ChangeKind::parse(&revision.change),
        deleted: revision.deleted,
        version: revision.version,
        who: revision.actor,
        why: revision.why,
        at_ms: revision.at_ms,
    }
}

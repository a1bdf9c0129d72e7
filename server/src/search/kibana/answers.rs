//! What the pages ask about Kibana.

use super::{Kibana, check, covers_all, entry::Entry, origin, rules::Own, set_up as setting_up, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    search::stream,
};
use app::search::kibana_asks::{CheckKibana, EnterKibana, KibanaCard, KibanaCheck, KibanaState, ListKibana, SetUpKibana};
use std::collections::BTreeMap;
use tower_sessions::Session;

/// A ticket for the frame: only for whose permit covers all of the department's streams as they are.
pub async fn enter(portal: Portal, permit: Permit, session: Session, _ask: EnterKibana) -> Result<String> {
    let department = permit.scope().department().to_owned();
    permit.about(format!("kibana {department}"), serde_json::Value::Null);
    let kibana = kibana(&portal)?;
    if store::one(&portal.database, &department).await?.is_none() || !covers_all(&portal, &permit).await? {
        return Err(Fault::not_found());
    }
    let session = session.id().ok_or_else(Fault::sign_in)?.to_string();
    let ticket = kibana.entries.ticket(Entry { person: permit.principal().person.clone(), department, session }).await;
    Ok(format!("{}{}?ticket={ticket}", kibana.frame_origin(), origin::ENTER))
}

pub async fn list(portal: Portal, _permit: Permit, _ask: ListKibana) -> Result<KibanaState> {
    let set_up = store::all(&portal.database).await?;
    let mut streams: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stream in stream::store::all(&portal.database).await? {
        streams.entry(stream.department).or_default().push(stream.name);
    }
    let departments = streams.into_iter().map(|(department, streams)| KibanaCard {
        space: Own::of(&department).space,
        set_up_ms: set_up.iter().find(|known| known.department == department).map(|known| known.changed_ms),
        department,
        streams,
    });
    Ok(KibanaState {
        configured: portal.kibana.as_ref().map(|kibana| (kibana.upstream.to_string(), kibana.frame_origin())),
        departments: departments.collect(),
    })
}

pub async fn set_up(portal: Portal, permit: Permit, ask: SetUpKibana) -> Result<()> {
    permit.about(format!("kibana {}", ask.department), serde_json::Value::Null);
    setting_up::department(&portal, kibana(&portal)?, &ask.department).await
}

pub async fn try_out(portal: Portal, permit: Permit, ask: CheckKibana) -> Result<Vec<KibanaCheck>> {
    permit.about(format!("kibana {}", ask.department), serde_json::Value::Null);
    check::department(&portal, kibana(&portal)?, &ask.department).await
}

fn kibana(portal: &Portal) -> Result<&Kibana> {
    portal.kibana.as_ref().ok_or_else(Fault::not_found)
}

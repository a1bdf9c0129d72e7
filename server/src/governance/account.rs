//! Who is asking, and which rooms of the portal are theirs.

use super::store;
use crate::{
    access::{Action, Kind, Need, Permit, Principal},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    identity::{
        asks::{May, Me, WhoAmI},
        viewing::asks::Viewing,
    },
    text::{Language, Text},
};

pub async fn me(portal: Portal, permit: Permit, _ask: WhoAmI) -> Result<Me> {
    let principal = permit.principal();
    let person = portal.identity.person(&principal.person).await?.ok_or_else(Fault::sign_in)?;
    let titles = store::roles(&portal.database).await?;
    let may = |kind, action| permit.allows(Need(kind, action));
    let viewing = permit.viewer().map(|viewer| Viewing { viewer: viewer.name.clone(), veiled: permit.veiled().cloned().collect() });
    Ok(Me {
        id: person.id,
        name: person.name,
        email: person.email,
        department: portal.governance.department_title(&principal.department).await?,
        elsewhere: if viewing.is_none() { elsewhere(&portal, principal).await? } else { Vec::new() },
        roles: titles.into_iter().filter(|(name, _)| principal.roles.contains(name)).map(|(_, title)| title).collect(),
        language: person.language.as_deref().map(Language::parse),
        may: May {
            browse: may(Kind::Dashboard, Action::View),
            explore: may(Kind::Mart, Action::Explore),
            sql: may(Kind::Mart, Action::Sql) && permit.scope().marts().next().is_some(),
            export: may(Kind::Mart, Action::Export),
            csv: may(Kind::Csv, Action::Export),
            json: may(Kind::Json, Action::Export),
            pdf: may(Kind::Pdf, Action::Export),
            schedule: may(Kind::Report, Action::Schedule) && may(Kind::Report, Action::Export),
            edit: may(Kind::Dashboard, Action::Edit),
            search: may(Kind::Stream, Action::View) && permit.scope().streams().next().is_some(),
            administer_people: may(Kind::Person, Action::Administer),
            view_as: may(Kind::Person, Action::ViewAs),
            administer_jobs: may(Kind::Job, Action::Administer),
            administer_agents: may(Kind::Agent, Action::Administer),
            administer_streams: may(Kind::Stream, Action::Administer),
            administer_policies: may(Kind::Policy, Action::Administer),
            administer_keywords: may(Kind::Keyword, Action::Administer),
            read_audit: may(Kind::Audit, Action::View),
            kibana: may(Kind::Stream, Action::View) && portal.offers_kibana(&permit).await?,
            administer_kibana: portal.kibana.is_some() && may(Kind::Stream, Action::Administer),
        },
        empty_house: portal.governance.published().await?.marts().next().is_none(),
        // Who looks cannot change it.
        must_change_password: person.must_change_password && viewing.is_none(),
        viewing,
    })
}

/// Departments of theirs but the one in which they act.
async fn elsewhere(portal: &Portal, principal: &Principal) -> Result<Vec<(String, Text)>> {
    let held = store::memberships_of(&portal.database, &principal.person).await?;
    let known = store::departments(&portal.database).await?;
    let theirs = |name: &str| name != principal.department && held.iter().any(|held| held.department == name);
    Ok(known.into_iter().filter(|department| theirs(&department.name)).map(|department| (department.name, department.title)).collect())
}

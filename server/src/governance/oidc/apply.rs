//! Single sign-on as code: `sign-on.toml`.

use super::{settings, store};
use crate::{
    access::audit::Record,
    apply::{Applied, Change, Folder, wrong},
    database::Changes,
    fault::Result,
    identity::{
        account::operator,
        oidc::{Provider, SECRET, store as providers},
    },
    portal::Portal,
};
use app::identity::sign_on::asks::{ClaimRule, GroupRule, SaveSignOn, SignOn};
use serde::Deserialize;
use std::{collections::BTreeSet, path::Path};

/// What is not said is as on the page where nothing was set yet.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SignOnFile {
    enabled: bool,
    name: String,
    issuer: String,
    client_id: String,
    /// A variable of the settings, `${…}`; empty: the secret that is set stays.
    client_secret: String,
    scopes: String,
    groups_claim: String,
    groups: Vec<GroupRule>,
    claims: Vec<ClaimRule>,
    create_accounts: bool,
    refuse_passwords: bool,
    contact: String,
}

impl Default for SignOnFile {
    fn default() -> Self {
        let SignOn { enabled, name, issuer, client_id, scopes, groups_claim, groups, claims, create_accounts, refuse_passwords, contact, .. } =
            settings::fresh();
        let client_secret = String::new();
        Self { enabled, name, issuer, client_id, client_secret, scopes, groups_claim, groups, claims, create_accounts, refuse_passwords, contact }
    }
}

/// Name of the file.
const FILE: &str = "sign-on.toml";

/// Writes what differs, within the caller's transaction; gives what to put into the audit log after it. Without the file nothing changes.
/// `departments` are those that there are then.
pub async fn save(portal: &Portal, folder: &Folder, departments: &BTreeSet<String>, changes: &mut Changes, applied: &mut Applied) -> Result<Option<Record>> {
    let Some(file) = folder.read::<SignOnFile>(FILE)? else { return Ok(None) };
    let path = folder.root().join(FILE);
    let before = providers::provider(&portal.database).await?;
    let mut wanted = wanted(folder, &path, file, before.as_ref())?;
    let provider = settings::checked(portal, &wanted, before.as_ref(), departments).await.map_err(|fault| {
        let field = fault.field.as_deref().map(|field| format!("{field}: ")).unwrap_or_default();
        wrong(&path, &format!("{field}{}", fault.message.en))
    })?;
    if portal.secrets.reveal(SECRET).await?.as_ref() == Some(&wanted.client_secret) {
        wanted.client_secret.clear();
    }
    let what = format!("single sign-on {} ({})", provider.name, provider.issuer);
    let mut found = Vec::new();
    match &before {
        None => found.push(Change::add(what)),
        Some(before) => {
            if !is_same(portal, before, &provider, &wanted.settings).await? {
                found.push(Change::alter(what));
            }
        }
    }
    if !wanted.client_secret.is_empty() {
        found.push(Change::alter("secret of single sign-on"));
    }
    if found.is_empty() {
        return Ok(None);
    }
    applied.changes.extend(found);
    settings::write(portal, changes, &provider, &wanted).await?;
    Ok(Some(Record::by(operator(), "identity.save_sign_on", settings::OBJECT, "allowed").with(settings::told(&wanted))))
}

/// What the file says, as the page would send it over what is there.
fn wanted(folder: &Folder, path: &Path, file: SignOnFile, before: Option<&Provider>) -> Result<SaveSignOn> {
    let SignOnFile { enabled, name, issuer, client_id, client_secret, scopes, groups_claim, groups, claims, create_accounts, refuse_passwords, contact } = file;
    let version = before.map_or(0, |before| before.changed_ms);
    let settings = SignOn { enabled, name, issuer, client_id, scopes, groups_claim, groups, claims, create_accounts, refuse_passwords, contact, version };
    let named = client_secret.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).is_some_and(|name| !name.contains('}'));
    if !client_secret.is_empty() && !named {
        // Without what stands there: it may be the secret.
        return Err(wrong(path, "client_secret: name a variable of [variables] in atalaya.toml, as ${…}; the secret itself has no place in this file"));
    }
    let client_secret = folder.expand(&client_secret).map_err(|fault| wrong(path, &format!("client_secret: {}", fault.message.en)))?;
    Ok(SaveSignOn { settings, client_secret })
}

async fn is_same(portal: &Portal, before: &Provider, wanted: &Provider, settings: &SignOn) -> Result<bool> {
    let provider = Provider { changed_ms: before.changed_ms, ..wanted.clone() };
    // Which claim is named first says nothing.
    let sorted = |mut claims: Vec<ClaimRule>| {
        claims.sort_by(|left, right| left.attribute.cmp(&right.attribute));
        claims
    };
    Ok(provider == *before
        && store::groups(&portal.database).await? == settings.groups
        && sorted(store::claims(&portal.database).await?) == sorted(settings.claims.clone()))
}

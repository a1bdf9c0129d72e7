//! Whose account an ID token opens, and what that person holds after it.
//!
//! Who signs in is known by issuer and subject. The first time there is only an address, and an address alone must not take an account
//! over: it counts when the provider says that it is verified, when the person has no subject of this provider yet, and, for whoever
//! administers, when they have signed in here beforehand. Otherwise whoever hands out addresses at the provider would hand out this portal.

use super::{rules, store};
use crate::{
    access::{Caller, Visitor, principal::Via},
    database::{Changes, new_id},
    fault::Result,
    governance::{people::checked_attributes, store as holdings},
    identity::{
        self, Person, checked_email,
        oidc::{Arrived, Refusal, store as identities},
    },
    portal::Portal,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower_sessions::Session;

/// How somebody came to their account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Known,
    Linked,
    Created,
}

/// Who came in, and what it changed.
pub struct Settled {
    pub person: Person,
    way: Way,
    /// Present where they are others than before.
    memberships: Option<Vec<(String, String)>>,
    attributes: Option<Vec<String>>,
    /// The groups would have taken the last administrator away.
    kept: bool,
}

impl Settled {
    /// For the audit log: names, never values of claims.
    pub fn details(&self, visitor: &Visitor) -> Value {
        let way = match self.way {
            Way::Known => "known",
            Way::Linked => "linked",
            Way::Created => "created",
        };
        let memberships = self.memberships.iter().flatten().map(|(department, role)| format!("{role} of {department}")).collect::<Vec<_>>();
        json!({
            "by": "oidc", "address": visitor.address.to_string(), "account": way,
            "memberships": memberships, "changed_attributes": self.attributes, "kept_last_administrator": self.kept,
        })
    }
}

/// Finds or makes the account and brings it to what the token says, all in one transaction. Refuses whom no group opens the portal,
/// who is disabled, and who cannot be told to be who they say.
pub async fn settle(portal: &Portal, session: &Session, arrived: &Arrived) -> Result<Settled, Refusal> {
    let groups = rules::texts(&arrived.claims, &arrived.provider.groups_claim);
    let held = rules::memberships(groups.as_deref().unwrap_or_default(), &store::groups(&portal.database).await?);
    let known = match identities::person_of(&portal.database, &arrived.provider.issuer, &arrived.subject).await? {
        Some(id) => portal.identity.person(&id).await?,
        None => None,
    };
    let (person, way) = match known {
        Some(person) => (person, Way::Known),
        None => stranger(portal, session, arrived, held.is_empty()).await?,
    };
    let refused = |problem, reason: &str| Refusal::Told { problem, reason: reason.to_owned(), whom: Some(person.email.clone()) };
    if person.disabled {
        return Err(refused("oidc_disabled", "the person is disabled"));
    }
    if held.is_empty() {
        if groups.is_none() {
            return Err(refused("oidc_group", "the token does not say the groups"));
        }
        lose(portal, &person).await?;
        return Err(refused("oidc_group", "no group of theirs opens the portal"));
    }
    Ok(write(portal, arrived, person, way, &held).await?)
}

/// Who comes for the first time: an account of that address, or a new one.
async fn stranger(portal: &Portal, session: &Session, arrived: &Arrived, no_group: bool) -> Result<(Person, Way), Refusal> {
    let refused = |problem, reason: &str, whom: Option<&str>| Refusal::Told { problem, reason: reason.to_owned(), whom: whom.map(str::to_owned) };
    // The same for an address that somebody has here and one that nobody has.
    let address = rules::verified_address(&arrived.claims).and_then(|address| checked_email(address).ok());
    let Some(email) = address else { return Err(refused("oidc_email", "the token holds no verified address", None)) };
    if no_group {
        return Err(refused("oidc_group", "no group of theirs opens the portal", Some(&email)));
    }
    let Some(person) = portal.identity.person_by_email(&email).await? else {
        if !arrived.provider.create_accounts {
            return Err(refused("oidc_none", "there is no account, and none is made at the first sign-in", Some(&email)));
        }
        let name = rules::name(&arrived.claims, &email);
        let person = Person {
            id: new_id(),
            email,
            name,
            language: None,
            must_change_password: false,
            disabled: false,
            origin: "oidc".to_owned(),
            last_sign_in_ms: None,
        };
        return Ok((person, Way::Created));
    };
    if identities::is_linked(&portal.database, &arrived.provider.issuer, &person.id).await? {
        return Err(refused("oidc_account", "the account belongs to another subject", Some(&email)));
    }
    // By whatever role; and who looks as them is not they.
    let governs = !person.disabled && portal.governance.governs(&person.id).await?;
    let is_themselves = |caller: Caller| caller.person == person.id && caller.via == Via::Session;
    if governs && !identity::signed_in(portal, session).await.is_ok_and(is_themselves) {
        return Err(refused("oidc_account", "an administrator's account is joined by its own person alone", Some(&email)));
    }
    Ok((person, Way::Linked))
}

/// Takes away what groups gave: whoever lost them all does not go on with a password or in another window.
async fn lose(portal: &Portal, person: &Person) -> Result<()> {
    if holdings::memberships_of(&portal.database, &person.id).await?.is_empty() {
        return Ok(());
    }
    let mut changes = portal.database.begin().await?;
    // First, because it locks the version: of two who lose it at once, the second is counted after the first.
    holdings::bump(&mut changes).await?;
    holdings::set_memberships(&mut changes, &person.id, &[]).await?;
    if holdings::has_administrator(&mut changes).await? {
        changes.commit().await?
    } else {
        changes.rollback().await?
    }
    Ok(())
}

async fn write(portal: &Portal, arrived: &Arrived, person: Person, way: Way, held: &[(String, String)]) -> Result<Settled> {
    let before: Vec<(String, String)> = match way {
        Way::Created => Vec::new(),
        _ => holdings::memberships_of(&portal.database, &person.id).await?.into_iter().map(|held| (held.department, held.role)).collect(),
    };
    let (known, wanted) = attributes(portal, arrived, &person).await?;
    // Nobody knows it: the account has a password only in form, so that a try with one takes its time as everywhere.
    let password = match way {
        Way::Created => Some(portal.identity.random_password().await?.1),
        _ => None,
    };
    let mut settled = Settled { person, way, memberships: None, attributes: None, kept: false };
    let mut changes = portal.database.begin().await?;
    if before != held || known != wanted {
        holdings::bump(&mut changes).await?;
    }
    if let Some(hash) = password {
        identity::store::add_person(&mut changes, &settled.person, &hash).await?;
    }
    if way != Way::Known {
        identities::link(&mut changes, &arrived.provider.issuer, &arrived.subject, &settled.person.id).await?;
    }
    if before != held {
        settled.kept = !move_to(&mut changes, &settled.person.id, &before, held).await?;
        settled.memberships = (!settled.kept).then(|| held.to_vec());
    }
    if known != wanted {
        holdings::set_attributes(&mut changes, &settled.person.id, &wanted).await?;
        let changed = wanted.keys().chain(known.keys()).filter(|name| known.get(*name) != wanted.get(*name));
        settled.attributes = Some(changed.cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect());
    }
    changes.commit().await?;
    Ok(settled)
}

/// Gives these memberships, unless nobody would administer the portal any more: then the old ones stay (A26). Whether they were given.
async fn move_to(changes: &mut Changes, person: &str, before: &[(String, String)], held: &[(String, String)]) -> Result<bool> {
    holdings::set_memberships(changes, person, held).await?;
    if holdings::has_administrator(changes).await? {
        return Ok(true);
    }
    holdings::set_memberships(changes, person, before).await?;
    Ok(false)
}

type Attributes = BTreeMap<String, Vec<String>>;

/// As they are and as they are to be. A value that no attribute may have leaves its attribute empty, which closes what asks for it (A47).
async fn attributes(portal: &Portal, arrived: &Arrived, person: &Person) -> Result<(Attributes, Attributes)> {
    let mut known = holdings::attributes_of(&portal.database, &person.id).await?;
    // Databases sort texts in their own ways.
    known.values_mut().for_each(|values| values.sort());
    let wanted = rules::attributes(&known, &arrived.claims, &store::claims(&portal.database).await?);
    let wanted =
        wanted.into_iter().filter(|(name, values)| known.get(name) == Some(values) || checked_attributes(vec![(name.clone(), values.clone())]).is_ok());
    let wanted = wanted.collect();
    Ok((known, wanted))
}

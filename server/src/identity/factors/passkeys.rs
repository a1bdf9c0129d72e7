//! One's own passkeys: adding one with the browser, taking one away; and what both ceremonies of WebAuthn share.

use super::{
    about, end_others, prove,
    store::{self, Kept},
};
use crate::{
    access::Permit,
    config::Config,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    identity::checked_name,
    portal::Portal,
};
use app::identity::factors::asks::{AddPasskey, BeginPasskey, Challenge, RemovePasskey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower_sessions::Session;
use uuid::Uuid;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError};

/// As the audit log calls it.
const FACTOR: &str = "passkey";
/// Name of a ceremony of this page within the session.
const ADDING: &str = "adding_passkey";
/// How long a browser may take for a ceremony.
const GOOD_FOR_MS: i64 = 5 * 60_000;
/// Passkeys that one person may have.
const MOST: usize = 20;

/// What the browser is to make. The authenticator keeps it where it finds it without an address, and asks its person for a finger, face or PIN:
/// that is why a passkey counts as both factors.
pub async fn begin(portal: Portal, permit: Permit, session: Session, ask: BeginPasskey) -> Result<Challenge> {
    let principal = permit.principal();
    about(&permit, FACTOR);
    let webauthn = ceremonies(&portal.config).ok_or_else(not_offered)?;
    prove(&portal, &permit, &ask.proof).await?;
    let known = store::passkeys(&portal.database, &principal.person).await?;
    if known.len() >= MOST {
        return Err(Fault::invalid(
            format!("You have {MOST} passkeys: remove one that you do not use."),
            format!("Tiene {MOST} llaves de acceso: quite una que no use."),
        ));
    }
    let known = known.iter().map(|kept| BASE64.decode(&kept.credential_id)).collect::<std::result::Result<Vec<_>, _>>().map_err(Fault::internal)?;
    let handle = Uuid::parse_str(&principal.person).map_err(Fault::internal)?;
    let (challenge, state) = webauthn.start_passkey_registration(handle, &principal.email, &principal.name, Some(known)).map_err(failed)?;
    let mut options = options(&challenge)?;
    options["authenticatorSelection"]["residentKey"] = json!("required");
    options["authenticatorSelection"]["requireResidentKey"] = json!(true);
    options["authenticatorSelection"]["userVerification"] = json!("required");
    keep(&session, ADDING, state).await?;
    Ok(Challenge { options })
}

/// Keeps what the browser made.
pub async fn add(portal: Portal, permit: Permit, session: Session, ask: AddPasskey) -> Result<()> {
    let person = &permit.principal().person;
    about(&permit, FACTOR);
    let name = checked_name(&ask.name, "name")?;
    let webauthn = ceremonies(&portal.config).ok_or_else(not_offered)?;
    let state: PasskeyRegistration = taken(&session, ADDING).await?.ok_or_else(too_late)?;
    let answer: RegisterPublicKeyCredential = serde_json::from_value(ask.credential).map_err(|cause| unfit().because(cause))?;
    let passkey = webauthn.finish_passkey_registration(&answer, &state).map_err(|cause| unfit().because(format!("{cause:?}")))?;
    let credential_id = BASE64.encode(passkey.cred_id());
    if store::passkey_of_credential(&portal.database, &credential_id).await?.is_some() {
        return Err(unfit());
    }
    let kept =
        Kept { id: new_id(), person: person.clone(), name, credential_id, credential: serde_json::to_string(&passkey)?, added_ms: now_ms(), used_ms: None };
    permit.about(format!("person {}", permit.principal().email), json!({ "factor": FACTOR, "id": kept.id }));
    let mut changes = portal.database.begin().await?;
    store::add_passkey(&mut changes, &kept).await?;
    changes.commit().await?;
    end_others(&portal, &permit, &session).await
}

/// Forgets one of one's own; somebody else's and none are the same.
pub async fn remove(portal: Portal, permit: Permit, session: Session, ask: RemovePasskey) -> Result<()> {
    let principal = permit.principal();
    permit.about(format!("person {}", principal.email), json!({ "factor": FACTOR, "id": ask.id }));
    prove(&portal, &permit, &ask.proof).await?;
    let mut changes = portal.database.begin().await?;
    if !store::remove_passkey(&mut changes, &principal.person, &ask.id).await? {
        return Err(Fault::not_found());
    }
    changes.commit().await?;
    end_others(&portal, &permit, &session).await
}

/// What makes and checks challenges under the portal's public address. None where browsers take no passkeys: at a bare network address,
/// and without https anywhere but on the own machine.
pub(super) fn ceremonies(config: &Config) -> Option<Webauthn> {
    let origin = &config.public_url;
    let host = origin.domain()?;
    let own_machine = host == "localhost" || host.ends_with(".localhost");
    if origin.scheme() != "https" && !own_machine {
        return None;
    }
    WebauthnBuilder::new(host, origin).ok()?.rp_name("Atalaya").build().ok()
}

/// A ceremony that was begun, as the session holds it.
#[derive(Serialize, Deserialize)]
struct Ceremony<T> {
    state: T,
    until_ms: i64,
}

/// Keeps the state of a ceremony on this side, for a few minutes; one that was begun before is over.
pub(super) async fn keep<T: Serialize + Send + Sync>(session: &Session, key: &str, state: T) -> Result<()> {
    session.insert(key, Ceremony { state, until_ms: now_ms() + GOOD_FOR_MS }).await.map_err(Fault::internal)
}

/// The state of the ceremony, once and in time.
pub(super) async fn taken<T: DeserializeOwned + Send>(session: &Session, key: &str) -> Result<Option<T>> {
    let Some(held) = session.remove_value(key).await.map_err(Fault::internal)? else { return Ok(None) };
    // Kept by another version of the portal: over, too.
    let held: Option<Ceremony<T>> = serde_json::from_value::<Ceremony<T>>(held).ok();
    Ok(held.filter(|ceremony| ceremony.until_ms > now_ms()).map(|ceremony| ceremony.state))
}

/// The options within a challenge, as browsers read them.
pub(super) fn options(challenge: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(challenge)?["publicKey"].take())
}

pub(super) fn failed(cause: WebauthnError) -> Fault {
    Fault::internal(format!("{cause:?}"))
}

pub(super) fn not_offered() -> Fault {
    Fault::invalid(
        "Passkeys need this portal to be reached by a name and over https. Ask whoever runs it.",
        "Las llaves de acceso necesitan que se llegue a este portal por un nombre y con https. Pregunte a quien lo gestiona.",
    )
}

fn too_late() -> Fault {
    Fault::invalid("This took too long, or was done already. Begin again.", "Ha tardado demasiado o ya se hizo. Empiece de nuevo.")
}

fn unfit() -> Fault {
    Fault::invalid(
        "This passkey cannot be used here. Begin again, or make it with another device.",
        "Esta llave de acceso no se puede usar aquí. Empiece de nuevo o créela con otro dispositivo.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn passkeys_are_offered_where_browsers_take_them() {
        let offered = |address: &str| ceremonies(&Config { public_url: Url::parse(address).unwrap(), ..Config::default() }).is_some();
        for address in ["http://localhost:8420", "https://portal.example", "https://portal.example:8443/"] {
            assert!(offered(address), "{address}");
        }
        for address in ["http://127.0.0.1:8420", "https://192.0.2.7", "https://[2001:db8::1]/", "http://portal.example"] {
            assert!(!offered(address), "{address}");
        }
    }
}

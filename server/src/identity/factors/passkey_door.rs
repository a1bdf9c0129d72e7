//! Signing in with a passkey: no address is asked for, so nothing tells whether there is such a person. Counts as both factors.

use super::{
    passkeys::{ceremonies, failed, keep, not_offered, options, taken},
    store,
};
use crate::{
    access::{Visitor, audit::Record},
    fault::{Fault, Result},
    identity::{
        oidc::passwords_accepted,
        sign_in::entered,
        store::{self as people, Credentials},
    },
    portal::Portal,
};
use app::{
    ask::FaultKind,
    identity::factors::asks::{BeginSignInPasskey, Challenge, SignInPasskey},
    text::Text,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};
use std::time::Instant;
use tower_sessions::Session;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PublicKeyCredential, Webauthn};

/// Name of the ceremony within the session, which is nobody's yet.
const ENTERING: &str = "entering_by_passkey";

/// Whether the sign-in page offers it.
pub fn is_open(portal: &Portal) -> bool {
    ceremonies(&portal.config).is_some()
}

pub async fn begin(portal: Portal, session: Session, visitor: Visitor, _ask: BeginSignInPasskey) -> Result<Challenge> {
    let webauthn = ceremonies(&portal.config).ok_or_else(not_offered)?;
    passwords_accepted(&portal).await?;
    portal.identity.0.limits.place(&visitor.place(), Instant::now())?;
    let (challenge, state) = webauthn.start_discoverable_authentication().map_err(failed)?;
    keep(&session, ENTERING, state).await?;
    Ok(Challenge { options: options(&challenge)? })
}

pub async fn finish(portal: Portal, session: Session, visitor: Visitor, ask: SignInPasskey) -> Result<()> {
    let webauthn = ceremonies(&portal.config).ok_or_else(not_offered)?;
    // Where single sign-on alone is accepted, who was shut out there must not come in by a door of ours.
    passwords_accepted(&portal).await?;
    let state: DiscoverableAuthentication = taken(&session, ENTERING).await?.ok_or_else(refused)?;
    match recognised(&portal, &webauthn, state, ask.credential).await? {
        Ok(known) => {
            portal.identity.0.limits.signed_in(&known.email, &visitor.place());
            entered(&portal, &session, &visitor, &known, "passkey").await
        }
        Err(whom) => {
            let record = Record::by("visitor", "identity.sign_in_passkey", whom, "refused");
            portal.audit.note(record.with(json!({ "address": visitor.address.to_string() })).seen_at(&visitor)).await?;
            Err(refused())
        }
    }
}

/// Who answered; `Err` holds whom the audit log names for an answer that opens nothing.
async fn recognised(
    portal: &Portal,
    webauthn: &Webauthn,
    state: DiscoverableAuthentication,
    credential: Value,
) -> Result<std::result::Result<Credentials, String>> {
    let unknown = || "unknown passkey".to_owned();
    let Ok(answer) = serde_json::from_value::<PublicKeyCredential>(credential) else { return Ok(Err(unknown())) };
    let Ok((handle, credential_id)) = webauthn.identify_discoverable_authentication(&answer) else { return Ok(Err(unknown())) };
    let Some(kept) = store::passkey_of_credential(&portal.database, &BASE64.encode(credential_id)).await? else { return Ok(Err(unknown())) };
    let Some(person) = portal.identity.person(&kept.person).await? else { return Ok(Err(unknown())) };
    let whom = format!("person {}", person.email);
    let mut passkey: Passkey = serde_json::from_str(&kept.credential)?;
    // Checks challenge, origin, signature, that the person was verified, and that the counter went on.
    let proven = match webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey) {
        Ok(proven) if proven.user_verified() && handle.simple().to_string() == kept.person => proven,
        _ => return Ok(Err(whom)),
    };
    let known = people::credentials(&portal.database, &person.email).await?.filter(|known| known.person == kept.person && !known.disabled);
    let Some(known) = known else { return Ok(Err(whom)) };
    passkey.update_credential(&proven);
    let mut changes = portal.database.begin().await?;
    let noted = store::use_passkey(&mut changes, &kept, &serde_json::to_string(&passkey)?).await?;
    changes.commit().await?;
    Ok(if noted { Ok(known) } else { Err(whom) })
}

/// One answer for a passkey that is unknown, was copied, came too late, or is a disabled person's.
fn refused() -> Fault {
    Fault::new(
        FaultKind::SignIn,
        Text::of(
            "This passkey does not open the portal. Try again, or sign in with your password.",
            "Esta llave de acceso no abre el portal. Inténtelo de nuevo o entre con su contraseña.",
        ),
    )
}

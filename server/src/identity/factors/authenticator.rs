//! Codes of an authenticator app (TOTP, RFC 6238): six digits of thirty seconds, one step of leeway, each taken once.

use super::{about, compact, end_others, prove, recovery, store};
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::factors::asks::{AppSecret, BeginApp, ConfirmApp, EndApp, RecoveryCodes};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use qrcode::{QrCode, render::svg};
use sqlx::AnyConnection;
use std::time::Instant;
use totp_rs::{Builder, Secret};
use tower_sessions::Session;

/// As the audit log calls it.
const FACTOR: &str = "authenticator app";

/// A new secret, shown this once. One that was shown before and not confirmed is forgotten.
pub async fn begin(portal: Portal, permit: Permit, ask: BeginApp) -> Result<AppSecret> {
    let principal = permit.principal();
    about(&permit, FACTOR);
    prove(&portal, &permit, &ask.proof).await?;
    let secret = Secret::from(rand::random::<[u8; 20]>()).to_base32();
    let picture = picture(&address(&principal.email, &secret))?;
    let mut changes = portal.database.begin().await?;
    if !store::begin_app(&mut changes, &principal.person).await? {
        return Err(Fault::invalid("Your authenticator app is on already: turn it off first.", "Su aplicación ya está activada: desactívela antes."));
    }
    portal.secrets.write(&mut changes, &name(&principal.person), &secret).await?;
    changes.commit().await?;
    Ok(AppSecret { secret, picture })
}

/// Turns the app on with a first code, which is used up by it.
pub async fn confirm(portal: Portal, permit: Permit, session: Session, ask: ConfirmApp) -> Result<RecoveryCodes> {
    let person = &permit.principal().person;
    about(&permit, FACTOR);
    portal.identity.0.limits.guess("first code of", person, Instant::now())?;
    let Some(shown) = store::app(&portal.database, person).await?.filter(|app| !app.confirmed) else { return Err(begin_again()) };
    let Some(secret) = portal.secrets.reveal(&name(person)).await? else { return Err(begin_again()) };
    let step = step(&secret, &compact(&ask.code), now_ms())?.ok_or_else(|| {
        Fault::invalid(
            "This is not the code that your app shows now. Check the clock of your telephone and give the newest code.",
            "No es el código que su aplicación muestra ahora. Compruebe el reloj de su teléfono y escriba el código más reciente.",
        )
        .on("code")
    })?;
    let (codes, hashes) = recovery::fresh(&portal.identity, person);
    let mut changes = portal.database.begin().await?;
    if !store::confirm_app(&mut changes, person, &shown, step).await? {
        return Err(begin_again());
    }
    store::replace_recovery_codes(&mut changes, person, &hashes).await?;
    changes.commit().await?;
    end_others(&portal, &permit, &session).await?;
    Ok(RecoveryCodes { codes })
}

/// Turns the app off; recovery codes stand in for it and go with it.
pub async fn end(portal: Portal, permit: Permit, session: Session, ask: EndApp) -> Result<()> {
    let person = &permit.principal().person;
    about(&permit, FACTOR);
    prove(&portal, &permit, &ask.proof).await?;
    let mut changes = portal.database.begin().await?;
    if !forget(&portal, &mut changes, person).await? {
        return Err(Fault::not_found());
    }
    changes.commit().await?;
    end_others(&portal, &permit, &session).await
}

/// Forgets secret and recovery codes; whether the app was on.
pub(super) async fn forget(portal: &Portal, transaction: &mut AnyConnection, person: &str) -> Result<bool> {
    let was_on = store::end_app(transaction, person).await?;
    store::replace_recovery_codes(transaction, person, &[]).await?;
    portal.secrets.forget(transaction, &name(person)).await?;
    Ok(was_on)
}

/// Takes a code of the app that is on. One that was taken before, or is older than one that was, is wrong.
pub(super) async fn take(portal: &Portal, person: &str, code: &str) -> Result<bool> {
    let Some(secret) = portal.secrets.reveal(&name(person)).await? else { return Ok(false) };
    let Some(step) = step(&secret, code, now_ms())? else { return Ok(false) };
    let mut changes = portal.database.begin().await?;
    let taken = store::use_step(&mut changes, person, step).await?;
    changes.commit().await?;
    Ok(taken)
}

/// Name of the secret in the secret store.
fn name(person: &str) -> String {
    format!("authenticator app {person}")
}

/// The time step that a code belongs to; none: it is of no step near now.
fn step(secret: &str, code: &str, now_ms: i64) -> Result<Option<i64>> {
    let secret = Secret::try_from_base32(secret).map_err(|_| Fault::internal("the secret of an authenticator app is no base32"))?;
    let totp = Builder::new().with_secret(secret).build().map_err(|cause| Fault::internal(format!("{cause:?}")))?;
    let seconds = u64::try_from(now_ms / 1000).unwrap_or_default();
    Ok(totp.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// What an app reads from the picture, by the key URI format that all of them follow.
fn address(email: &str, secret: &str) -> String {
    let email: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!("otpauth://totp/Atalaya:{email}?secret={secret}&issuer=Atalaya&algorithm=SHA1&digits=6&period=30")
}

/// A QR code as the `data:` address of an SVG: pages may show pictures of such addresses, and no inline styles.
fn picture(address: &str) -> Result<String> {
    let code = QrCode::new(address).map_err(|cause| Fault::internal(format!("{cause:?}")))?;
    let drawn = code.render::<svg::Color>().min_dimensions(224, 224).build();
    Ok(format!("data:image/svg+xml;base64,{}", BASE64.encode(drawn)))
}

fn begin_again() -> Fault {
    Fault::invalid("There is no app that waits for its first code. Begin again.", "No hay ninguna aplicación que espere su primer código. Empiece de nuevo.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's table: "12345678901234567890".
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard_with_one_step_of_leeway() {
        // RFC 6238, appendix B: at 59 seconds 94287082, of which six digits are asked.
        for (seconds, found) in [(59, Some(1)), (30, Some(1)), (29, Some(1)), (89, Some(1)), (90, None), (1_111_111_109, None)] {
            assert_eq!(step(SECRET, "287082", seconds * 1000).unwrap(), found, "{seconds}");
        }
        for wrong in ["", "287083", "94287082", "28708２", "+87082"] {
            assert_eq!(step(SECRET, wrong, 59_000).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_holds_nothing_that_means_something_else() {
        let address = address("a+b&secret=x@atalaya.example", SECRET);
        assert!(address.starts_with("otpauth://totp/Atalaya:a%2Bb%26secret%3Dx%40atalaya.example?secret=GEZDG"), "{address}");
        assert!(picture(&address).unwrap().starts_with("data:image/svg+xml;base64,"));
    }
}

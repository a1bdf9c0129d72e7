//! One's own account: changing one's password.

use super::{oidc::passwords_accepted, sign_in::go_on, store};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::asks::ChangePassword;
use std::time::Instant;
use tower_sessions::Session;

/// Changes one's own password. Ends one's other sessions; this one goes on under a new id.
pub async fn change_password(portal: Portal, permit: Permit, session: Session, ask: ChangePassword) -> Result<()> {
    let principal = permit.principal();
    permit.about(format!("person {}", principal.email), serde_json::Value::Null);
    passwords_accepted(&portal).await?;
    let inner = &portal.identity.0;
    inner.limits.guess("password of", &principal.person, Instant::now())?;
    let known = store::credentials(&portal.database, &principal.email).await?.ok_or_else(Fault::sign_in)?;
    if !inner.passwords.verify(&ask.old, Some(&known.password_hash)).await? {
        return Err(Fault::invalid("This is not your present password.", "Esta no es su contraseña actual.").on("old"));
    }
    if ask.old == ask.new {
        return Err(Fault::invalid("The new password is the old one.", "La contraseña nueva es la misma.").on("new"));
    }
    let hash = portal.identity.chosen_password(&ask.new, &[&principal.email, &principal.name], "new").await?;
    let mut transaction = portal.database.begin().await?;
    let version = store::set_password(&mut transaction, &principal.person, &hash, false).await?.ok_or_else(Fault::sign_in)?;
    transaction.commit().await?;
    go_on(&session, version).await
}

/// For the command line: sets a new random password and gives it. `not_found` for an address that nobody has.
pub async fn set_random_password(portal: &Portal, email: &str) -> Result<String> {
    let person = portal.identity.person_by_email(email).await?.ok_or_else(|| {
        Fault::operator(
            format!("nobody has the address {email}: see the page of people"),
            format!("nadie tiene la dirección {email}: vea la página de personas"),
        )
    })?;
    let (password, hash) = portal.identity.random_password().await?;
    let mut transaction = portal.database.begin().await?;
    store::set_password(&mut transaction, &person.id, &hash, true).await?;
    transaction.commit().await?;
    portal.audit.record(crate::access::audit::Record::by(operator(), "identity.password", format!("person {}", person.email), "allowed")).await?;
    Ok(password)
}

/// As the audit log names whoever has the data folder's key: the operating-system user.
pub fn operator() -> String {
    format!("operator {}", std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "unknown".to_owned()))
}

//! Signing in by OpenID Connect, as far as it is about who somebody is: to the provider and back with a verified ID token.
//!
//! Owns `oidc_provider` and `oidc_identity` of `0014_identity.sql`. What a person may see by it is governance's to say.

mod door;
mod providers;
pub mod store;
mod unusable;

pub use door::{Door, admissible};
pub use providers::{Providers, discover};
pub use store::Provider;
pub use unusable::Unusable;

use super::{
    factors::passkey_door,
    sign_in::{back_to, is_local, start_session},
};
use crate::{
    access::{Visitor, audit::Record},
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    identity::sign_on::asks::{SignInWays, Ways},
    text::Text,
};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, TokenResponse,
    core::{CoreAuthenticationFlow, CoreIdToken},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, time::Instant};
use subtle::ConstantTimeEq;
use tower_sessions::Session;

/// Where the provider sends people back to.
pub const BACK: &str = "/sign-in/oidc/back";
/// Name of the client secret in the secret store.
pub const SECRET: &str = "oidc client secret";
/// Name of an attempt within a session.
const ATTEMPT: &str = "oidc_attempt";
const GOOD_FOR_MS: i64 = 10 * 60_000;
/// Sessions of nobody that are older are of attempts that were given up.
const GIVEN_UP_MS: i64 = 60 * 60_000;

/// One try to sign in, kept in the visitor's session: good once, for ten minutes.
#[derive(Serialize, Deserialize)]
pub struct Attempt {
    issuer: String,
    state: String,
    nonce: String,
    verifier: String,
    pub next: String,
    begun_ms: i64,
}

/// Who came back, as a verified ID token says.
pub struct Arrived {
    pub provider: Provider,
    pub subject: String,
    /// Everything in the token.
    pub claims: Map<String, Value>,
}

/// Why nobody came in.
pub enum Refusal {
    /// A word that the sign-in page has a sentence for, the reason for the audit log, and whom it concerns where that is known.
    Told {
        problem: &'static str,
        reason: String,
        whom: Option<String>,
    },
    Failed(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// A refusal before it is known who asks.
fn told(problem: &'static str, reason: impl Into<String>) -> Refusal {
    Refusal::Told { problem, reason: reason.into(), whom: None }
}

/// How people may sign in here, for who has no session.
pub async fn ways(portal: Portal, _session: Session, _visitor: Visitor, _ask: SignInWays) -> Result<Ways> {
    let provider = store::provider(&portal.database).await?.filter(|provider| provider.enabled);
    let refused = provider.as_ref().is_some_and(|provider| provider.refuse_passwords);
    let (passkey, mail) = (passkey_door::is_open(&portal) && !refused, portal.mail.is_some() && !refused);
    Ok(match provider {
        Some(provider) => Ways { sign_on: Some(provider.name), passwords: !refused, passkey, mail, contact: provider.contact },
        None => Ways { sign_on: None, passwords: true, passkey, mail, contact: String::new() },
    })
}

/// Asked wherever a password would be used, given or changed: one refusal for everybody while single sign-on alone is accepted (A20).
pub async fn passwords_accepted(portal: &Portal) -> Result<()> {
    let refused = store::provider(&portal.database).await?.is_some_and(|provider| provider.enabled && provider.refuse_passwords);
    if refused { Err(no_passwords()) } else { Ok(()) }
}

fn no_passwords() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        Text::of(
            "Passwords are not accepted here: sign in by your organisation's sign-in service.",
            "Aquí no se aceptan contraseñas: entre con el servicio de acceso de su organización.",
        ),
    )
}

/// For the command line: lets passwords in again when the provider is gone. Whether they were refused.
pub async fn accept_passwords(portal: &Portal) -> Result<bool> {
    portal.audit.ready().await?;
    let mut changes = portal.database.begin().await?;
    let changed = store::accept_passwords(&mut changes).await?;
    changes.commit().await?;
    let record = Record::by(super::account::operator(), "identity.accept_passwords", "single sign-on", "allowed").with(json!({ "ended": changed }));
    portal.audit.record(record).await?;
    Ok(changed)
}

/// `GET /sign-in/oidc?next=`: to the provider.
pub async fn begin(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let next = query(&request).remove("next").filter(|next| is_local(next)).unwrap_or_else(|| "/".to_owned());
    match begun(&portal, &session, &visitor, &next).await {
        Ok(address) => ([(http::header::CACHE_CONTROL, "no-store")], Redirect::to(&address)).into_response(),
        Err(refusal) => refuse(&portal, &visitor, refusal, &next).await,
    }
}

async fn begun(portal: &Portal, session: &Session, visitor: &Visitor, next: &str) -> Result<String, Refusal> {
    portal.identity.0.limits.begin("oidc", &visitor.place(), Instant::now())?;
    let provider = provider(portal).await?;
    let client = client(portal, &provider).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = {
        let mut asked = client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        for scope in provider.scopes.split_whitespace().filter(|scope| *scope != "openid") {
            asked = asked.add_scope(Scope::new(scope.to_owned()));
        }
        asked.set_pkce_challenge(challenge).url()
    };
    let attempt = Attempt {
        issuer: provider.issuer,
        state: state.into_secret(),
        nonce: nonce.secret().clone(),
        verifier: verifier.into_secret(),
        next: next.to_owned(),
        begun_ms: now_ms(),
    };
    super::sessions::Sessions::of(&portal.identity).forget_nobodys(now_ms() - GIVEN_UP_MS).await?;
    session.insert(ATTEMPT, attempt).await.map_err(Fault::internal)?;
    Ok(address.into())
}

/// Takes the attempt out of the session, so that it is good once; `None` without one, and for one that is too old.
pub async fn take(session: &Session) -> Result<Option<Attempt>> {
    let attempt = session.remove::<Attempt>(ATTEMPT).await.map_err(Fault::internal)?;
    if attempt.is_some() {
        // Now, and not with the answer: of two who come back with the same one the second finds none.
        session.save().await.map_err(Fault::internal)?;
    }
    Ok(attempt.filter(|attempt| now_ms() - attempt.begun_ms < GOOD_FOR_MS))
}

/// What came back from the provider for an attempt: the code is changed for tokens, and the ID token is verified.
pub async fn arrive(portal: &Portal, attempt: Option<Attempt>, query: &HashMap<String, String>) -> Result<Arrived, Refusal> {
    let Some(attempt) = attempt else { return Err(told("oidc_expired", "no attempt of this session is open")) };
    let given = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if !bool::from(given("state").as_bytes().ct_eq(attempt.state.as_bytes())) {
        return Err(told("oidc_expired", "the state is not that of the attempt"));
    }
    if query.get("iss").is_some_and(|issuer| *issuer != attempt.issuer) {
        return Err(told("oidc_wrong", "another issuer answered"));
    }
    if query.contains_key("error") {
        return Err(told("oidc_refused", format!("the provider refused: {}", word(given("error")))));
    }
    let provider = provider(portal).await?;
    if provider.issuer != attempt.issuer || given("code").is_empty() {
        return Err(told("oidc_expired", "no code, or the provider was changed meanwhile"));
    }
    let token = exchanged(portal, &provider, given("code"), &attempt).await?;
    verified(portal, &provider, &token, &Nonce::new(attempt.nonce)).await?;
    let claims = payload(&token.to_string()).ok_or_else(|| told("oidc_wrong", "the ID token cannot be read"))?;
    let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty() && subject.len() <= 255);
    let subject = subject.ok_or_else(|| told("oidc_wrong", "the ID token names no subject"))?.to_owned();
    Ok(Arrived { provider, subject, claims })
}

async fn exchanged(portal: &Portal, provider: &Provider, code: &str, attempt: &Attempt) -> Result<CoreIdToken, Refusal> {
    let client = client(portal, provider).await?;
    let door = Door::of(&portal.config);
    let asked = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|_| told("oidc_down", Unusable::NoTokens.to_string()))?;
    let tokens = asked.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone())).request_async(&door).await.map_err(|fault| match fault {
        RequestTokenError::Request(unusable) => told("oidc_down", unusable.to_string()),
        RequestTokenError::ServerResponse(refused) => told("oidc_wrong", format!("the provider gave no token: {}", word(refused.error().as_ref()))),
        _ => told("oidc_wrong", "the provider's tokens cannot be read"),
    })?;
    tokens.id_token().cloned().ok_or_else(|| told("oidc_wrong", "the provider gave no ID token"))
}

/// Checks signature, issuer, audience, expiry and nonce. A key that is not known may be new: then the provider is asked once more.
async fn verified(portal: &Portal, provider: &Provider, token: &CoreIdToken, nonce: &Nonce) -> Result<(), Refusal> {
    let known = client(portal, provider).await?;
    let mut judged = token.claims(&providers::verifier(&known), nonce).map(|_| ());
    if let Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) = judged {
        portal.identity.0.providers.forget(&provider.issuer).await;
        let renewed = client(portal, provider).await?;
        judged = token.claims(&providers::verifier(&renewed), nonce).map(|_| ());
    }
    judged.map_err(|wrong| {
        let reason = match wrong {
            ClaimsVerificationError::Expired(_) => "the ID token has expired",
            ClaimsVerificationError::InvalidAudience(_) => "the ID token is for somebody else",
            ClaimsVerificationError::InvalidIssuer(_) => "the ID token is of another issuer",
            ClaimsVerificationError::InvalidNonce(_) => "the ID token is of another attempt",
            ClaimsVerificationError::SignatureVerification(_) => "the ID token's signature is not right",
            _ => "the ID token is not right",
        };
        told("oidc_wrong", reason)
    })
}

/// The provider, when signing in by it is switched on.
async fn provider(portal: &Portal) -> Result<Provider, Refusal> {
    store::provider(&portal.database).await?.filter(|provider| provider.enabled).ok_or_else(|| told("oidc_off", "single sign-on is switched off"))
}

async fn client(portal: &Portal, provider: &Provider) -> Result<providers::Client, Refusal> {
    let known = portal.identity.0.providers.of(&Door::of(&portal.config), &provider.issuer).await;
    let known = known.map_err(|unusable| told("oidc_down", unusable.to_string()))?;
    let secret = portal.secrets.reveal(SECRET).await?;
    Ok(providers::client(&known, &provider.client_id, secret, RedirectUrl::from_url(back(portal))))
}

/// The address that is registered at the provider.
pub fn back(portal: &Portal) -> url::Url {
    let mut back = portal.config.public_url.clone();
    back.set_path(BACK);
    back
}

/// After a change of the settings: the next attempt asks the provider anew.
pub async fn forget(portal: &Portal, issuer: &str) {
    portal.identity.0.providers.forget(issuer).await;
}

/// Begins a session for whom governance let in; gives back what the attempt took of the visitor's allowance, since it was no guess.
pub async fn enter(portal: &Portal, session: &Session, visitor: &Visitor, person: &str) -> Result<()> {
    let standing = super::store::standing(&portal.database, person).await?.filter(|standing| !standing.disabled).ok_or_else(Fault::sign_in)?;
    portal.identity.0.limits.came_in("oidc", &visitor.place());
    start_session(session, person, standing.security_version, visitor).await?;
    super::store::note_sign_in(&portal.database, person, &portal.identity.place_hash(visitor)).await
}

/// Notes why nobody came in, and sends the browser back to the sign-in page with a word for it.
pub async fn refuse(portal: &Portal, visitor: &Visitor, refusal: Refusal, next: &str) -> Response {
    let (problem, reason, whom) = match refusal {
        Refusal::Failed(fault) => return back_to("/sign-in", &fault, &[("next", next)]),
        Refusal::Told { problem, reason, whom } => (problem, reason, whom),
    };
    tracing::info!(reason, "nobody came in by single sign-on");
    let whom = whom.map_or_else(|| "unknown person".to_owned(), |email| format!("person {email}"));
    let details = json!({ "by": "oidc", "reason": reason, "address": visitor.address.to_string() });
    if let Err(fault) = portal.audit.note(Record::by("visitor", "identity.sign_in", whom, "refused").with(details).seen_at(visitor)).await {
        return back_to("/sign-in", &fault, &[("next", next)]);
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("problem", problem).append_pair("next", next).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// The fields of an address. What stands twice counts as it stood last.
pub fn query(request: &Request) -> HashMap<String, String> {
    url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// A code of the protocol, for the log; nothing else that a provider or an address says gets there.
fn word(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_lowercase() || *character == '_').take(40).collect()
}

/// What stands in a token whose signature was judged.
fn payload(token: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64.decode(token.split('.').nth(1)?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_only_words_of_the_protocol_reach_the_log() {
        assert_eq!(word("access_denied"), "access_denied");
        assert_eq!(word("<b>Ana\n'--"), "bna");
        assert_eq!(word(&"x".repeat(90)).len(), 40);
    }

    #[test]
    fn a_token_is_read_as_it_was_signed() {
        let token = format!("e30.{}.c2ln", BASE64.encode(r#"{"sub":"7","groups":["a"]}"#));
        assert_eq!(payload(&token).unwrap()["groups"], json!(["a"]));
        assert!(payload("no token").is_none() && payload("a.%.c").is_none());
    }
}

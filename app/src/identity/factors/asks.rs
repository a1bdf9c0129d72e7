//! Questions about second factors: an authenticator app, recovery codes, passkeys, and signing in with them.

use crate::ask::Ask;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One's own second factors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListFactors {}

impl Ask for ListFactors {
    const PATH: &'static str = "/api/identity/factors";
    type Reply = Factors;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// Since when codes of an authenticator app are asked for; none: they are not.
    pub app_since_ms: Option<i64>,
    /// Recovery codes that were not used yet.
    pub recovery_codes: u32,
    pub passkeys: Vec<PasskeyCard>,
    /// Whether this portal takes passkeys: not where people reach it by a bare network address.
    pub passkeys_offered: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasskeyCard {
    pub id: String,
    /// As its person calls it.
    pub name: String,
    pub added_ms: i64,
    pub used_ms: Option<i64>,
}

/// Makes a new secret for an authenticator app. Nothing changes until a code of it is given.
///
/// `proof` here and below: one's password, or a code of the app that is on already.
#[derive(Clone, Serialize, Deserialize)]
pub struct BeginApp {
    pub proof: String,
}

impl Ask for BeginApp {
    const PATH: &'static str = "/api/identity/begin-app";
    type Reply = AppSecret;
}

#[derive(Clone, Serialize, Deserialize)]
pub struct AppSecret {
    /// In base32, to be typed.
    pub secret: String,
    /// The same with everything that an app asks for, as the `data:` address of a picture to be scanned.
    pub picture: String,
}

/// Turns the app on with a first code; ends one's other sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmApp {
    pub code: String,
}

impl Ask for ConfirmApp {
    const PATH: &'static str = "/api/identity/confirm-app";
    type Reply = RecoveryCodes;
}

/// Shown this once. Each signs in once in place of a code of the app.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// Turns the app off, its recovery codes with it; ends one's other sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct EndApp {
    pub proof: String,
}

impl Ask for EndApp {
    const PATH: &'static str = "/api/identity/end-app";
    type Reply = ();
}

/// New recovery codes in place of those that are left; ends one's other sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct RenewRecoveryCodes {
    pub proof: String,
}

impl Ask for RenewRecoveryCodes {
    const PATH: &'static str = "/api/identity/renew-recovery-codes";
    type Reply = RecoveryCodes;
}

/// Begins the making of a passkey; the browser does the rest within five minutes.
#[derive(Clone, Serialize, Deserialize)]
pub struct BeginPasskey {
    pub proof: String,
}

impl Ask for BeginPasskey {
    const PATH: &'static str = "/api/identity/begin-passkey";
    type Reply = Challenge;
}

/// What the browser is to be asked, as WebAuthn writes it in JSON (`PublicKeyCredentialCreationOptionsJSON`, `…RequestOptionsJSON`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Challenge {
    pub options: Value,
}

/// Keeps the passkey that the browser made; ends one's other sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddPasskey {
    pub name: String,
    /// As the browser writes it in JSON.
    pub credential: Value,
}

impl Ask for AddPasskey {
    const PATH: &'static str = "/api/identity/add-passkey";
    type Reply = ();
}

/// Forgets a passkey; ends one's other sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct RemovePasskey {
    pub id: String,
    pub proof: String,
}

impl Ask for RemovePasskey {
    const PATH: &'static str = "/api/identity/remove-passkey";
    type Reply = ();
}

/// Takes all second factors of a person away (a lost telephone) and ends their sessions. The reply: whether there were any.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveFactors {
    pub person: String,
}

impl Ask for RemoveFactors {
    const PATH: &'static str = "/api/identity/remove-factors";
    type Reply = bool;
}

/// The second step of signing in, after a right password: a code of the app, or a recovery code.
/// The page's form posts the same field to `/sign-in/code`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignInCode {
    pub code: String,
}

impl Ask for SignInCode {
    const PATH: &'static str = "/api/identity/sign-in-code";
    type Reply = ();
}

/// Begins signing in with a passkey. No address is asked for, so nothing tells whether there is such a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginSignInPasskey {}

impl Ask for BeginSignInPasskey {
    const PATH: &'static str = "/api/identity/begin-sign-in-passkey";
    type Reply = Challenge;
}

/// Signs in with what the browser answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignInPasskey {
    /// As the browser writes it in JSON.
    pub credential: Value,
}

impl Ask for SignInPasskey {
    const PATH: &'static str = "/api/identity/sign-in-passkey";
    type Reply = ();
}

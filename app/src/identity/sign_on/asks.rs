//! Questions about signing in by OpenID Connect: how people may sign in, and how administrators set it up.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// How people may sign in here; asked by the sign-in page, without a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignInWays {}

impl Ask for SignInWays {
    const PATH: &'static str = "/api/identity/sign-in-ways";
    type Reply = Ways;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ways {
    /// What the button of the sign-in service says; none: there is no such service.
    pub sign_on: Option<String>,
    /// Whether passwords are accepted.
    pub passwords: bool,
    /// Whether passkeys are: browsers have them under https or on this machine alone.
    pub passkey: bool,
    /// Whether a link for a new password can be had by mail.
    pub mail: bool,
    /// Whom to ask who is refused; may be empty.
    pub contact: String,
}

/// How single sign-on is set up, with what can be chosen from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadSignOn {}

impl Ask for ReadSignOn {
    const PATH: &'static str = "/api/identity/sign-on";
    type Reply = SignOnState;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignOnState {
    pub settings: SignOn,
    /// All that is told of the client secret.
    pub secret_set: bool,
    /// The address that must be registered at the provider.
    pub back: String,
    /// To choose from, as (name, title).
    pub departments: Vec<(String, Text)>,
    pub roles: Vec<(String, Text)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignOn {
    pub enabled: bool,
    /// What the button says.
    pub name: String,
    /// Where the provider is, as it writes it in its tokens.
    pub issuer: String,
    pub client_id: String,
    /// Separated by spaces; `openid` is always asked for.
    pub scopes: String,
    pub groups_claim: String,
    /// Looked at in this order; the first that fits gives the department in which a person begins.
    pub groups: Vec<GroupRule>,
    pub claims: Vec<ClaimRule>,
    /// Accounts are made at the first sign-in.
    pub create_accounts: bool,
    /// Passwords are not accepted any more.
    pub refuse_passwords: bool,
    /// Whom to ask who is refused; told on the sign-in page.
    pub contact: String,
    /// The version that was read: somebody else's change meanwhile is a conflict.
    pub version: i64,
}

/// What a group of the provider gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    pub group: String,
    pub department: String,
    pub role: String,
}

/// Which attribute holds the values of a claim.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRule {
    pub claim: String,
    pub attribute: String,
}

/// Saves how single sign-on is set up.
#[derive(Clone, Serialize, Deserialize)]
pub struct SaveSignOn {
    pub settings: SignOn,
    /// Empty: the one that is set stays.
    pub client_secret: String,
}

impl Ask for SaveSignOn {
    const PATH: &'static str = "/api/identity/save-sign-on";
    type Reply = ();
}

/// Asks a provider what it says of itself, before anything is saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrySignOn {
    pub issuer: String,
    pub groups_claim: String,
}

impl Ask for TrySignOn {
    const PATH: &'static str = "/api/identity/try-sign-on";
    type Reply = TriedSignOn;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedSignOn {
    /// What was found, as name and value; empty when nothing was.
    pub found: Vec<(Text, String)>,
    /// Why it cannot be used as it is, and the next step.
    pub wrong: Option<Text>,
}

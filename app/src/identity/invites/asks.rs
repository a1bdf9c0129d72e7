//! Questions about invitations by link.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// Invitations that nobody accepted yet, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListInvites {}

impl Ask for ListInvites {
    const PATH: &'static str = "/api/identity/invites";
    type Reply = Invites;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invites {
    pub invites: Vec<InviteCard>,
    /// Whether the portal sends mail.
    pub mail: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InviteCard {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Titles of where they will stand.
    pub department: Text,
    pub role: Text,
    /// Address of the administrator.
    pub invited_by: String,
    pub expires_ms: i64,
    pub expired: bool,
    pub mail: MailState,
}

/// How far the mail of an invitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// The link is handed over in another way.
    None,
    Waiting,
    Sent,
    /// The mail server refused it.
    Failed,
}

/// Invites somebody; the person exists once they accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InvitePerson {
    pub name: String,
    pub email: String,
    pub department: String,
    pub role: String,
    #[serde(default)]
    pub attributes: Vec<(String, Vec<String>)>,
    /// 1, 7 or 30.
    pub days: i64,
    /// Sends the link by mail too.
    #[serde(default)]
    pub mail: bool,
}

impl Ask for InvitePerson {
    const PATH: &'static str = "/api/identity/invite-person";
    type Reply = InviteLink;
}

/// The link, shown this once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InviteLink {
    pub name: String,
    pub email: String,
    pub link: String,
    pub expires_ms: i64,
    /// Whether a mail with a link of its own is on its way.
    pub mailed: bool,
}

/// Gives an invitation a new link; the earlier ones stop working.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenewInvite {
    pub id: String,
    #[serde(default)]
    pub mail: bool,
}

impl Ask for RenewInvite {
    const PATH: &'static str = "/api/identity/renew-invite";
    type Reply = InviteLink;
}

/// Takes an invitation back; its links stop working.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevokeInvite {
    pub id: String,
}

impl Ask for RevokeInvite {
    const PATH: &'static str = "/api/identity/revoke-invite";
    type Reply = ();
}

/// Whose invitation a link is; `not_found` when it expired, was used or revoked, or never was.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenInvite {
    pub token: String,
}

impl Ask for OpenInvite {
    const PATH: &'static str = "/api/identity/open-invite";
    type Reply = OpenedInvite;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedInvite {
    pub organisation: String,
    pub name: String,
    pub email: String,
}

/// Accepts: the person exists from now on, and is signed in. The page posts the same fields to `/invite` as a plain form.
#[derive(Clone, Serialize, Deserialize)]
pub struct AcceptInvite {
    pub token: String,
    pub password: String,
}

impl Ask for AcceptInvite {
    const PATH: &'static str = "/api/identity/accept-invite";
    type Reply = ();
}

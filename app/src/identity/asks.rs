//! Questions about people and sessions.

use super::{memberships::asks::Membership, viewing::asks::Viewing};
use crate::{
    ask::Ask,
    reports::asks::Format,
    text::{Language, Text},
};
use serde::{Deserialize, Serialize};

/// Who is asking and what their roles allow; `Fault` of kind `SignIn` without a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhoAmI {}

impl Ask for WhoAmI {
    const PATH: &'static str = "/api/identity/me";
    type Reply = Me;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub id: String,
    pub name: String,
    pub email: String,
    pub department: Text,
    /// Departments of theirs but this one, by name and title.
    #[serde(default)]
    pub elsewhere: Vec<(String, Text)>,
    pub roles: Vec<Text>,
    /// The language this person chose; none: as the browser asks.
    #[serde(default)]
    pub language: Option<Language>,
    /// Which rooms of the portal to show. A hint for the menu only: each route checks for itself.
    pub may: May,
    /// The portal has no dashboard, mart and source yet: show the first steps.
    pub empty_house: bool,
    /// A password that an administrator or the set-up gave: to be changed first.
    pub must_change_password: bool,
    /// An administrator looks with this person's eyes.
    #[serde(default)]
    pub viewing: Option<Viewing>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct May {
    pub browse: bool,
    pub explore: bool,
    /// Writes SQL, and has marts to write it over.
    #[serde(default)]
    pub sql: bool,
    pub export: bool,
    /// The formats of files, JSON lines with JSON.
    #[serde(default)]
    pub csv: bool,
    #[serde(default)]
    pub json: bool,
    #[serde(default)]
    pub pdf: bool,
    /// Has reports made again by the clock.
    #[serde(default)]
    pub schedule: bool,
    /// Makes and changes own things: dashboards, questions, searches.
    #[serde(default)]
    pub edit: bool,
    /// Has streams to search and watch.
    #[serde(default)]
    pub search: bool,
    pub administer_people: bool,
    /// Looks as somebody else.
    #[serde(default)]
    pub view_as: bool,
    pub administer_jobs: bool,
    pub administer_agents: bool,
    pub administer_streams: bool,
    pub administer_policies: bool,
    pub administer_keywords: bool,
    pub read_audit: bool,
    /// Opens Kibana: sees all streams of the department as they are.
    pub kibana: bool,
    /// A Kibana is configured and theirs to set up.
    pub administer_kibana: bool,
}

impl May {
    /// Whether files of a format are theirs to take, where anything is.
    pub fn take(self, format: Format) -> bool {
        match format {
            Format::Csv => self.csv,
            Format::Json | Format::JsonLines => self.json,
            Format::Pdf => self.pdf,
        }
    }

    /// Whether anything is theirs to download, in some format.
    pub fn download(self) -> bool {
        self.export && Format::ALL.into_iter().any(|format| self.take(format))
    }
}

/// Signs in. The page's form posts the same fields to `/sign-in` as a plain form.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

impl Ask for SignIn {
    const PATH: &'static str = "/api/identity/sign-in";
    type Reply = SignedIn;
}

/// How far a right password leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedIn {
    /// In.
    Whole,
    /// Nowhere yet: a code is to be given within five minutes (`SignInCode`).
    CodeNeeded,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignOut {}

impl Ask for SignOut {
    const PATH: &'static str = "/api/identity/sign-out";
    type Reply = ();
}

/// Creates the first administrator with the token of the set-up link that the server printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct SetUp {
    pub token: String,
    pub organisation: String,
    /// IANA name, e.g. `Europe/Madrid`.
    pub time_zone: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

impl Ask for SetUp {
    const PATH: &'static str = "/api/identity/set-up";
    type Reply = ();
}

/// Changes one's own password; ends one's other sessions.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    pub old: String,
    pub new: String,
}

impl Ask for ChangePassword {
    const PATH: &'static str = "/api/identity/change-password";
    type Reply = ();
}

/// One's own sessions, the one that asks first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListSessions {}

impl Ask for ListSessions {
    const PATH: &'static str = "/api/identity/sessions";
    type Reply = Vec<SessionCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionCard {
    /// Names the session in a question for its end, and is good for nothing else.
    pub id: String,
    /// The session that asks.
    pub this_one: bool,
    /// Where it was begun, as far as that is known: a browser and a system by name, a network address.
    pub browser: Option<String>,
    pub system: Option<String>,
    pub address: Option<String>,
    pub begun_ms: i64,
    /// Last used, to within a few minutes.
    pub seen_ms: i64,
}

/// Ends one of one's own sessions at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSession {
    pub id: String,
}

impl Ask for EndSession {
    const PATH: &'static str = "/api/identity/end-session";
    type Reply = ();
}

/// Ends all of one's own sessions but the one that asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndOtherSessions {}

impl Ask for EndOtherSessions {
    const PATH: &'static str = "/api/identity/end-other-sessions";
    type Reply = ();
}

/// The sessions of a person, for administrators.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListPersonSessions {
    pub person: String,
}

impl Ask for ListPersonSessions {
    const PATH: &'static str = "/api/identity/person-sessions";
    type Reply = Vec<SessionCard>;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndPersonSession {
    pub person: String,
    pub id: String,
}

impl Ask for EndPersonSession {
    const PATH: &'static str = "/api/identity/end-person-session";
    type Reply = ();
}

/// Ends all sessions of a person; if that is who asks, all but this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndPersonSessions {
    pub person: String,
}

impl Ask for EndPersonSessions {
    const PATH: &'static str = "/api/identity/end-person-sessions";
    type Reply = ();
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListPeople {}

impl Ask for ListPeople {
    const PATH: &'static str = "/api/identity/people";
    type Reply = People;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    pub people: Vec<PersonCard>,
    /// To choose from, as (name, title).
    pub departments: Vec<(String, Text)>,
    pub roles: Vec<(String, Text)>,
    /// Attributes that row filters use, e.g. `regions`.
    pub attributes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonCard {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Where they begin: their first membership.
    pub department: String,
    pub role: String,
    /// All of them, that one too.
    #[serde(default)]
    pub memberships: Vec<Membership>,
    /// Attribute name to its values.
    pub attributes: Vec<(String, Vec<String>)>,
    pub disabled: bool,
    pub last_sign_in_ms: Option<i64>,
}

/// Adds a person; the reply is their first password, shown this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddPerson {
    pub name: String,
    pub email: String,
    pub department: String,
    pub role: String,
    #[serde(default)]
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Ask for AddPerson {
    const PATH: &'static str = "/api/identity/add-person";
    type Reply = FirstPassword;
}

#[derive(Clone, Serialize, Deserialize)]
pub struct FirstPassword {
    pub person: String,
    pub password: String,
}

/// Changes what a person is called and where they begin (their further memberships stay); takes effect at their next read. The last administrator stays one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePerson {
    pub id: String,
    pub name: String,
    pub department: String,
    pub role: String,
    #[serde(default)]
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Ask for ChangePerson {
    const PATH: &'static str = "/api/identity/change-person";
    type Reply = ();
}

/// Disables (ends every session at once) or enables a person. The last administrator cannot be disabled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisablePerson {
    pub id: String,
    pub disabled: bool,
}

impl Ask for DisablePerson {
    const PATH: &'static str = "/api/identity/disable-person";
    type Reply = ();
}

/// Gives a person a new random password, shown this once; ends their sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResetPassword {
    pub id: String,
}

impl Ask for ResetPassword {
    const PATH: &'static str = "/api/identity/reset-password";
    type Reply = FirstPassword;
}

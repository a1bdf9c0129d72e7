//! Questions about policy tests: what a person must or must not get of a mart, kept with the policies and run before policies or people change.

use crate::{
    ask::Ask,
    governance::{
        asks::{DeletePolicy, SavePolicy},
        policy::asks::RestorePolicy,
    },
    identity::{asks::ChangePerson, memberships::asks::SetMemberships},
    text::Text,
};
use serde::{Deserialize, Serialize};

/// All policy tests with what each says now (administrators). Decided from the rules alone, never from rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListCases {}

impl Ask for ListCases {
    const PATH: &'static str = "/api/governance/cases";
    type Reply = Cases;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cases {
    pub cases: Vec<CaseCard>,
    /// Of whom a test can speak, as (id, name).
    pub people: Vec<(String, String)>,
    /// Where they belong, as (id of a person, department).
    pub seats: Vec<(String, String)>,
    /// What departments are called.
    pub departments: Vec<(String, Text)>,
    /// Of what: marts, and streams as `stream.web`.
    pub marts: Vec<String>,
    /// Whether this reader may add, change and delete them.
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseCard {
    pub case: Case,
    /// Empty for somebody who is gone.
    pub person_name: String,
    pub verdict: Verdict,
}

/// What one person is expected to get of one mart or stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Empty for a new one.
    pub id: String,
    /// Read in refusals and in the audit log.
    pub name: String,
    /// Id of a person.
    pub person: String,
    /// The department in which they are judged; `None`: the one in which they act.
    #[serde(default)]
    pub department: Option<String>,
    /// A stream as `stream.web`.
    pub mart: String,
    pub expectation: Expectation,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Expectation {
    /// It is not there for them: no policy grants it, or a rule closes it.
    #[default]
    SeesNothing,
    IsGranted,
    SeesColumn(String),
    /// Also when they do not see the mart at all.
    HidesColumn(String),
    /// Exactly this mask, as policies write it: a stricter one is another one.
    Masked {
        column: String,
        mask: String,
    },
    /// No other rows than these, and perhaps none; over values as they are beneath masks.
    OnlyRows {
        column: String,
        values: Vec<String>,
    },
    /// It is granted, and its rules contradict each other.
    LeavesNoRow,
}

/// What a test says, and by which rules. Values of rules that the reader's own share does not hold read `•••` (A40).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub outcome: Outcome,
    pub why: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Holds,
    Broken,
    /// The rules alone do not say, or the person is not there to be judged. A change that makes this of a test that holds breaks it.
    CannotTell,
}

/// Adds or changes a test. Takes effect at the next change of policies or people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveCase {
    pub case: Case,
}

impl Ask for SaveCase {
    const PATH: &'static str = "/api/governance/save-case";
    type Reply = ();
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteCase {
    pub id: String,
}

impl Ask for DeleteCase {
    const PATH: &'static str = "/api/governance/delete-case";
    type Reply = ();
}

/// Field of the fault of a change of policies or people under which tests that hold now would not hold any more.
pub const BROKEN_CASES: &str = "cases";

/// Changes policies although tests break. The reason, and the names of the tests, stand in the audit log. Gives the new version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeAnyway {
    pub change: HeldBack,
    pub reason: String,
}

impl Ask for ChangeAnyway {
    const PATH: &'static str = "/api/governance/change-policy-anyway";
    type Reply = i64;
}

/// The change as it was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBack {
    Save(Box<SavePolicy>),
    Delete(DeletePolicy),
    Restore(RestorePolicy),
}

/// Changes a person although tests break. The reason, and the names of the tests, stand in the audit log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePersonAnyway {
    pub change: HeldBackPerson,
    pub reason: String,
}

impl Ask for ChangePersonAnyway {
    const PATH: &'static str = "/api/identity/change-person-anyway";
    type Reply = ();
}

/// The change as it was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBackPerson {
    Change(ChangePerson),
    Place(SetMemberships),
}

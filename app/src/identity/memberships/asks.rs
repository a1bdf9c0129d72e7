//! Questions about where people belong: their departments and roles, in which of them one acts, and what stays when somebody goes.

use crate::ask::Ask;
use serde::{Deserialize, Serialize};

/// A role held in a department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Membership {
    pub department: String,
    pub role: String,
}

/// Gives a person these memberships in place of all others; they begin in the first one's department. Takes effect at their next read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetMemberships {
    pub person: String,
    pub memberships: Vec<Membership>,
}

impl Ask for SetMemberships {
    const PATH: &'static str = "/api/identity/set-memberships";
    type Reply = ();
}

/// Goes on in another of one's departments, in this session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ActIn {
    pub department: String,
}

impl Ask for ActIn {
    const PATH: &'static str = "/api/identity/act-in";
    type Reply = ();
}

/// Deletes a person. Their own dashboards, questions, searches and statements go to `heir`, or with them; their stored reports and schedules always go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletePerson {
    pub id: String,
    /// Id of a person; `None`: nobody.
    pub heir: Option<String>,
}

impl Ask for DeletePerson {
    const PATH: &'static str = "/api/identity/delete-person";
    type Reply = HandedOver;
}

/// How many things went to the heir, or away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub dashboards: u64,
    pub questions: u64,
    pub searches: u64,
    pub statements: u64,
    /// Stored reports, which go away.
    pub reports: u64,
    /// Schedules of reports, which go away: they stood on the person's own share.
    pub schedules: u64,
}

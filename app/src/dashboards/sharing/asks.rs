//! Questions about giving dashboards to others.

use crate::ask::Ask;
use serde::{Deserialize, Serialize};

/// Gives an own dashboard to its department. Whoever may publish there can change it, delete it and take it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishDashboard {
    pub id: String,
}

impl Ask for PublishDashboard {
    const PATH: &'static str = "/api/dashboards/publish";
    type Reply = ();
}

/// Makes a published dashboard the asker's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeBackDashboard {
    pub id: String,
}

impl Ask for TakeBackDashboard {
    const PATH: &'static str = "/api/dashboards/take-back";
    type Reply = ();
}

/// With whom an own dashboard is shared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListShares {
    pub id: String,
}

impl Ask for ListShares {
    const PATH: &'static str = "/api/dashboards/shares";
    type Reply = Shares;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Those who find it among their dashboards, by name.
    pub with: Vec<Colleague>,
    /// Everybody else of the department.
    pub others: Vec<Colleague>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Colleague {
    pub id: String,
    pub name: String,
}

/// Shows an own dashboard to a colleague of the department, to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShareDashboard {
    pub id: String,
    pub person: String,
}

impl Ask for ShareDashboard {
    const PATH: &'static str = "/api/dashboards/share";
    type Reply = ();
}

/// Shows it to them no longer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnshareDashboard {
    pub id: String,
    pub person: String,
}

impl Ask for UnshareDashboard {
    const PATH: &'static str = "/api/dashboards/unshare";
    type Reply = ();
}

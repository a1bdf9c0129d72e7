//! Questions about Kibana inside the portal: entering it, and setting it up for departments.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// The way in, for who sees all of the department's streams as they are; for anybody else it is not there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EnterKibana {}

impl Ask for EnterKibana {
    const PATH: &'static str = "/api/search/kibana/enter";
    /// Address for the frame, good once and for a minute.
    type Reply = String;
}

/// Departments that have streams, and whether Kibana is set up for them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListKibana {}

impl Ask for ListKibana {
    const PATH: &'static str = "/api/search/kibana/departments";
    type Reply = KibanaState;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KibanaState {
    /// Addresses of Kibana and of its own origin; `None`: no Kibana is configured.
    pub configured: Option<(String, String)>,
    pub departments: Vec<KibanaCard>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KibanaCard {
    pub department: String,
    pub space: String,
    pub streams: Vec<String>,
    /// Unix milliseconds of the last set-up.
    pub set_up_ms: Option<i64>,
}

/// Writes the space, role, key and data views of a department; again after its streams changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetUpKibana {
    pub department: String,
}

impl Ask for SetUpKibana {
    const PATH: &'static str = "/api/search/kibana/set-up";
    type Reply = ();
}

/// Looks whether all of it works.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckKibana {
    pub department: String,
}

impl Ask for CheckKibana {
    const PATH: &'static str = "/api/search/kibana/check";
    type Reply = Vec<KibanaCheck>;
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KibanaCheck {
    pub what: Text,
    /// What is wrong and the next step; `None`: it is right.
    pub wrong: Option<Text>,
}

//! Questions about looking as somebody else (A40).

use crate::ask::Ask;
use serde::{Deserialize, Serialize};

/// That the reader's eyes are in somebody else's hands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Viewing {
    /// The name of the administrator who looks.
    pub viewer: String,
    /// Marts, and streams as `stream.web`, of which no value is shown: they are not the administrator's to see.
    pub veiled: Vec<String>,
}

/// Looks as a person from the next request on: read only, with values only where one's own share holds them too. Ends with `EndViewing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginViewing {
    pub person: String,
    /// One of theirs; none: the first.
    #[serde(default)]
    pub department: Option<String>,
}

impl Ask for BeginViewing {
    const PATH: &'static str = "/api/identity/view-as";
    type Reply = ();
}

/// Goes on as oneself. A plain form may be posted to `/identity/end-viewing` for the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndViewing {}

impl Ask for EndViewing {
    const PATH: &'static str = "/api/identity/end-viewing";
    type Reply = ();
}

/// Who looked as oneself, the latest first; what they opened is not told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListViewings {}

impl Ask for ListViewings {
    const PATH: &'static str = "/api/identity/viewings";
    type Reply = Vec<ViewingCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewingCard {
    /// Of who looked; none when they are no longer here.
    pub name: Option<String>,
    pub began_ms: i64,
    /// Last looked, to within a minute.
    pub seen_ms: i64,
    /// None while it goes on, or when nobody ended it.
    pub ended_ms: Option<i64>,
}

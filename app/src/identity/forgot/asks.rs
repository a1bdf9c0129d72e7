//! Questions about a forgotten password.

use crate::ask::Ask;
use serde::{Deserialize, Serialize};

/// Asks for the link. The answer is the same whether the address is anybody's.
#[derive(Clone, Serialize, Deserialize)]
pub struct ForgotPassword {
    pub email: String,
}

impl Ask for ForgotPassword {
    const PATH: &'static str = "/api/identity/forgot";
    type Reply = ();
}

/// Whether a link is good; `not_found` when it expired, was used or never was.
#[derive(Clone, Serialize, Deserialize)]
pub struct CheckReset {
    pub token: String,
}

impl Ask for CheckReset {
    const PATH: &'static str = "/api/identity/check-reset";
    type Reply = ();
}

/// Chooses a new password; ends every session. The page posts the same fields to `/reset` as a plain form.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChooseReset {
    pub token: String,
    pub password: String,
}

impl Ask for ChooseReset {
    const PATH: &'static str = "/api/identity/reset";
    type Reply = ();
}

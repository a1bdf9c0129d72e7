//! People, sessions, signing in and out, set-up. Owns the tables of `0001_identity.sql`; decides no access to data.

use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::asks::{Me, WhoAmI};
use tower_sessions::Session;

/// Id of the person whose session this is; `sign_in` fault without one.
pub async fn signed_in(_portal: &Portal, session: &Session) -> Result<String> {
    session.get::<String>("person").await.map_err(Fault::internal)?.ok_or_else(Fault::sign_in)
}

pub async fn me(_portal: Portal, permit: Permit, _ask: WhoAmI) -> Result<Me> {
    let _ = permit;
    Err(Fault::sign_in())
}

//! By what a request shows on whose behalf it asks: the cookie of a session, or an API key.

use super::{keys, signed_in, still_signed_in};
use crate::{access::Caller, fault::Result, portal::Portal};
use http::{HeaderMap, header};
use std::sync::Arc;
use tower_sessions::Session;

/// What a request showed.
#[derive(Clone, Debug)]
pub enum Pass {
    Session(Session),
    Key(Arc<str>),
}

impl Pass {
    /// `Authorization: Bearer atk_…` is a key, whatever cookie comes with it; all else is the session.
    pub fn of(session: Session, headers: &HeaderMap) -> Self {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match bearer.map(str::trim).filter(|token| token.starts_with(keys::PREFIX)) {
            Some(key) => Self::Key(key.into()),
            None => Self::Session(session),
        }
    }

    /// On whose behalf; a `sign_in` fault when it is worth nothing (any more).
    pub async fn caller(&self, portal: &Portal) -> Result<Caller> {
        match self {
            Self::Session(session) => signed_in(portal, session).await,
            Self::Key(key) => keys::caller(portal, key).await,
        }
    }

    /// The same later, for an answer that goes on for long: as it stands now, not as the request found it.
    pub async fn still(&self, portal: &Portal) -> Result<Caller> {
        match self {
            Self::Session(session) => still_signed_in(portal, session).await,
            Self::Key(key) => keys::caller(portal, key).await,
        }
    }

    /// What tells it from others within this process.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Session(session) => session.id().map(|id| id.to_string()),
            Self::Key(key) => Some(key.to_string()),
        }
    }
}

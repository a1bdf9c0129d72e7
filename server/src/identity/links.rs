//! One-time links (an invitation, a new password): 192 random bits that stand in the link alone; what is stored is a keyed hash of them.

use super::Identity;
use crate::{
    access::{Visitor, key::authenticate},
    fault::{Fault, Result},
    portal::Portal,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::time::Instant;

/// What a link is for: also the first part of its path. A token of one kind is none of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Invite,
    Reset,
}

impl Link {
    fn path(self) -> &'static str {
        match self {
            Self::Invite => "/invite",
            Self::Reset => "/reset",
        }
    }

    /// The path of the page behind a link, for going back to it. What is no token of ours is left out of it.
    pub fn page(self, token: &str) -> String {
        let ours = token.len() == LENGTH && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if ours { format!("{}/{token}", self.path()) } else { self.path().to_owned() }
    }

    /// The whole link.
    pub fn address(self, portal: &Portal, token: &str) -> String {
        let mut link = portal.config.public_url.clone();
        link.set_path(&self.page(token));
        link.into()
    }
}

/// Characters of a token.
const LENGTH: usize = 32;

/// A new token.
pub fn token() -> String {
    BASE64.encode(rand::random::<[u8; 24]>())
}

impl Identity {
    /// What is stored of a token, and looked for.
    pub fn link_hash(&self, link: Link, token: &str) -> String {
        hex::encode(authenticate(&self.0.token_key, &[link.path().as_bytes(), b" ", token.as_bytes()]))
    }

    /// The one answer to a link that is not good: expired, used, revoked or invented. Tokens cannot be guessed, and trying is limited all the same.
    pub fn bad_link(&self, visitor: &Visitor) -> Result<Fault> {
        self.0.limits.guess("link", &visitor.place(), Instant::now())?;
        Ok(Fault::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_tokens_are_long_and_nothing_else_is_put_into_an_address() {
        let token = token();
        assert_eq!(token.len(), LENGTH);
        assert_eq!(Link::Invite.page(&token), format!("/invite/{token}"));
        for other in ["", "x", "../../admin/people/aaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx:", "//evil.example/aaaaaaaaaaaaaaaa"] {
            assert_eq!(Link::Reset.page(other), "/reset", "{other:?}");
        }
    }
}

//! Ids and page marks of events as a reader with a part of a stream sees them: an event's own id may tell how much lies between two
//! events (bytes of a file, numbers of a source), or lead to what a mask covers (A39, A46).

use crate::access::key::authenticate;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};

/// Over one share of one stream; equal ids stay equal within it.
#[derive(Clone)]
pub struct Veil(Option<[u8; 32]>);

impl Veil {
    /// For who sees everything.
    pub fn none() -> Self {
        Self(None)
    }

    /// `key`: of the department's masks.
    pub fn over(key: &[u8; 32], fingerprint: &str) -> Self {
        Self(Some(authenticate(key, &[b"veil", fingerprint.as_bytes()])))
    }

    /// An id that tells nothing but whether two are the same.
    pub fn id(&self, id: &str) -> String {
        match &self.0 {
            Some(key) => hex::encode(&authenticate(key, &[b"id", id.as_bytes()])[..12]),
            None => id.to_owned(),
        }
    }

    /// Where a page ended, closed to its reader. The same place is closed the same way, so that answers do not differ by it.
    pub fn closed(&self, cursor: &str) -> Option<String> {
        let Some(key) = &self.0 else { return Some(cursor.to_owned()) };
        let nonce: [u8; 24] = *authenticate(key, &[b"place", cursor.as_bytes()]).first_chunk()?;
        let sealed = cipher(key)?.encrypt(&XNonce::from(nonce), Payload { msg: cursor.as_bytes(), aad: b"cursor" }).ok()?;
        Some(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What `closed` closed under this same share; `None` for anything else.
    pub fn opened(&self, text: &str) -> Option<String> {
        let Some(key) = &self.0 else { return Some(text.to_owned()) };
        let sealed = BASE64.decode(text).ok()?;
        let (nonce, body) = sealed.split_first_chunk::<24>()?;
        String::from_utf8(cipher(key)?.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: b"cursor" }).ok()?).ok()
    }
}

fn cipher(key: &[u8; 32]) -> Option<XChaCha20Poly1305> {
    XChaCha20Poly1305::new_from_slice(&authenticate(key, &[b"cursor"])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a46_a_place_opens_under_its_own_share_alone() {
        let (one, other) = (Veil::over(&[7; 32], "a"), Veil::over(&[7; 32], "b"));
        let closed = one.closed("[5,\"web-0-1200\"]").unwrap();
        assert!(!closed.contains("1200") && one.closed("[5,\"web-0-1200\"]").as_ref() == Some(&closed));
        assert_eq!(one.opened(&closed).as_deref(), Some("[5,\"web-0-1200\"]"));
        assert_eq!(other.opened(&closed), None);
        for wrong in ["", "x", "[5,\"web-0-1200\"]", &closed[1..]] {
            assert_eq!(one.opened(wrong), None, "{wrong}");
        }
        assert_eq!(Veil::none().opened("x").as_deref(), Some("x"));
    }

    #[test]
    fn a46_ids_tell_nothing_and_stay_the_same() {
        let veil = Veil::over(&[7; 32], "a");
        assert_eq!((veil.id("web-0-1200").len(), veil.id("web-0-1200") == veil.id("web-0-1200")), (24, true));
        assert_ne!(veil.id("web-0-1200"), veil.id("web-0-1201"));
        assert_ne!(veil.id("web-0-1200"), Veil::over(&[7; 32], "b").id("web-0-1200"));
        assert_eq!(Veil::none().id("web-0-1200"), "web-0-1200");
    }
}

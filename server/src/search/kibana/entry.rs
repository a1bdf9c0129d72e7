//! Tickets and entries: a one-time ticket of the portal becomes a cookie of Kibana's origin. Kept in this process's memory alone.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Name of the cookie on Kibana's origin.
pub const COOKIE: &str = "atalaya_kibana";
/// A ticket is used at once by the frame that asked for it.
const TICKET: Duration = Duration::from_secs(60);
/// No entry outlives the longest session.
const ENTRY: Duration = Duration::from_secs(7 * 86_400);
/// An unused one ends sooner.
const IDLE: Duration = Duration::from_secs(12 * 3_600);
const MOST: u64 = 10_000;

/// Who entered: looked at again with each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub person: String,
    pub department: String,
    /// The portal session that it belongs to and ends with.
    pub session: String,
}

/// Both under the hash of what the browser holds, so that memory shows no credential.
#[derive(Clone)]
pub struct Entries {
    tickets: Cache<[u8; 32], Entry>,
    entered: Cache<[u8; 32], Entry>,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            tickets: Cache::builder().max_capacity(MOST).time_to_live(TICKET).build(),
            entered: Cache::builder().max_capacity(MOST).time_to_live(ENTRY).time_to_idle(IDLE).build(),
        }
    }
}

impl Entries {
    /// A ticket for the frame's address.
    pub async fn ticket(&self, entry: Entry) -> String {
        let token = random();
        self.tickets.insert(hash(&token), entry).await;
        token
    }

    /// Takes the ticket, once, and gives the cookie's value for it.
    pub async fn redeem(&self, ticket: &str) -> Option<(String, Entry)> {
        let entry = self.tickets.remove(&hash(ticket)).await?;
        let token = random();
        self.entered.insert(hash(&token), entry.clone()).await;
        Some((token, entry))
    }

    pub async fn of(&self, cookie: &str) -> Option<Entry> {
        self.entered.get(&hash(cookie)).await
    }

    pub async fn end(&self, cookie: &str) {
        self.entered.invalidate(&hash(cookie)).await;
    }
}

fn random() -> String {
    BASE64.encode(rand::random::<[u8; 32]>())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ticket_opens_once() {
        let entries = Entries::default();
        let entry = Entry { person: "olga".into(), department: "operations".into(), session: "1".into() };
        let ticket = entries.ticket(entry.clone()).await;
        let (cookie, who) = entries.redeem(&ticket).await.unwrap();
        assert_eq!(who, entry);
        assert_eq!(entries.of(&cookie).await, Some(entry));
        assert!(entries.redeem(&ticket).await.is_none() && entries.of(&ticket).await.is_none());
        entries.end(&cookie).await;
        assert!(entries.of(&cookie).await.is_none());
    }
}

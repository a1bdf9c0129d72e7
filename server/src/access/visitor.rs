//! Where a request comes from, for limits, the audit log and the list of sessions.

use super::Device;
use std::net::{IpAddr, Ipv4Addr};

/// Who asks, as far as the request tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The network address, proxies that are trusted taken away.
    pub address: IpAddr,
    /// What the request says it was made with: told to people, decided by nobody.
    pub device: Device,
}

impl Default for Visitor {
    /// A request without a peer (inside the process).
    fn default() -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), device: Device::default() }
    }
}

impl Visitor {
    /// What counts as one place: an IPv4 address, or the /64 network that one IPv6 customer gets.
    pub fn place(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => address.to_string(),
                None => {
                    let [a, b, c, d, ..] = address.segments();
                    format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
                }
            },
        }
    }
}

/// The visitor's address: the peer, or what a trusted proxy says of it.
pub fn address_of(peer: IpAddr, headers: &http::HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').map(str::trim).filter_map(|part| part.parse().ok()).find(|address| !trusted.contains(address)))
        .unwrap_or(peer)
}

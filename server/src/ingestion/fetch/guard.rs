//! What may be fetched at all: the address as it is written, and each network address that it leads to.

use super::{
    FetchFault, Lookup,
    addresses::{is_blocked, is_metadata},
    rules::{self, Refusal},
};
use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr, UdpSocket},
};
use url::{Host, Url};

/// Ports that are open to public addresses.
const PUBLIC_PORTS: [u16; 2] = [80, 443];

pub struct Guard {
    allow: BTreeSet<SocketAddr>,
    /// The host of the portal's own address, when it is a name that others may have.
    own: Option<Host<String>>,
    lookup: Lookup,
}

impl Guard {
    pub fn new(allow: Vec<SocketAddr>, own: Option<&Url>, lookup: Lookup) -> Self {
        Self { allow: allow.into_iter().collect(), own: own.and_then(|own| own.host().map(|host| host.to_owned())), lookup }
    }

    /// Every port that can be reached somewhere.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        PUBLIC_PORTS.into_iter().chain(self.allow.iter().map(SocketAddr::port)).collect::<BTreeSet<_>>().into_iter()
    }

    /// Refuses an address by how it is written. A host that is a number never meets the resolver: it is judged here.
    pub async fn check(&self, url: &Url) -> Result<(), FetchFault> {
        let refused = |why| FetchFault::Address { host: rules::host(url).to_owned(), why };
        let port = rules::plain(url).map_err(refused)?;
        if !PUBLIC_PORTS.contains(&port) && !self.allow.iter().any(|pair| pair.port() == port) {
            return Err(refused(Refusal::Port));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        if self.open(vec![literal], port).await.is_empty() {
            return Err(FetchFault::Blocked { host: rules::host(url).to_owned() });
        }
        Ok(())
    }

    /// The addresses of a name that may be connected to on this port.
    pub async fn resolve(&self, name: &str, port: u16) -> std::io::Result<Vec<IpAddr>> {
        let found = (self.lookup)(name.to_owned()).await?;
        Ok(self.open(found, port).await)
    }

    async fn open(&self, mut found: Vec<IpAddr>, port: u16) -> Vec<IpAddr> {
        let allowed = |address: &IpAddr| self.allow.contains(&SocketAddr::new(*address, port));
        found.retain(|address| !is_metadata(*address) && (allowed(address) || PUBLIC_PORTS.contains(&port) && !is_blocked(*address)));
        if found.iter().any(|address| !allowed(address)) {
            let own = self.own_addresses().await;
            found.retain(|address| allowed(address) || !own.contains(address) && !is_of_this_machine(*address));
        }
        found
    }

    /// What the portal's own name leads to: behind a router, no address of this machine.
    async fn own_addresses(&self) -> Vec<IpAddr> {
        match &self.own {
            None => Vec::new(),
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(*address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(*address)],
            Some(Host::Domain(name)) => (self.lookup)(name.clone()).await.unwrap_or_default(),
        }
    }
}

/// Asks the kernel by which address it would reach this one: for an address of this machine, by itself. Sends nothing.
fn is_of_this_machine(address: IpAddr) -> bool {
    let any: SocketAddr = match address {
        IpAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        IpAddr::V6(_) => ([0u16; 8], 0).into(),
    };
    let from = UdpSocket::bind(any).and_then(|socket| socket.connect((address, 9)).and_then(|()| socket.local_addr()));
    from.is_ok_and(|from| from.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a16_addresses_of_this_machine_are_known_without_a_packet() {
        assert!(is_of_this_machine("127.0.0.1".parse().unwrap()));
        assert!(!is_of_this_machine("192.0.2.1".parse().unwrap()));
    }
}

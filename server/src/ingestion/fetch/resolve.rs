//! Names are looked up where the connection is made, and only open addresses survive: a name that changes its address gains nothing.

use super::guard::Guard;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Finds the addresses of a name.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// As the machine does it.
pub fn by_system() -> Lookup {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.map(|address| address.ip()).collect()) }))
}

/// For connections to one port.
pub struct Resolver {
    pub port: u16,
    pub guard: Arc<Guard>,
}

/// The name leads nowhere that is open.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that is open to fetches")]
pub struct NothingOpen;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, port) = (self.guard.clone(), self.port);
        Box::pin(async move {
            let open = guard.resolve(name.as_str(), port).await?;
            if open.is_empty() {
                return Err(NothingOpen.into());
            }
            let addresses: Addrs = Box::new(open.into_iter().map(move |address| SocketAddr::new(address, port)));
            Ok(addresses)
        })
    }
}

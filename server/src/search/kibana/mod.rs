//! Kibana inside the portal: a proxy on an origin of its own, entered by a one-time ticket, bounded to one department's space
//! and indices by credentials that the proxy adds. Owns `kibana_department` of `0010_search.sql`; the keys stand in the secret store.

mod answers;
mod check;
mod entry;
mod origin;
mod proxy;
mod reads;
mod rules;
mod set_up;
mod store;
mod websocket;

pub use answers::{enter, list, set_up, try_out};
pub use origin::serve;

use crate::{
    access::Permit,
    config::Config,
    fault::{Fault, Result},
    portal::Portal,
    search::stream,
};
use entry::Entries;
use std::time::Duration;
use url::Url;
use warehouse::Predicate;

/// Cookies of Kibana's own that pass the proxy: its session, where an operator put a sign-in page of Kibana's before it.
const KIBANA_COOKIES: [&str; 1] = ["sid"];

/// What the portal knows of its Kibana; absent when none is configured.
pub struct Kibana {
    /// Where Kibana answers, base path included.
    upstream: Url,
    /// The origin at which browsers reach it through the proxy.
    public: Url,
    client: reqwest::Client,
    entries: Entries,
}

impl Kibana {
    /// From the settings: `None` without `kibana_url`.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        let Some(upstream) = config.kibana_url.clone() else { return Ok(None) };
        let public = match &config.kibana_public_url {
            Some(public) => public.clone(),
            None => beside(&config.public_url)?,
        };
        if public.origin() == config.public_url.origin() {
            return Err(Fault::operator(
                "ATALAYA_KIBANA_PUBLIC_URL must be another origin than the portal's: scripts of Kibana must not be able to act as the portal",
                "ATALAYA_KIBANA_PUBLIC_URL debe ser otro origen que el del portal: los scripts de Kibana no deben poder actuar como el portal",
            ));
        }
        // Bodies pass as they come, redirects are the browser's to follow.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_gzip()
            .no_brotli()
            .connect_timeout(Duration::from_secs(5))
            .build()
            .map_err(Fault::internal)?;
        Ok(Some(Self { upstream, public, client, entries: Entries::default() }))
    }

    /// The origin that pages of the portal may frame.
    pub fn frame_origin(&self) -> String {
        self.public.origin().ascii_serialization()
    }

    /// An address of Kibana's, its base path before it. `path` begins with `/`.
    fn address(&self, path_and_query: &str) -> Result<Url> {
        let base = self.upstream.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path_and_query}")).map_err(|_| Fault::not_found())
    }
}

/// The portal's host on port 8421.
fn beside(portal: &Url) -> Result<Url> {
    let mut public = portal.clone();
    public.set_port(Some(8421)).map_err(|()| {
        Fault::operator(
            "set ATALAYA_KIBANA_PUBLIC_URL: the portal's address has no host",
            "indique ATALAYA_KIBANA_PUBLIC_URL: la dirección del portal no tiene servidor",
        )
    })?;
    public.set_path("/");
    Ok(public)
}

/// Whether a permit covers all streams of its department, every field, without filter or mask: Kibana's credentials know no
/// person, so nobody else may use them.
pub async fn covers_all(portal: &Portal, permit: &Permit) -> Result<bool> {
    if permit.viewer().is_some() {
        // It would write, and show, under nobody's name.
        return Ok(false);
    }
    let scope = permit.scope();
    let streams = stream::store::all(&portal.database).await?;
    let mut own = streams.iter().filter(|stream| stream.department == scope.department()).peekable();
    Ok(own.peek().is_some()
        && own.all(|stream| {
            scope.stream(&stream.name).is_some_and(|share| {
                let whole = matches!(share.rows(), Predicate::All(all) if all.is_empty());
                let clear = share.columns().all(|(_, mask)| mask.is_none());
                whole && clear && share.columns().count() == stream.columns().len()
            })
        }))
}

/// Whether the menu has the entry for this reader: Kibana is there, set up for the department, and theirs to open.
pub async fn offered(portal: &Portal, permit: &Permit) -> Result<bool> {
    let Some(_) = &portal.kibana else { return Ok(false) };
    Ok(store::one(&portal.database, permit.scope().department()).await?.is_some() && covers_all(portal, permit).await?)
}

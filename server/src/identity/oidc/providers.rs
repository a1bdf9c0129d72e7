//! What a sign-in service says of itself, and its keys: asked once, kept for some minutes.

use super::{
    Unusable,
    door::{Door, admissible},
};
use moka::future::Cache;
use openidconnect::{
    AuthType, ClientId, ClientSecret, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, RedirectUrl,
    core::{CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreProviderMetadata},
};
use std::{sync::Arc, time::Duration};

/// So long a provider is not asked again.
const KEPT: Duration = Duration::from_secs(300);

/// Knows where people are sent and where codes are changed for tokens.
pub type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Signatures that are taken: never one by a shared secret, never none.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// By issuer.
pub struct Providers(Cache<String, Arc<CoreProviderMetadata>>);

impl Default for Providers {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(4).time_to_live(KEPT).build())
    }
}

impl Providers {
    pub async fn of(&self, door: &Door, issuer: &str) -> Result<Arc<CoreProviderMetadata>, Unusable> {
        if let Some(known) = self.0.get(issuer).await {
            return Ok(known);
        }
        let found = Arc::new(discover(door, issuer).await?);
        self.0.insert(issuer.to_owned(), found.clone()).await;
        Ok(found)
    }

    /// Asks anew next time: its keys have changed, or an administrator did something.
    pub async fn forget(&self, issuer: &str) {
        self.0.invalidate(issuer).await;
    }
}

/// Asks now. Every address that it names is judged before anybody is sent there, and once more when it is asked.
pub async fn discover(door: &Door, issuer: &str) -> Result<CoreProviderMetadata, Unusable> {
    let address = IssuerUrl::new(issuer.to_owned()).map_err(|_| Unusable::Address)?;
    admissible(address.url())?;
    let found = CoreProviderMetadata::discover_async(address, door).await.map_err(|fault| match fault {
        DiscoveryError::Request(unusable) => unusable,
        DiscoveryError::Response(status, ..) if !status.is_success() => Unusable::Status(status.as_u16()),
        DiscoveryError::UrlParse(_) => Unusable::Address,
        DiscoveryError::Validation(_) => Unusable::OtherIssuer,
        _ => Unusable::Unreadable,
    })?;
    admissible(found.authorization_endpoint().url())?;
    admissible(found.token_endpoint().ok_or(Unusable::NoTokens)?.url())?;
    if !found.id_token_signing_alg_values_supported().iter().any(|known| SIGNATURES.contains(known)) {
        return Err(Unusable::NoSignature);
    }
    Ok(found)
}

/// Ourselves, as this provider knows us.
pub fn client(provider: &CoreProviderMetadata, client_id: &str, secret: Option<String>, back: RedirectUrl) -> Client {
    let methods = provider.token_endpoint_auth_methods_supported();
    let takes = |method: CoreClientAuthMethod| methods.is_some_and(|methods| methods.contains(&method));
    let in_the_body = takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic);
    let client = CoreClient::from_provider_metadata(provider.clone(), ClientId::new(client_id.to_owned()), secret.map(ClientSecret::new));
    client.set_redirect_uri(back).set_auth_type(if in_the_body { AuthType::RequestBody } else { AuthType::BasicAuth })
}

/// Judges an ID token: signature, issuer, audience (ours and no other) and expiry; the nonce comes with the token.
pub fn verifier(client: &Client) -> CoreIdTokenVerifier<'_> {
    client.id_token_verifier().set_allowed_algs(SIGNATURES)
}

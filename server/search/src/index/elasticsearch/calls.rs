//! One call to Elasticsearch, and what its answer means.

use crate::index::{Credentials, IndexFault};
use bytes::Bytes;
use elasticsearch::{
    auth,
    cert::{Certificate, CertificateValidation},
    http::{
        Method,
        headers::HeaderMap,
        transport::{SingleNodeConnectionPool, Transport, TransportBuilder},
    },
};
use serde_json::Value as Json;
use std::{error::Error, path::Path, time::Duration};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(super) struct Calls {
    transport: Transport,
}

/// Status and body of an answer, whatever the status.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Json,
}

impl Calls {
    pub(super) fn new(url: Url, credentials: Credentials, authority: Option<&Path>) -> Result<Self, IndexFault> {
        let unusable = |cause: &dyn std::fmt::Display| IndexFault::Unavailable(format!("the settings of Elasticsearch cannot be used: {cause}"));
        let mut builder = TransportBuilder::new(SingleNodeConnectionPool::new(url)).disable_proxy().timeout(PATIENCE);
        match credentials {
            Credentials::None => {}
            Credentials::ApiKey(key) => builder = builder.auth(auth::Credentials::EncodedApiKey(key)),
            Credentials::Password { user, password } => builder = builder.auth(auth::Credentials::Basic(user, password)),
        }
        if let Some(file) = authority {
            let pem = std::fs::read(file).map_err(|cause| unusable(&format!("{}: {cause}", file.display())))?;
            let certificate = Certificate::from_pem(&pem).map_err(|cause| unusable(&cause))?;
            builder = builder.cert_validation(CertificateValidation::Full(certificate));
        }
        Ok(Self { transport: builder.build().map_err(|cause| unusable(&cause))? })
    }

    /// An error only where there is no answer.
    pub(super) async fn send(&self, method: Method, path: &str, body: Option<Bytes>) -> Result<Answer, IndexFault> {
        let headers = HeaderMap::new();
        let sent = self.transport.send(method, path, headers, None::<&()>, body, None).await;
        let answer = sent.map_err(|cause| IndexFault::Unavailable(format!("Elasticsearch does not answer: {}", root(&cause))))?;
        let status = answer.status_code().as_u16();
        let bytes = answer.bytes().await.map_err(|cause| IndexFault::Unavailable(format!("Elasticsearch broke off its answer: {}", root(&cause))))?;
        // A proxy in between answers with a page: its status is what counts.
        Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() })
    }

    pub(super) async fn json(&self, method: Method, path: &str, body: &Json) -> Result<Answer, IndexFault> {
        self.send(method, path, Some(Bytes::from(body.to_string()))).await
    }
}

impl Answer {
    /// The body of a success; `None` for what is not there.
    pub(super) fn found(self) -> Result<Option<Json>, IndexFault> {
        match self.status {
            200..300 => Ok(Some(self.body)),
            404 => Ok(None),
            _ => Err(self.fault()),
        }
    }

    pub(super) fn success(self) -> Result<Json, IndexFault> {
        match self.status {
            200..300 => Ok(self.body),
            _ => Err(self.fault()),
        }
    }

    /// Kind of error, never its text: that quotes values.
    pub(super) fn error_kind(&self) -> &str {
        self.body["error"]["type"].as_str().unwrap_or("no reason given")
    }

    pub(super) fn fault(&self) -> IndexFault {
        let kind = self.error_kind();
        match self.status {
            401 | 403 => IndexFault::Unavailable(format!("Elasticsearch refuses the portal ({}, {kind}); check its key and what it may do", self.status)),
            429 | 502..=504 => IndexFault::Unavailable(format!("Elasticsearch is busy ({}, {kind})", self.status)),
            status => IndexFault::Broken(format!("Elasticsearch answers {status}, {kind}")),
        }
    }
}

/// The innermost cause: it names no address.
fn root(cause: &dyn Error) -> String {
    let mut innermost = cause;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

//! Which engine runs, as the settings say.

use super::{Index, IndexFault, elasticsearch::Elasticsearch, tantivy::Tantivy};
use std::{path::PathBuf, sync::Arc};
use url::Url;

/// Where documents are kept.
#[derive(Clone, Debug)]
pub enum Settings {
    /// In this folder, by tantivy. One process at a time writes a stream; any number reads.
    Folder(PathBuf),
    Elasticsearch {
        url: Url,
        credentials: Credentials,
        /// PEM file of the authority that signed the server's certificate; `None`: the public ones.
        authority: Option<PathBuf>,
    },
}

/// How the portal signs in at Elasticsearch.
#[derive(Clone)]
pub enum Credentials {
    None,
    /// As Elasticsearch gives it, encoded.
    ApiKey(String),
    Password {
        user: String,
        password: String,
    },
}

/// Neither key nor password is printed.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::None => "None",
            Self::ApiKey(_) => "ApiKey(…)",
            Self::Password { .. } => "Password(…)",
        })
    }
}

/// Opens the index. Asks no server anything: `Index::ready` does.
pub fn open(settings: Settings) -> Result<Index, IndexFault> {
    Ok(Index::new(match settings {
        Settings::Folder(folder) => Arc::new(Tantivy::open(folder)?),
        Settings::Elasticsearch { url, credentials, authority } => Arc::new(Elasticsearch::new(url, credentials, authority.as_deref())?),
    }))
}

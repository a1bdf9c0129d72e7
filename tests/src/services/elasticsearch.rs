//! A real Elasticsearch: its own server classes with the one module that Maven has, HTTP and transport.

use super::search_server::{Kind, Server};
use crate::skips::skipped;
use tokio::sync::OnceCell;
use url::Url;

/// The server of this test run; the reason where there is none.
static SERVER: OnceCell<Result<Server, String>> = OnceCell::const_new();

static KIND: Kind = Kind {
    name: "elasticsearch",
    artifacts: &["org.elasticsearch:elasticsearch:9.5.3", "org.elasticsearch.plugin:transport-netty4:9.5.3"],
    start: ("StartElasticsearch", include_str!("java/StartElasticsearch.java")),
    apart: &["transport-netty4-", "netty-"],
};

/// Address of the run's server, for tests that leave others' indices alone; `None`, with the reason said, where there is none.
pub async fn url() -> Option<Url> {
    match SERVER.get_or_init(|| Server::start(&KIND)).await {
        Ok(server) => Some(server.url()),
        Err(reason) => {
            skipped(&format!("Elasticsearch: {reason}"));
            None
        }
    }
}

/// A server of one's own, to be killed and started again.
pub async fn own() -> Option<Server> {
    Server::start(&KIND).await.map_err(|reason| skipped(&format!("Elasticsearch: {reason}"))).ok()
}

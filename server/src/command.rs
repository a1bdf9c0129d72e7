//! The words of the command line; each is a short call into the domain that does the work.

use crate::{config::Config, fault::Result, portal::Portal, web};
use std::path::Path;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the portal, with a worker for jobs in the same process.
    Serve,
    /// Bring the control plane's tables up to date.
    Migrate,
}

impl Command {
    pub async fn run(self, file: Option<&Path>) -> Result<()> {
        let config = Config::load(file)?;
        match self {
            Self::Serve => serve(&Portal::open(config).await?).await,
            Self::Migrate => Portal::open(config).await.map(drop),
        }
    }
}

async fn serve(portal: &Portal) -> Result<()> {
    web::serve(portal, stopped()).await
}

/// Ctrl+C, or what a service manager sends.
async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

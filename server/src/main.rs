//! The program `atalaya`: one binary, one word for each role.

use clap::Parser;
use server::command::Command;
use std::{path::PathBuf, process::ExitCode};

/// What is logged where `RUST_LOG` says nothing: our own words, and of the engines only what needs somebody to look.
const QUIET: &str = "info,tower_http=warn,sqlx=warn,buoyant_kernel=warn,buoyant_kernel_engine=warn,deltalake=warn,deltalake_core=warn,datafusion=warn";

/// Self-service BI portal with its data platform underneath.
#[derive(Parser)]
#[command(name = "atalaya", version)]
struct Arguments {
    /// Settings file; also by ATALAYA_CONFIG.
    #[arg(long, env = "ATALAYA_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Two providers are compiled in by dependencies; rustls wants one named before the first connection.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| QUIET.into()))
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Command::Agent = arguments.command {
        // A guest on somebody else's machine: each thread keeps memory of its own.
        runtime.worker_threads(1).max_blocking_threads(4);
    }
    let outcome = match runtime.enable_all().build() {
        Ok(runtime) => runtime.block_on(arguments.command.run(arguments.config.as_deref())),
        Err(cause) => Err(cause.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("atalaya: {fault}");
            if let Some(cause) = &fault.cause {
                tracing::debug!(%cause, "cause");
            }
            ExitCode::FAILURE
        }
    }
}

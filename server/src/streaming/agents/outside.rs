//! The agent as a program of its own: knows its settings file and nothing of a portal but its address.

use super::inside::fault;
use crate::fault::{Fault, Result};
use std::path::Path;
use streaming::{
    agent::{
        Agent, AgentConfig, Client, Output,
        config::{Kafka, Output as Wanted},
    },
    bus::{self, Brokers, BusFault, Settings},
};
use tokio_util::sync::CancellationToken;

/// Runs until told to stop; what was taken and not delivered by then waits in its folder.
pub async fn run(file: Option<&Path>, stop: CancellationToken) -> Result<()> {
    let file = file.ok_or_else(|| {
        Fault::operator("name the settings file: atalaya agent --config agent.toml", "indique el archivo de ajustes: atalaya agent --config agent.toml")
    })?;
    let config = AgentConfig::load(file).map_err(fault)?;
    let output = output(&config).await?;
    Agent::open(config).await.map_err(fault)?.run(output, stop).await.map_err(fault)
}

async fn output(config: &AgentConfig) -> Result<Output> {
    match &config.output {
        Some(Wanted::Portal(portal)) => Client::open(portal).map(Output::Portal).map_err(fault),
        Some(Wanted::Kafka(kafka)) => bus::open(Settings::Kafka(brokers(kafka.clone()))).await.map(Output::Bus).map_err(wrong),
        Some(Wanted::Log(log)) => bus::open(Settings::Folder(log.folder.clone())).await.map(Output::Bus).map_err(wrong),
        None => Err(Fault::operator(
            "agent.toml says not where events go: add [output.portal], [output.kafka] or [output.log]",
            "agent.toml no dice a dónde van los eventos: añada [output.portal], [output.kafka] u [output.log]",
        )),
    }
}

fn brokers(kafka: Kafka) -> Brokers {
    let Kafka { brokers: addresses, security, mechanism, user, password, ca } = kafka;
    Brokers { addresses, security, mechanism, user, password, ca }
}

fn wrong(cause: BusFault) -> Fault {
    Fault::operator(format!("{cause}: check [output] in agent.toml"), format!("{cause}: compruebe [output] en agent.toml"))
}

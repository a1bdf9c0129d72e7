//! An agent inside the portal's own process: writes to the portal's bus and shows on the page of agents.

use super::{Agent, heartbeat, store, topics};
use crate::{
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use streaming::agent::{self, AgentConfig, AgentFault, Watch};
use tokio_util::sync::CancellationToken;

/// Runs the agent of the setting `agent`, if there is one, until told to stop.
pub async fn run(portal: Portal, stop: CancellationToken) -> Result<()> {
    let Some(file) = portal.config.agent.clone() else { return Ok(()) };
    let config = AgentConfig::load(&file).map_err(fault)?;
    let row = standing(&portal, &config).await?;
    let inside = agent::Agent::open(config).await.map_err(fault)?;
    let (watch, ended) = (inside.watch(), CancellationToken::new());
    let running = async {
        let ran = inside.run(agent::Output::Bus(portal.bus.clone()), stop).await.map_err(fault);
        // Said at once: the portal goes on without it.
        if let Err(fault) = &ran {
            tracing::error!("the agent inside has ended: {fault}");
        }
        ended.cancel();
        ran
    };
    let (told, ran) = tokio::join!(tell(&portal, row, watch, &ended), running);
    ran.and(told)
}

/// What an agent cannot go on with, for its operator.
pub fn fault(fault: AgentFault) -> Fault {
    Fault::operator(fault.en, fault.es)
}

/// Its row, made at the first start.
async fn standing(portal: &Portal, config: &AgentConfig) -> Result<Agent> {
    let wanted = config.inputs.iter().map(|input| input.topic().to_owned()).collect::<std::collections::BTreeSet<_>>();
    let department = topics(portal).await?.into_iter().find(|(_, topic)| wanted.contains(topic)).map(|(department, _)| department).unwrap_or_default();
    let mut changes = portal.database.begin().await?;
    let known = store::by_name(&mut changes, &config.name).await?;
    if known.as_ref().is_some_and(|agent| agent.token_hash.is_some()) {
        return Err(Fault::operator(
            format!("the agent inside the portal is named {} like one with a token: give it another name", config.name),
            format!("el agente interno del portal se llama {}, como otro con token: dele otro nombre", config.name),
        ));
    }
    let agent = Agent {
        id: known.as_ref().map_or_else(new_id, |agent| agent.id.clone()),
        name: config.name.clone(),
        department,
        keeper: String::new(),
        topics: wanted,
        token_hash: None,
        made_by: known.as_ref().map_or_else(|| "serve".to_owned(), |agent| agent.made_by.clone()),
        made_ms: known.as_ref().map_or_else(now_ms, |agent| agent.made_ms),
        revoked: false,
        seen_ms: None,
        state: None,
        reports: known.map(|agent| agent.reports).unwrap_or_default(),
    };
    store::save(&mut changes, &agent).await?;
    changes.commit().await?;
    Ok(agent)
}

async fn tell(portal: &Portal, row: Agent, watch: Watch, stop: &CancellationToken) -> Result<()> {
    let mut turns = tokio::time::interval(agent::HEARTBEAT);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = stop.cancelled() => return Ok(()),
        }
        // Read again: reports are added to those that are kept.
        let Some(row) = store::by_id(&portal.database, &row.id).await? else { return Ok(()) };
        if let Err(fault) = heartbeat::keep(portal, &row, watch.heartbeat()).await {
            tracing::warn!(cause = ?fault.cause, "the state of the agent inside was not kept: {fault}");
        }
    }
}

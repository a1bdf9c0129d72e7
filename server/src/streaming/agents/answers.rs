//! Answers of the administrators' page of agents.

use super::{Agent, store, token, topics};
use crate::{
    access::Permit,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    streaming::asks::{AgentCard, Agents, ListAgents, MadeAgent, MakeAgent, RevokeAgent, StreamingDepartment},
    text::Text,
};
use std::collections::{BTreeMap, BTreeSet};

pub async fn list(portal: Portal, permit: Permit, _ask: ListAgents) -> Result<Agents> {
    let own = permit.principal().department.as_str();
    let agents = store::all(&portal.database).await?.into_iter().filter(|agent| is_kept_by(agent, own)).map(card).collect();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (department, topic) in topics(&portal).await? {
        found.entry(department).or_default().insert(topic);
    }
    let mut departments = Vec::new();
    for (name, topics) in found {
        departments.push(StreamingDepartment { title: title(&portal, &name).await?, name, topics: topics.into_iter().collect() });
    }
    Ok(Agents { agents, departments })
}

/// Makes a token; it is in the answer and nowhere else.
pub async fn make(portal: Portal, permit: Permit, ask: MakeAgent) -> Result<MadeAgent> {
    permit.about(format!("agent {}", ask.name), serde_json::json!({ "department": ask.department, "topics": ask.topics }));
    if !streaming::agent::is_name(&ask.name) {
        return Err(Fault::invalid("A name has letters, digits, _ - and . alone.", "Un nombre solo tiene letras, cifras, _ - y . .").on("name"));
    }
    let wanted: BTreeSet<String> = ask.topics.into_iter().collect();
    if wanted.is_empty() {
        return Err(Fault::invalid("Choose at least one topic.", "Elija al menos un tema.").on("topics"));
    }
    let known: BTreeSet<String> = topics(&portal).await?.into_iter().filter(|(department, _)| *department == ask.department).map(|(_, topic)| topic).collect();
    if known.is_empty() {
        return Err(Fault::invalid("This department has no stream.", "Este departamento no tiene ningún flujo.").on("department"));
    }
    if let Some(foreign) = wanted.iter().find(|topic| !known.contains(*topic)) {
        return Err(Fault::invalid(
            format!("No stream of this department reads a topic {foreign}."),
            format!("Ningún flujo de este departamento lee un tema {foreign}."),
        )
        .on("topics"));
    }
    let mut changes = portal.database.begin().await?;
    let taken = store::by_name(&mut changes, &ask.name).await?.is_some_and(|agent| !agent.revoked || agent.token_hash.is_none());
    if taken {
        return Err(Fault::invalid(
            format!("There is an agent named {} already: revoke its token first, or choose another name.", ask.name),
            format!("Ya hay un agente llamado {}: revoque antes su token o elija otro nombre.", ask.name),
        )
        .on("name"));
    }
    let id = new_id();
    let (token, hash) = token::new(&id);
    let agent = Agent {
        id,
        name: ask.name,
        department: ask.department,
        keeper: permit.principal().department.clone(),
        topics: wanted,
        token_hash: Some(hash),
        made_by: permit.principal().audit_name(),
        made_ms: now_ms(),
        revoked: false,
        seen_ms: None,
        state: None,
        reports: Vec::new(),
    };
    store::save(&mut changes, &agent).await?;
    changes.commit().await?;
    let config = config(&agent, portal.config.public_url.as_str(), &token);
    Ok(MadeAgent { name: agent.name, token, config })
}

pub async fn revoke(portal: Portal, permit: Permit, ask: RevokeAgent) -> Result<()> {
    let own = permit.principal().department.as_str();
    let agent = store::by_id(&portal.database, &ask.id).await?.filter(|agent| is_kept_by(agent, own) && agent.token_hash.is_some());
    let agent = agent.ok_or_else(Fault::not_found)?;
    permit.about(format!("agent {}", agent.name), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    store::revoke(&mut changes, &agent.id, now_ms()).await?;
    changes.commit().await?;
    Ok(())
}

/// Any other agent is not found.
fn is_kept_by(agent: &Agent, department: &str) -> bool {
    agent.keeper.is_empty() || agent.keeper == department || agent.department == department
}

fn card(agent: Agent) -> AgentCard {
    AgentCard {
        inside: agent.token_hash.is_none(),
        id: agent.id,
        name: agent.name,
        department: agent.department,
        topics: agent.topics.into_iter().collect(),
        made_by: agent.made_by,
        made_ms: agent.made_ms,
        revoked: agent.revoked,
        seen_ms: agent.seen_ms,
        state: agent.state,
        reports: agent.reports,
    }
}

async fn title(portal: &Portal, department: &str) -> Result<Text> {
    portal.governance.department_title(department).await
}

fn config(agent: &Agent, url: &str, token: &str) -> String {
    let topic = agent.topics.first().map(String::as_str).unwrap_or_default();
    format!(
        "name = \"{}\"\nfolder = \"agent\"\n\n[[input]]\nkind = \"file\"\ntopic = \"{topic}\"\npaths = [\"/var/log/nginx/access.log\"]\n\n[output.portal]\nurl = \"{url}\"\ntoken = \"{token}\"\n",
        agent.name
    )
}

//! Answers about listeners: the kinds with their forms, those there are with where each stands, adding one, pausing.

use super::sources::split;
use crate::{
    access::Permit,
    fault::{Fault, Result},
    ingestion::{
        connectors,
        listening::{
            Listening,
            store::{self, Standing},
        },
        rules,
        source::Origin,
        upload,
    },
    portal::Portal,
    streaming::topics,
};
use app::{
    ingestion::asks::{ListListeners, ListenerCard, ListenerState, Listeners, PauseListener, SaveListener, StreamChoice},
    text::Text,
};

/// Listeners of streams whose figures the asker may see, and what a new one may be.
pub async fn list_listeners(portal: Portal, permit: Permit, _ask: ListListeners) -> Result<Listeners> {
    let seen = |stream: &str| permit.figures_on(&format!("stream.{stream}"));
    let standings = store::all(&portal.database).await?;
    let streams = topics::streams(&portal).await?;
    Ok(Listeners {
        listeners: standings.into_iter().filter(|standing| seen(&standing.listening.stream)).map(card).collect(),
        kinds: connectors::listeners().iter().map(|listener| listener.describe()).collect(),
        streams: streams
            .into_iter()
            .filter(|stream| seen(&stream.name))
            .map(|stream| StreamChoice { name: stream.name, title: stream.described.title, department: stream.department })
            .collect(),
    })
}

fn card(standing: Standing) -> ListenerCard {
    let state = match () {
        () if standing.paused => ListenerState::Paused,
        () if standing.error.is_some() => ListenerState::Failing,
        () if standing.polled_ms.is_none() => ListenerState::Waiting,
        () => ListenerState::Listening,
    };
    let count = |figure: i64| u64::try_from(figure).unwrap_or_default();
    ListenerCard {
        name: standing.listening.name,
        title: standing.listening.title,
        connector: standing.listening.connector,
        department: standing.listening.department,
        stream: standing.listening.stream,
        state,
        polled_ms: standing.polled_ms,
        next_ms: (!standing.paused).then_some(standing.next_ms),
        records: count(standing.records),
        gaps: count(standing.gaps),
        gap: standing.gap.map(|gap| (gap.since_ms, gap.until_ms)),
        error: standing.error,
        notes: standing.notes,
    }
}

/// Adds a listener; it is asked within seconds.
pub async fn save_listener(portal: Portal, permit: Permit, ask: SaveListener) -> Result<()> {
    permit.about(format!("listener {}", ask.name), serde_json::json!({ "connector": ask.connector, "stream": ask.stream }));
    rules::name(&ask.name, "name")?;
    let listener = connectors::listener(&ask.connector)?;
    let (fields, secrets) = split(&listener.describe(), ask.fields)?;
    listener.check(&fields)?;
    let streams = topics::streams(&portal).await?;
    let known = streams.into_iter().find(|stream| stream.name == ask.stream && permit.figures_on(&stream.dataset()));
    let stream = known.ok_or_else(|| Fault::invalid("Choose a stream.", "Elija un flujo.").on("stream"))?;
    upload::known_department(&portal, &stream.department).await?;
    let listening = Listening {
        title: Text::same(&ask.name),
        name: ask.name,
        connector: ask.connector,
        department: stream.department,
        stream: stream.name,
        fields,
        origin: Origin::Portal,
    };
    let mut changes = portal.database.begin().await?;
    if store::one(&mut *changes, &listening.name).await?.is_some() {
        let name = &listening.name;
        return Err(Fault::invalid(format!("There is a listener named {name} already."), format!("Ya hay una escucha llamada {name}.")).on("name"));
    }
    store::save(&mut changes, &listening, true).await?;
    for (field, value) in &secrets {
        portal.secrets.write(&mut changes, &listening.secret(field), value).await?;
    }
    Ok(changes.commit().await?)
}

pub async fn pause_listener(portal: Portal, permit: Permit, ask: PauseListener) -> Result<()> {
    permit.about(format!("listener {}", ask.name), serde_json::json!({ "paused": ask.paused }));
    let mut changes = portal.database.begin().await?;
    let standing = store::one(&mut *changes, &ask.name).await?;
    let known = standing.filter(|standing| permit.figures_on(&format!("stream.{}", standing.listening.stream))).ok_or_else(Fault::not_found)?;
    if known.paused != ask.paused {
        store::pause(&mut changes, &ask.name, ask.paused).await?;
    }
    Ok(changes.commit().await?)
}

//! Mastodon: the public timeline of one instance, forward from where we stand; edits and deletions by asking again.
//!
//! Follows <https://docs.joinmastodon.org/methods/timelines/#public> and <https://docs.joinmastodon.org/methods/statuses/#get>.

mod answers;
mod watch;

use crate::{
    fault::{Fault, Result},
    ingestion::{
        fetch::{Fetched, Wanted},
        listening::{Asking, Listener, Polled, Setback, rules},
    },
    jobs::Failure,
};
use answers::{Limited, Page, Status};
use app::{
    ask::FaultKind,
    ingestion::asks::{ConnectorCard, Field, FieldKind},
    text::Text,
};
use async_trait::async_trait;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use streaming::{Record, parse::post::Post};
use url::Url;
use watch::Watched;

pub const LISTENER: &dyn Listener = &Mastodon;

struct Mastodon;

/// Most posts of one answer: the API's own bound.
const PAGE: usize = 40;

/// Most pages of one poll; the next one goes on from there.
const MOST_PAGES: usize = 10;

/// Between polls that found everything, and while there is more.
const POLL: Duration = Duration::from_secs(60);
const MORE: Duration = Duration::from_secs(5);

/// An instance that does not show its timeline is asked again after this time.
const CLOSED: Duration = Duration::from_secs(3_600);

/// Where it stands at one instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// The newest post that was published.
    min_id: Option<String>,
    /// Posts within the horizon, which are asked for again.
    watched: Vec<Watched>,
}

#[async_trait]
impl Listener for Mastodon {
    fn describe(&self) -> ConnectorCard {
        let field = |name: &str, label: Text, help: Text, kind: FieldKind, required: bool| Field { name: name.into(), label, help, kind, required };
        let scopes = [
            ("", Text::of("Everything it knows", "Todo lo que conoce")),
            ("local", Text::of("Its own people", "Solo su gente")),
            ("remote", Text::of("Other instances", "Otras instancias")),
        ];
        ConnectorCard {
            name: "mastodon".into(),
            title: Text::of("Mastodon, public timeline", "Mastodon, cronología pública"),
            icon: "social".into(),
            fields: vec![
                field("instance", Text::of("Instance", "Instancia"), Text::of("Its address, https://…", "Su dirección, https://…"), FieldKind::Text, true),
                field("scope", Text::of("Posts of", "Publicaciones de"), Text::default(), FieldKind::Choice(scopes.map(|(value, label)| (value.to_owned(), label)).into()), false),
                field("tag", Text::of("Only this hashtag", "Solo esta etiqueta"), Text::of("Without #; empty: all posts", "Sin #; vacío: todas las publicaciones"), FieldKind::Text, false),
                field(
                    "horizon_hours",
                    Text::of("Edits and deletions followed for (hours)", "Seguir cambios y borrados durante (horas)"),
                    Text::of("Usually 24; within the instance's rate limit", "Normalmente 24; dentro del límite de la instancia"),
                    FieldKind::Number,
                    false,
                ),
                field(
                    "token",
                    Text::of("Access token", "Token de acceso"),
                    Text::of("Only where the instance shows nothing without one (scope read:statuses)", "Solo si la instancia no muestra nada sin él (permiso read:statuses)"),
                    FieldKind::Secret,
                    false,
                ),
            ],
        }
    }

    fn check(&self, fields: &BTreeMap<String, String>) -> Result<()> {
        Place::of(fields).map(drop)
    }

    fn place(&self, fields: &BTreeMap<String, String>) -> String {
        ["instance", "scope", "tag"].map(|name| fields.get(name).map_or("", |text| text.trim())).join(" ")
    }

    async fn poll(&self, asking: &Asking<'_>) -> Result<Polled, Setback> {
        let place = Place::of(&asking.listening.fields)?;
        let client = Client { asking, place: &place };
        let mut state: State = serde_json::from_value(asking.state.clone()).unwrap_or_default();
        let mut polled = Polled { next_ms: rules::later(asking.now_ms, POLL), ..Polled::default() };
        let (mut allowance, mut reset_ms) = (None, None);
        for page_number in 0..MOST_PAGES {
            let fetched = client.get(place.timeline(state.min_id.as_deref())).await?;
            allowance = answers::allowance(&fetched.headers);
            reset_ms = answers::reset_ms(&fetched.headers);
            let page = match answers::page(&fetched) {
                Ok(page) => page,
                Err(Limited::Closed) => return client.closed(state, polled).await,
                Err(Limited::Other(StatusCode::NOT_FOUND)) if place.tag.is_none() => return Err(Failure::config(unreadable(&place)).into()),
                Err(Limited::Other(status)) => return Err(Setback { failure: place.answered(status), wait: fetched.retry_after }),
                Err(Limited::Unreadable) => return Err(Failure::data(unreadable(&place)).into()),
            };
            if page.is_empty() && state.min_id.is_none() {
                // An instance may give an empty list instead of a refusal.
                return client.closed(state, polled).await;
            }
            let full = page.len() == PAGE;
            client.take(page, &mut state, &mut polled)?;
            if !full {
                break;
            }
            if allowance.is_some_and(|left| left <= watch::RESERVE) {
                break;
            }
            if page_number + 1 == MOST_PAGES {
                polled.next_ms = rules::later(asking.now_ms, MORE);
            }
        }
        if allowance.is_some_and(|left| left <= watch::RESERVE) {
            let window = reset_ms.unwrap_or_default().min(rules::later(asking.now_ms, CLOSED));
            polled.next_ms = polled.next_ms.max(window);
        }
        watch::ask_again(&client, &mut state, &mut polled, allowance).await?;
        polled.state = serde_json::to_value(&state).map_err(Fault::from)?;
        Ok(polled)
    }
}

/// What a filled-in form asks for.
struct Place {
    instance: Url,
    scope: String,
    tag: Option<String>,
    horizon_ms: i64,
}

impl Place {
    fn of(fields: &BTreeMap<String, String>) -> Result<Self> {
        let field = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let instance = field("instance").and_then(|text| Url::parse(text).ok()).filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let instance = instance.ok_or_else(|| {
            Fault::invalid("Enter the instance's address, e.g. https://mastodon.example.", "Escriba la dirección de la instancia, p. ej. https://mastodon.example.").on("instance")
        })?;
        let scope = field("scope").unwrap_or_default();
        if !matches!(scope, "" | "local" | "remote") {
            return Err(Fault::invalid("local, remote, or empty.", "local, remote o vacío.").on("scope"));
        }
        let tag = field("tag").map(|tag| tag.trim_start_matches('#').to_owned());
        if tag.as_deref().is_some_and(|tag| tag.is_empty() || !tag.chars().all(|character| character.is_alphanumeric() || character == '_')) {
            return Err(Fault::invalid("A hashtag is letters, digits and _.", "Una etiqueta son letras, cifras y _.").on("tag"));
        }
        let hours = field("horizon_hours").map_or(Some(24), |text| text.parse::<i64>().ok().filter(|hours| (0..=168).contains(hours)));
        let hours = hours.ok_or_else(|| Fault::invalid("A number of hours from 0 to 168.", "Un número de horas de 0 a 168.").on("horizon_hours"))?;
        Ok(Self { instance, scope: scope.to_owned(), tag, horizon_ms: hours * 3_600_000 })
    }

    fn api(&self, path: &str) -> Url {
        let mut url = self.instance.clone();
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        url
    }

    /// The page of posts that follow `min_id`; without one the newest.
    fn timeline(&self, min_id: Option<&str>) -> Url {
        let mut url = match &self.tag {
            Some(tag) => {
                let mut url = self.api("");
                if let Ok(mut path) = url.path_segments_mut() {
                    path.clear().extend(["api", "v1", "timelines", "tag", tag]);
                }
                url
            }
            None => self.api("/api/v1/timelines/public"),
        };
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", &PAGE.to_string());
        if !self.scope.is_empty() {
            query.append_pair(&self.scope, "true");
        }
        if let Some(min_id) = min_id {
            query.append_pair("min_id", min_id);
        }
        drop(query);
        url
    }

    fn host(&self) -> &str {
        self.instance.host_str().unwrap_or_default()
    }

    fn answered(&self, status: StatusCode) -> Failure {
        let (host, code) = (self.host(), status.as_u16());
        Failure::transient(Fault::operator(
            format!("{host} answered {code}. It is asked again."),
            format!("{host} ha respondido {code}. Se le volverá a preguntar."),
        ))
    }
}

/// Asks one instance.
struct Client<'a> {
    asking: &'a Asking<'a>,
    place: &'a Place,
}

impl Client<'_> {
    async fn get(&self, url: Url) -> Result<Fetched, Setback> {
        let authorization = self.asking.secrets.get("token").map(|token| format!("Bearer {}", token.trim()));
        Ok(self.asking.fetcher.get(&Wanted { authorization, ..Wanted::new(url) }).await?)
    }

    /// Publishes a page, oldest first, and moves on.
    fn take(&self, page: Page, state: &mut State, polled: &mut Polled) -> Result<()> {
        state.min_id = page.newest.or(state.min_id.take());
        let mut private = 0;
        for status in page.statuses {
            if status.is_private() {
                private += 1;
                continue;
            }
            polled.records.push(self.record(&status)?);
            if self.place.horizon_ms > 0 {
                state.watched.push(Watched::new(&status, self.asking.now_ms));
            }
        }
        if private > 0 {
            polled.notes.push(Text::of(
                format!("{private} posts of people who do not want to be found were left out."),
                format!("Se han dejado fuera {private} publicaciones de personas que no quieren que se las encuentre."),
            ));
        }
        if page.unread > 0 {
            let unread = page.unread;
            polled.notes.push(Text::of(format!("{unread} posts could not be read."), format!("{unread} publicaciones no se han podido leer.")));
        }
        Ok(())
    }

    fn record(&self, status: &Status) -> Result<Record> {
        let post = status.post(self.asking.now_ms);
        self.written(&status.id, status.version(self.asking.now_ms), false, &post)
    }

    fn written(&self, id: &str, version: i64, deleted: bool, post: &Post) -> Result<Record> {
        let id = rules::record_id(&format!("mastodon:{}", self.place.host()), id);
        Ok(Record {
            key: id.clone(),
            id,
            taken_ms: self.asking.now_ms,
            source: self.asking.listening.name.clone(),
            origin: self.place.host().to_owned(),
            version,
            deleted,
            value: serde_json::to_vec(post)?.into(),
        })
    }

    /// The timeline is not shown: says why, as far as the instance tells.
    async fn closed(&self, state: State, mut polled: Polled) -> Result<Polled, Setback> {
        let fetched = self.get(self.place.api("/api/v2/instance")).await?;
        let host = self.place.host();
        let access = answers::access(&fetched, self.place.tag.is_some(), &self.place.scope);
        let words = match access.as_deref() {
            Some("disabled") => Text::of(
                format!("Limited access: {host} has switched this timeline off. Choose another instance."),
                format!("Acceso limitado: {host} ha desactivado esta cronología. Elija otra instancia."),
            ),
            Some("public") => {
                // Nobody has written anything yet.
                polled.state = serde_json::to_value(&state).map_err(Fault::from)?;
                return Ok(polled);
            }
            _ => Text::of(
                format!("Limited access: {host} shows this timeline only to those signed in. Enter an access token, or choose another instance."),
                format!("Acceso limitado: {host} muestra esta cronología solo a quien ha iniciado sesión. Escriba un token de acceso o elija otra instancia."),
            ),
        };
        Err(Setback { failure: Failure::config(Fault::new(FaultKind::Invalid, words)), wait: Some(CLOSED) })
    }
}

fn unreadable(place: &Place) -> Fault {
    let host = place.host();
    Fault::new(
        FaultKind::Invalid,
        Text::of(format!("{host} did not answer as Mastodon does: check the address."), format!("{host} no ha respondido como lo hace Mastodon: compruebe la dirección.")),
    )
}

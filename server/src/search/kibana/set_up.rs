//! Setting a department up in Kibana: its space, its role, an API key bounded to its indices, and a data view a stream,
//! all through Kibana's and Elasticsearch's own APIs. Doing it again renews everything and retires the key before.

use super::{Kibana, rules::Own, store};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
    search::stream,
};
use ::search::index::TIME_FIELD;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// What people of a department may do in its space.
const FEATURES: [&str; 5] = ["discover", "dashboard", "visualize", "canvas", "maps"];

/// Name of a department's API key in the secret store.
pub fn secret(department: &str) -> String {
    format!("kibana.{department}")
}

/// Writes everything for one department; gives nothing back but that it is done.
pub async fn department(portal: &Portal, kibana: &Kibana, department: &str) -> Result<()> {
    let streams: Vec<_> = stream::store::all(&portal.database).await?.into_iter().filter(|stream| stream.department == department).collect();
    if streams.is_empty() {
        return Err(Fault::not_found());
    }
    let own = Own::of(department);
    space(portal, kibana, &own).await?;
    role(portal, kibana, &own).await?;
    for stream in &streams {
        data_view(portal, kibana, &own, &stream.name, &stream.described.title.en).await?;
    }
    let (id, encoded) = key(portal, &own).await?;
    let before = store::one(&portal.database, department).await?;
    let mut changes = portal.database.begin().await?;
    portal.secrets.write(&mut changes, &secret(department), &encoded).await?;
    let set_up = store::KibanaDepartment { department: department.to_owned(), space: own.space.clone(), key_id: id, changed_ms: 0 };
    store::save(&mut changes, &set_up).await?;
    changes.commit().await?;
    if let Some(before) = before {
        // The new key is in use: an old one that cannot be retired now must not undo that.
        let retired = elasticsearch(portal, Method::DELETE, "/_security/api_key", Some(json!({ "ids": [before.key_id] }))).await;
        if let Err(fault) = retired {
            tracing::warn!(%fault, department, "the key before could not be invalidated");
        }
    }
    Ok(())
}

async fn space(portal: &Portal, kibana: &Kibana, own: &Own) -> Result<()> {
    let body = json!({ "id": own.space, "name": format!("Atalaya {}", own.department), "description": "Made by Atalaya for one department." });
    match call(portal, kibana, Method::POST, "/api/spaces/space", Some(&body)).await? {
        (StatusCode::CONFLICT, _) => {
            expect(call(portal, kibana, Method::PUT, &format!("/api/spaces/space/{}", own.space), Some(&body)).await?, "space").map(drop)
        }
        answered => expect(answered, "space").map(drop),
    }
}

async fn role(portal: &Portal, kibana: &Kibana, own: &Own) -> Result<()> {
    let features: Value = FEATURES.iter().map(|name| ((*name).to_owned(), json!(["all"]))).collect::<serde_json::Map<_, _>>().into();
    let body = json!({
        "elasticsearch": { "cluster": [], "indices": [indices(own)] },
        "kibana": [{ "base": [], "feature": features, "spaces": [own.space] }],
    });
    expect(call(portal, kibana, Method::PUT, &format!("/api/security/role/{}", own.space), Some(&body)).await?, "role").map(drop)
}

async fn data_view(portal: &Portal, kibana: &Kibana, own: &Own, stream: &str, title: &str) -> Result<()> {
    let name = format!("atalaya-{}-{stream}", own.department);
    let view = json!({ "id": name, "title": format!("{name}-*"), "name": title, "timeFieldName": TIME_FIELD });
    let body = json!({ "override": true, "data_view": view });
    expect(call(portal, kibana, Method::POST, &format!("/s/{}/api/data_views/data_view", own.space), Some(&body)).await?, "data view").map(drop)
}

/// An API key that Elasticsearch itself bounds to the department's indices and Kibana to its space; its id and its encoded form.
async fn key(portal: &Portal, own: &Own) -> Result<(String, String)> {
    let privileges: Vec<String> = FEATURES.iter().map(|name| format!("feature_{name}.all")).collect();
    let application = json!({ "application": "kibana-.kibana", "privileges": privileges, "resources": [format!("space:{}", own.space)] });
    let role = json!({ "cluster": [], "indices": [indices(own)], "applications": [application] });
    let body = json!({ "name": own.space, "role_descriptors": { "atalaya": role }, "metadata": { "made_by": "atalaya" } });
    let answer = elasticsearch(portal, Method::POST, "/_security/api_key", Some(body)).await?;
    match (answer["id"].as_str(), answer["encoded"].as_str()) {
        (Some(id), Some(encoded)) => Ok((id.to_owned(), encoded.to_owned())),
        _ => Err(Fault::operator("Elasticsearch made no API key: is its security on?", "Elasticsearch no creó ninguna clave: ¿está activada su seguridad?")),
    }
}

fn indices(own: &Own) -> Value {
    json!({ "names": [format!("atalaya-{}-*", own.department)], "privileges": ["read", "view_index_metadata"] })
}

/// Calls Kibana's API with the operator's credentials; what it answered.
pub async fn call(portal: &Portal, kibana: &Kibana, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Value)> {
    let mut asked = credentialed(portal, kibana.client.request(method, kibana.address(path)?)).header("kbn-xsrf", "true");
    if let Some(body) = body {
        asked = asked.json(body);
    }
    let answer = asked.send().await.map_err(|cause| {
        Fault::operator("Kibana does not answer: check ATALAYA_KIBANA_URL", "Kibana no responde: compruebe ATALAYA_KIBANA_URL").because(cause.without_url())
    })?;
    let status = answer.status();
    Ok((status, answer.json().await.unwrap_or(Value::Null)))
}

/// Calls Elasticsearch's API with the operator's credentials.
pub async fn elasticsearch(portal: &Portal, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
    let base = portal.config.elasticsearch_url.as_ref().ok_or_else(|| {
        Fault::operator(
            "Kibana needs ATALAYA_ELASTICSEARCH_URL, too: its keys are made there",
            "Kibana necesita también ATALAYA_ELASTICSEARCH_URL: allí se crean sus claves",
        )
    })?;
    let kibana = portal.kibana.as_ref().ok_or_else(Fault::not_found)?;
    let mut asked = credentialed(portal, kibana.client.request(method, format!("{}{path}", base.as_str().trim_end_matches('/'))));
    if let Some(body) = body {
        asked = asked.json(&body);
    }
    let answer = asked.send().await.map_err(|cause| {
        Fault::operator("Elasticsearch does not answer: check ATALAYA_ELASTICSEARCH_URL", "Elasticsearch no responde: compruebe ATALAYA_ELASTICSEARCH_URL")
            .because(cause.without_url())
    })?;
    let status = answer.status();
    expect((status, answer.json().await.unwrap_or(Value::Null)), "API key")
}

fn credentialed(portal: &Portal, asked: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    let config = &portal.config;
    match (&config.elasticsearch_api_key, &config.elasticsearch_user) {
        (Some(key), _) => asked.header("authorization", format!("ApiKey {key}")),
        (None, Some(user)) => asked.basic_auth(user, config.elasticsearch_password.as_deref()),
        (None, None) => asked,
    }
}

fn expect((status, body): (StatusCode, Value), what: &str) -> Result<Value> {
    if status.is_success() {
        return Ok(body);
    }
    let hint = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (
            "the credentials of ATALAYA_ELASTICSEARCH_USER or _API_KEY may not do this",
            "las credenciales de ATALAYA_ELASTICSEARCH_USER o _API_KEY no lo permiten",
        ),
        StatusCode::NOT_FOUND => ("this API is not there: is the security module on?", "esta API no existe: ¿está activado el módulo de seguridad?"),
        _ => ("see its log", "vea su registro"),
    };
    Err(Fault::operator(format!("the {what} could not be written ({status}): {}", hint.0), format!("no se pudo escribir: {what} ({status}): {}", hint.1)))
}

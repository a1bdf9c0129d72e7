//! Whether Kibana works for a department: each thing looked at, and what is wrong with the next step.

use super::{Kibana, rules::Own, set_up, store};
use crate::{fault::Result, portal::Portal, search::stream};
use app::{search::kibana_asks::KibanaCheck, text::Text};
use http::{Method, StatusCode};
use serde_json::{Value, json};

pub async fn department(portal: &Portal, kibana: &Kibana, department: &str) -> Result<Vec<KibanaCheck>> {
    let own = Own::of(department);
    let mut checks = vec![answers(portal, kibana).await, security(portal).await];
    let known = store::one(&portal.database, department).await?;
    checks.push(line(
        Text::of("The department is set up here", "El departamento está configurado aquí"),
        known.is_none().then(|| Text::of("Press “Set up”.", "Pulse «Configurar».")),
    ));
    checks.push(
        there(
            portal,
            kibana,
            &format!("/api/spaces/space/{}", own.space),
            Text::of(format!("Its space {} exists", own.space), format!("Existe su espacio {}", own.space)),
        )
        .await,
    );
    for stream in stream::store::all(&portal.database).await?.into_iter().filter(|stream| stream.department == department) {
        let path = format!("/s/{}/api/data_views/data_view/atalaya-{department}-{}", own.space, stream.name);
        let title = &stream.described.title;
        checks.push(there(portal, kibana, &path, Text::of(format!("The data view of {}", title.en), format!("La vista de datos de {}", title.es))).await);
    }
    checks.push(bounded(portal, kibana, &own).await?);
    Ok(checks)
}

async fn answers(portal: &Portal, kibana: &Kibana) -> KibanaCheck {
    let wrong = match set_up::call(portal, kibana, Method::GET, "/api/status", None).await {
        Ok((status, _)) if status.is_success() => None,
        Ok((status, _)) => Some(Text::of(
            format!("It answers {status}: look at Kibana's log, and at the base path in ATALAYA_KIBANA_URL."),
            format!("Responde {status}: mire el registro de Kibana y la ruta base en ATALAYA_KIBANA_URL."),
        )),
        Err(fault) => Some(fault.message),
    };
    line(Text::of("Kibana answers", "Kibana responde"), wrong)
}

async fn security(portal: &Portal) -> KibanaCheck {
    let wrong = set_up::elasticsearch(portal, Method::GET, "/_security/_authenticate", None).await.err().map(|fault| fault.message);
    line(
        Text::of(
            "Elasticsearch's security is on, and the portal's credentials are right",
            "La seguridad de Elasticsearch está activada y las credenciales del portal son correctas",
        ),
        wrong,
    )
}

async fn there(portal: &Portal, kibana: &Kibana, path: &str, what: Text) -> KibanaCheck {
    let wrong = match set_up::call(portal, kibana, Method::GET, path, None).await {
        Ok((status, _)) if status.is_success() => None,
        Ok((StatusCode::NOT_FOUND, _)) => Some(Text::of("It is not there: press “Set up” again.", "No existe: pulse «Configurar» otra vez.")),
        Ok((status, _)) => Some(Text::of(format!("Kibana answers {status}."), format!("Kibana responde {status}."))),
        Err(fault) => Some(fault.message),
    };
    line(what, wrong)
}

/// The department's key reads its own indices and no others: asked of Elasticsearch with that very key.
async fn bounded(portal: &Portal, kibana: &Kibana, own: &Own) -> Result<KibanaCheck> {
    let what = Text::of("Its key reads its own indices and no others", "Su clave lee sus propios índices y ningún otro");
    let (Some(key), Some(base)) = (portal.secrets.reveal(&set_up::secret(&own.department)).await?, &portal.config.elasticsearch_url) else {
        return Ok(line(what, Some(Text::of("There is no key yet: press “Set up”.", "Aún no hay clave: pulse «Configurar»."))));
    };
    let mine = format!("atalaya-{}-*", own.department);
    let body = json!({ "index": [{ "names": [mine, "*"], "privileges": ["read"] }] });
    let asked = kibana.client.post(format!("{}/_security/user/_has_privileges", base.as_str().trim_end_matches('/')));
    let answer = asked.header("authorization", format!("ApiKey {key}")).json(&body).send().await;
    let reads: Value = match answer {
        Ok(answer) if answer.status().is_success() => answer.json().await.unwrap_or(Value::Null),
        Ok(answer) => {
            let status = answer.status();
            return Ok(line(
                what,
                Some(Text::of(
                    format!("The key is refused ({status}): press “Set up” again."),
                    format!("La clave es rechazada ({status}): pulse «Configurar» otra vez."),
                )),
            ));
        }
        Err(_) => return Ok(line(what, Some(Text::of("Elasticsearch does not answer.", "Elasticsearch no responde.")))),
    };
    let may = |name: &str| reads["index"][name]["read"].as_bool();
    let wrong = match (may(&mine), may("*")) {
        (Some(true), Some(false)) => None,
        (_, Some(true)) => Some(Text::of(
            "It reads everything: press “Set up” again, and look at who else changes keys.",
            "Lo lee todo: pulse «Configurar» otra vez y mire quién más cambia claves.",
        )),
        _ => Some(Text::of("It reads nothing: press “Set up” again.", "No lee nada: pulse «Configurar» otra vez.")),
    };
    Ok(line(what, wrong))
}

fn line(what: Text, wrong: Option<Text>) -> KibanaCheck {
    KibanaCheck { what, wrong }
}

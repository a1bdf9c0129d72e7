//! How single sign-on is set up: the administrators' page reads, checks and saves it, files are checked and saved alike; and asking a provider about itself.

use super::store;
use crate::{
    access::Permit,
    database::{Changes, now_ms},
    fault::{Fault, Result},
    governance::{
        people::{checked_attributes, checked_place_among},
        store as holdings,
    },
    identity::{
        checked_name,
        oidc::{self, Door, Provider, SECRET, Unusable, admissible, discover, store as providers},
    },
    portal::Portal,
};
use app::{
    identity::sign_on::asks::{ReadSignOn, SaveSignOn, SignOn, SignOnState, TriedSignOn, TrySignOn},
    text::Text,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

/// What the audit log calls it.
pub(super) const OBJECT: &str = "single sign-on";
/// Rules of one kind.
const MOST_RULES: usize = 500;
/// Characters of what a provider says that are shown.
const SHOWN: usize = 300;

/// What is offered where nothing was said yet.
pub(super) fn fresh() -> SignOn {
    SignOn { scopes: "openid email profile".to_owned(), groups_claim: "groups".to_owned(), enabled: true, create_accounts: true, ..SignOn::default() }
}

pub async fn read(portal: Portal, _permit: Permit, _ask: ReadSignOn) -> Result<SignOnState> {
    let settings = match providers::provider(&portal.database).await? {
        None => fresh(),
        Some(known) => SignOn {
            enabled: known.enabled,
            name: known.name,
            issuer: known.issuer,
            client_id: known.client_id,
            scopes: known.scopes,
            groups_claim: known.groups_claim,
            groups: store::groups(&portal.database).await?,
            claims: store::claims(&portal.database).await?,
            create_accounts: known.create_accounts,
            refuse_passwords: known.refuse_passwords,
            contact: known.contact,
            version: known.changed_ms,
        },
    };
    Ok(SignOnState {
        settings,
        secret_set: portal.secrets.is_set(SECRET).await?,
        back: oidc::back(&portal).into(),
        departments: holdings::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        roles: holdings::roles(&portal.database).await?,
    })
}

/// Saves everything, or nothing.
pub async fn save(portal: Portal, permit: Permit, ask: SaveSignOn) -> Result<()> {
    permit.about(OBJECT, told(&ask));
    let before = providers::provider(&portal.database).await?;
    let departments = portal.governance.departments().await?.into_iter().collect();
    let wanted = checked(&portal, &ask, before.as_ref(), &departments).await?;
    let mut changes = portal.database.begin().await?;
    write(&portal, &mut changes, &wanted, &ask).await?;
    changes.commit().await?;
    for issuer in before.iter().map(|before| &before.issuer).chain([&wanted.issuer]) {
        oidc::forget(&portal, issuer).await;
    }
    Ok(())
}

/// For the audit log: everything but the secret.
pub(super) fn told(ask: &SaveSignOn) -> Value {
    let SaveSignOn { settings, client_secret } = ask;
    let secret = if client_secret.is_empty() { "kept" } else { "written" };
    let groups: Vec<String> = settings.groups.iter().map(|rule| format!("{}: {} of {}", rule.group, rule.role, rule.department)).collect();
    let claims: Vec<String> = settings.claims.iter().map(|rule| format!("{}: {}", rule.claim, rule.attribute)).collect();
    json!({
        "enabled": settings.enabled, "issuer": settings.issuer, "client_secret": secret, "create_accounts": settings.create_accounts,
        "refuse_passwords": settings.refuse_passwords, "group_rules": groups, "claim_rules": claims,
    })
}

/// As it is to be stored, or what to change; `departments` are those that there will be. Never gives the secret to another provider than the one it
/// was written for.
pub(super) async fn checked(portal: &Portal, ask: &SaveSignOn, before: Option<&Provider>, departments: &BTreeSet<String>) -> Result<Provider> {
    let SaveSignOn { settings, client_secret } = ask;
    let wanted = checked_settings(portal, settings, departments).await?;
    let moved = before.is_some_and(|before| before.issuer != wanted.issuer || before.client_id != wanted.client_id);
    if moved && client_secret.is_empty() && portal.secrets.is_set(SECRET).await? {
        return Err(Fault::invalid(
            "The provider or the client is another one: write its secret, too.",
            "El proveedor o el cliente es otro: escriba también su secreto.",
        )
        .on("client_secret"));
    }
    if client_secret.chars().count() > 500 || client_secret.chars().any(char::is_control) {
        return Err(
            Fault::invalid("A secret is one line of at most 500 characters.", "Un secreto es una línea de 500 caracteres como máximo.").on("client_secret")
        );
    }
    if wanted.enabled && wanted.refuse_passwords && !store::administrator_came_in(&portal.database, &wanted.issuer).await? {
        return Err(Fault::invalid(
            "First let somebody who administers people sign in by it once; else nobody could come back in to change this.",
            "Primero, que alguien que administre personas entre así una vez; si no, nadie podría volver a entrar para cambiarlo.",
        )
        .on("refuse_passwords"));
    }
    Ok(wanted)
}

/// Writes what was checked, unless somebody changed it since it was read.
pub(super) async fn write(portal: &Portal, changes: &mut Changes, wanted: &Provider, ask: &SaveSignOn) -> Result<()> {
    if !providers::save_provider(changes, wanted, ask.settings.version).await? {
        return Err(Fault::conflict());
    }
    store::set_rules(changes, &ask.settings.groups, &ask.settings.claims).await?;
    if !ask.client_secret.is_empty() {
        portal.secrets.write(changes, SECRET, &ask.client_secret).await?;
    }
    Ok(())
}

/// What a provider says of itself, for who is about to save it.
pub async fn try_out(portal: Portal, permit: Permit, ask: TrySignOn) -> Result<TriedSignOn> {
    let issuer = ask.issuer.trim();
    permit.about(OBJECT, json!({ "issuer": issuer }));
    let found = match discover(&Door::of(&portal.config), issuer).await {
        Ok(found) => found,
        Err(unusable) => return Ok(TriedSignOn { found: Vec::new(), wrong: Some(unusable.words()) }),
    };
    let line = |en: &str, es: &str, value: String| (Text::of(en, es), value.chars().take(SHOWN).collect::<String>());
    let endpoint = found.token_endpoint().map(|endpoint| endpoint.to_string()).unwrap_or_default();
    let mut lines = vec![
        line("Issuer", "Emisor", found.issuer().to_string()),
        line("People sign in at", "Las personas entran en", found.authorization_endpoint().to_string()),
        line("Tokens come from", "Los tokens vienen de", endpoint),
        line("Keys", "Claves", found.jwks().keys().len().to_string()),
    ];
    if let Some(scopes) = found.scopes_supported() {
        lines.push(line("Scopes", "Ámbitos", scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")));
    }
    let named = found.claims_supported().is_none_or(|claims| claims.iter().any(|claim| claim.as_str() == ask.groups_claim.trim()));
    let wrong = (!named).then(|| {
        Text::of(
            "It answers, but does not name the claim that should hold the groups: check the claim's name, and that the provider gives it to this client.",
            "Responde, pero no nombra el dato que debería contener los grupos: compruebe su nombre y que el proveedor lo entregue a este cliente.",
        )
    });
    Ok(TriedSignOn { found: lines, wrong })
}

async fn checked_settings(portal: &Portal, settings: &SignOn, departments: &BTreeSet<String>) -> Result<Provider> {
    let issuer = settings.issuer.trim();
    let refused = |unusable: Unusable| Fault::invalid_text(unusable.words()).on("issuer");
    let address = Url::parse(issuer).map_err(|_| refused(Unusable::Address))?;
    admissible(&address).map_err(refused)?;
    if address.query().is_some() || address.fragment().is_some() || issuer.len() > 500 {
        return Err(refused(Unusable::Address));
    }
    if settings.enabled && settings.groups.is_empty() {
        return Err(Fault::invalid("Name at least one group: without one nobody would get in.", "Nombre al menos un grupo: sin ninguno no entraría nadie.")
            .on("groups"));
    }
    if settings.groups.len() > MOST_RULES || settings.claims.len() > MOST_RULES {
        return Err(Fault::invalid(format!("At most {MOST_RULES} rules of each kind."), format!("Como máximo {MOST_RULES} reglas de cada clase.")).on("groups"));
    }
    let mut seen = BTreeSet::new();
    for rule in &settings.groups {
        one_line(&rule.group, 200, "groups")?;
        checked_place_among(portal, departments, &rule.department, &rule.role).await.map_err(|fault| fault.on("groups"))?;
        if !seen.insert((&rule.group, &rule.department, &rule.role)) {
            return Err(Fault::invalid("The same rule stands twice.", "La misma regla figura dos veces.").on("groups"));
        }
    }
    let mut attributes = BTreeSet::new();
    for rule in &settings.claims {
        one_line(&rule.claim, 200, "claims")?;
        checked_attributes(vec![(rule.attribute.clone(), Vec::new())]).map_err(|fault| fault.on("claims"))?;
        if !attributes.insert(&rule.attribute) {
            return Err(Fault::invalid("Each attribute is set by one claim.", "Cada atributo lo fija un solo dato.").on("claims"));
        }
    }
    let contact = settings.contact.trim();
    if !contact.is_empty() {
        one_line(contact, 200, "contact")?;
    }
    Ok(Provider {
        enabled: settings.enabled,
        name: checked_name(&settings.name, "name")?,
        issuer: issuer.to_owned(),
        client_id: one_line(&settings.client_id, 200, "client_id")?,
        scopes: settings.scopes.split_whitespace().map(scope).collect::<Result<Vec<_>>>()?.join(" "),
        groups_claim: one_line(&settings.groups_claim, 200, "groups_claim")?,
        create_accounts: settings.create_accounts,
        refuse_passwords: settings.refuse_passwords,
        contact: contact.to_owned(),
        changed_ms: now_ms().max(settings.version.saturating_add(1)),
    })
}

fn one_line(text: &str, most: usize, field: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Fault::invalid(format!("Write one line of 1 to {most} characters."), format!("Escriba una línea de 1 a {most} caracteres.")).on(field));
    }
    Ok(text.to_owned())
}

/// A scope as the protocol has them: printable, without quotes and backslashes.
fn scope(text: &str) -> Result<&str> {
    let right = text.len() <= 100 && text.chars().all(|character| character.is_ascii_graphic() && character != '"' && character != '\\');
    if right {
        Ok(text)
    } else {
        Err(Fault::invalid("Scopes are plain words with spaces between them.", "Los ámbitos son palabras sencillas separadas por espacios.").on("scopes"))
    }
}

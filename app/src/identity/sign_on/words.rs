//! Words of single sign-on: the button, what went wrong, the administrators' page.

use crate::text::Language;

crate::words! {
    sign_in_with: "Sign in with", "Entrar con";
    only_this_way: "Passwords are not accepted here.", "Aquí no se aceptan contraseñas.";
    ask: "Ask:", "Pregunte a:";

    off: "Single sign-on is switched off. Ask an administrator how to sign in.", "El inicio de sesión único está desactivado. Pregunte a un administrador cómo entrar.";
    expired: "That attempt is too old or was used already. Start again.", "Ese intento es demasiado antiguo o ya se usó. Empiece de nuevo.";
    down: "The sign-in service does not answer. Try again in a moment; if it stays, tell an administrator.",
        "El servicio de acceso no responde. Inténtelo de nuevo en un momento; si sigue igual, avise a un administrador.";
    refused: "The sign-in service did not let you through. Start again, or ask whoever runs it.",
        "El servicio de acceso no le ha dejado pasar. Empiece de nuevo o pregunte a quien lo administra.";
    mistrusted: "What the sign-in service answered is not right, so nobody was signed in. Tell an administrator; the audit log says why.",
        "Lo que respondió el servicio de acceso no es correcto, así que nadie ha entrado. Avise a un administrador; la auditoría dice por qué.";
    no_address: "The sign-in service does not say that your e-mail address is verified. Verify it there, then start again.",
        "El servicio de acceso no dice que su correo esté verificado. Verifíquelo allí y empiece de nuevo.";
    not_joined: "There is an account with your address that is not joined to the sign-in service. Sign in to it as before and join it on the page of your account, or ask an administrator.",
        "Hay una cuenta con su dirección que no está unida al servicio de acceso. Entre en ella como antes y únala en la página de su cuenta, o pregunte a un administrador.";
    no_account: "You have no account here, and none is made at the first sign-in. Ask an administrator to add you.",
        "No tiene cuenta aquí y no se crea al entrar por primera vez. Pida a un administrador que le añada.";
    no_group: "The sign-in service knows you, but none of your groups opens this portal. Ask an administrator of the portal, or whoever gives groups out.",
        "El servicio de acceso le conoce, pero ninguno de sus grupos abre este portal. Pregunte a un administrador del portal o a quien reparte los grupos.";
    account_off: "Your account is disabled. Ask an administrator.", "Su cuenta está desactivada. Pregunte a un administrador.";

    join: "Single sign-on", "Inicio de sesión único";
    join_text: "Sign in by it once from here, and this account is joined to it: the address must be the same there, and verified.",
        "Entre una vez con él desde aquí y esta cuenta quedará unida: allí la dirección debe ser la misma y estar verificada.";

    title: "Single sign-on", "Inicio de sesión único";
    lead: "People sign in by your organisation's own service (OpenID Connect); its groups say where they belong.",
        "Las personas entran con el servicio de su organización (OpenID Connect); sus grupos dicen dónde están.";
    provider: "The sign-in service", "El servicio de acceso";
    enabled: "People may sign in by it", "Se puede entrar con él";
    name: "Name on the button", "Nombre en el botón";
    name_help: "As people know it, e.g. the organisation's name.", "Como lo conocen las personas, p. ej. el nombre de la organización.";
    issuer: "Issuer address", "Dirección del emisor";
    issuer_help: "As the service writes it, up to a slash at the end, e.g. https://id.example/realms/staff.",
        "Como la escribe el servicio, hasta la barra final, p. ej. https://id.example/realms/staff.";
    client_id: "Client", "Cliente";
    client_id_help: "The name under which this portal is registered there.", "El nombre con que este portal está registrado allí.";
    client_secret: "Client secret", "Secreto del cliente";
    secret_set: "It is set and never shown. Leave this empty to keep it.", "Está puesto y nunca se muestra. Déjelo vacío para conservarlo.";
    secret_not_set: "It is not set. A public client has none.", "No está puesto. Un cliente público no lo tiene.";
    scopes: "Scopes", "Ámbitos";
    scopes_help: "Separated by spaces; openid is always asked for.", "Separados por espacios; openid se pide siempre.";
    back: "Register this address there", "Registre allí esta dirección";
    try_it: "Try it", "Probar";
    it_answers: "It answers and can be used.", "Responde y se puede usar.";

    belonging: "Where people belong", "Dónde está cada persona";
    groups_claim: "Claim that holds the groups", "Dato que contiene los grupos";
    groups: "Groups", "Grupos";
    groups_help: "At each sign-in a person gets exactly what their groups give; the first that fits says where they begin. Whose groups are not here is refused.",
        "En cada entrada la persona recibe justo lo que dan sus grupos; el primero que coincide dice dónde empieza. A quien no tiene ninguno de estos se le rechaza.";
    group: "Group", "Grupo";
    department: "Department", "Departamento";
    role: "Role", "Perfil";
    add_group: "Add group", "Añadir grupo";
    claims: "Attributes", "Atributos";
    claims_help: "The values of a claim become an attribute that row rules use; they replace it at each sign-in, and a claim that is gone empties it.",
        "Los valores de un dato pasan a un atributo que usan las reglas de filas; lo sustituyen en cada entrada, y un dato que falta lo vacía.";
    claim: "Claim", "Dato";
    attribute: "Attribute", "Atributo";
    add_claim: "Add claim", "Añadir dato";
    remove: "Remove", "Quitar";

    policy: "Who comes in how", "Quién entra y cómo";
    create_accounts: "Make accounts at the first sign-in", "Crear cuentas en la primera entrada";
    create_accounts_help: "For people with a verified address and a group from the list.", "Para personas con una dirección verificada y un grupo de la lista.";
    refuse_passwords: "Passwords are not accepted", "No se aceptan contraseñas";
    refuse_passwords_help: "For nobody. The operator can let them in again: atalaya accept-passwords.", "De nadie. El operador puede volver a admitirlas: atalaya accept-passwords.";
    contact: "Whom to ask", "A quién preguntar";
    contact_help: "Shown on the sign-in page to who is refused.", "Se muestra en la página de entrada a quien es rechazado.";
    saved: "Saved. It holds from the next sign-in.", "Guardado. Vale desde la próxima entrada.";
}

/// What the sign-in page says for a word in its address; nothing for words that are not of single sign-on.
pub fn problem(word: &str, language: Language) -> Option<&'static str> {
    Some(match word {
        "no_passwords" => only_this_way(language),
        "oidc_off" => off(language),
        "oidc_expired" => expired(language),
        "oidc_down" => down(language),
        "oidc_refused" => refused(language),
        "oidc_wrong" => mistrusted(language),
        "oidc_email" => no_address(language),
        "oidc_account" => not_joined(language),
        "oidc_none" => no_account(language),
        "oidc_group" => no_group(language),
        "oidc_disabled" => account_off(language),
        _ => return None,
    })
}

/// Whether whom to ask is the next step.
pub fn asks_somebody(word: &str) -> bool {
    matches!(word, "oidc_off" | "oidc_email" | "oidc_account" | "oidc_none" | "oidc_group" | "oidc_disabled")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_sentence_and_others_have_none() {
        for word in ["off", "expired", "down", "refused", "wrong", "email", "account", "none", "group", "disabled"] {
            assert!(problem(&format!("oidc_{word}"), Language::En).is_some(), "{word}");
        }
        assert_eq!(problem("wrong", Language::Es), None);
        assert!(asks_somebody("oidc_group") && !asks_somebody("oidc_expired"));
    }
}

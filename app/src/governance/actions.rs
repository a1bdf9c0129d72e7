//! The actions of the audit log in words. Those that have none are shown as they are written.

use super::words;
use crate::text::Language;

/// What can be chosen to look for: all of a room, as `identity.`, then its actions, each as it is said.
pub fn choices(language: Language) -> Vec<(String, String)> {
    let mut choices = vec![(String::new(), words::any_action(language).to_owned())];
    let mut room = "";
    for (name, ..) in ACTIONS {
        let its = name.split('.').next().unwrap_or_default();
        if its != room {
            room = its;
            choices.push((format!("{its}."), format!("{}: {}", words::all_of(language), in_words(ROOMS, its, language))));
        }
        choices.push(((*name).to_owned(), format!("– {}", action_in_words(name, language))));
    }
    choices
}

/// What was done, e.g. `identity.sign_in` as "signed in".
pub fn action_in_words(action: &str, language: Language) -> &str {
    in_words(ACTIONS, action, language)
}

fn in_words<'a>(known: &[(&'static str, &'static str, &'static str)], name: &'a str, language: Language) -> &'a str {
    match known.iter().find(|(known, ..)| *known == name) {
        Some((_, en, es)) => match language {
            Language::En => en,
            Language::Es => es,
        },
        None => name,
    }
}

/// What actions begin with.
const ROOMS: &[(&str, &str, &str)] = &[
    ("catalog", "the catalog", "el catálogo"),
    ("dashboards", "dashboards", "tableros"),
    ("governance", "access and audit", "accesos y auditoría"),
    ("identity", "people and sign-in", "personas y entradas"),
    ("ingestion", "jobs and sources", "procesos y fuentes"),
    ("live", "live views", "vistas en vivo"),
    ("portal", "the portal", "el portal"),
    ("report", "the command line", "la línea de órdenes"),
    ("reports", "reports", "informes"),
    ("search", "search", "búsqueda"),
    ("streaming", "the real-time line", "la línea en tiempo real"),
    ("warehouse", "data", "datos"),
];

const ACTIONS: &[(&str, &str, &str)] = &[
    ("catalog.describe", "described data in the catalog", "describió datos en el catálogo"),
    ("catalog.describe_column", "described a column in the catalog", "describió una columna en el catálogo"),
    ("catalog.entry", "opened an entry of the catalog", "abrió una ficha del catálogo"),
    ("catalog.list", "looked at the catalog", "miró el catálogo"),
    ("dashboards.create", "made a dashboard", "creó un tablero"),
    ("dashboards.delete", "deleted a dashboard", "borró un tablero"),
    ("dashboards.delete_question", "deleted a question", "borró una pregunta"),
    ("dashboards.find", "searched", "buscó"),
    ("dashboards.list", "looked at the dashboards", "miró los tableros"),
    ("dashboards.open", "opened a dashboard", "abrió un tablero"),
    ("dashboards.pin_search", "put a search on a dashboard", "puso una búsqueda en un tablero"),
    ("dashboards.pin_window", "put a window on a dashboard", "puso una ventana en un tablero"),
    ("dashboards.publish", "published a dashboard", "publicó un tablero"),
    ("dashboards.questions", "looked at saved questions", "miró sus preguntas"),
    ("dashboards.save", "changed a dashboard", "cambió un tablero"),
    ("dashboards.save_question", "saved a question", "guardó una pregunta"),
    ("dashboards.share", "shared a dashboard", "compartió un tablero"),
    ("dashboards.shares", "looked with whom they share a dashboard", "miró con quién comparte un tablero"),
    ("dashboards.take_back", "made a published dashboard their own", "hizo suyo un tablero publicado"),
    ("dashboards.unshare", "ended the sharing of a dashboard", "dejó de compartir un tablero"),
    ("governance.add_role", "added a role", "añadió un perfil"),
    ("governance.audit", "read the audit log", "leyó la auditoría"),
    ("governance.audit_file", "downloaded the audit log", "descargó la auditoría"),
    ("governance.audit_file.sent", "was sent the audit log", "recibió la auditoría"),
    ("governance.cases", "ran the policy tests", "comprobó las pruebas de políticas"),
    ("governance.change_policy_anyway", "changed a policy although tests broke", "cambió una política aunque se rompían pruebas"),
    ("governance.delete_case", "deleted a policy test", "borró una prueba de políticas"),
    ("governance.delete_policy", "deleted a policy", "borró una política"),
    ("governance.delete_role", "deleted a role", "borró un perfil"),
    ("governance.matrix", "looked at the permissions", "miró los permisos"),
    ("governance.policies", "looked at the policies", "miró las políticas"),
    ("governance.policy_columns", "looked at what a policy can name", "miró lo que puede nombrar una política"),
    ("governance.policy_history", "looked at the history of policies", "miró el historial de políticas"),
    ("governance.preview_matrix", "tried out a change of permissions", "probó un cambio de permisos"),
    ("governance.preview_policy", "tried out a policy", "probó una política"),
    ("governance.restore_policy", "restored a policy", "restauró una política"),
    ("governance.save_case", "changed a policy test", "cambió una prueba de políticas"),
    ("governance.save_department", "changed a department", "cambió un departamento"),
    ("governance.save_matrix", "changed permissions", "cambió permisos"),
    ("governance.save_policy", "changed a policy", "cambió una política"),
    ("governance.why", "looked at their own access", "miró su propio acceso"),
    ("governance.why_person", "looked why somebody sees what they see", "miró por qué otra persona ve lo que ve"),
    ("identity.accept_invite", "accepted an invitation", "aceptó una invitación"),
    ("identity.accept_passwords", "let passwords in again", "volvió a admitir contraseñas"),
    ("identity.act_in", "went on in another department", "pasó a otro departamento"),
    ("identity.add_passkey", "added a passkey", "añadió una llave de acceso"),
    ("identity.add_person", "added a person", "añadió a una persona"),
    ("identity.apply_import", "took a list of people", "tomó una lista de personas"),
    ("identity.begin_app", "began to add an authenticator app", "empezó a añadir una aplicación de códigos"),
    ("identity.begin_passkey", "began to add a passkey", "empezó a añadir una llave de acceso"),
    ("identity.change_password", "changed their password", "cambió su contraseña"),
    ("identity.change_person", "changed a person", "cambió a una persona"),
    ("identity.change_person_anyway", "changed a person although tests broke", "cambió a una persona aunque se rompían pruebas"),
    ("identity.confirm_app", "turned their authenticator app on", "activó su aplicación de códigos"),
    ("identity.delete_person", "deleted a person", "borró a una persona"),
    ("identity.disable_person", "disabled or enabled a person", "desactivó o activó a una persona"),
    ("identity.end_app", "turned their authenticator app off", "desactivó su aplicación de códigos"),
    ("identity.end_key", "ended an API key", "terminó una clave de API"),
    ("identity.end_other_sessions", "ended their other sessions", "cerró sus otras sesiones"),
    ("identity.end_person_session", "ended somebody's session", "cerró la sesión de otra persona"),
    ("identity.end_person_sessions", "ended all sessions of somebody", "cerró todas las sesiones de otra persona"),
    ("identity.end_session", "ended a session of theirs", "cerró una sesión suya"),
    ("identity.end_viewing", "no longer looks as somebody else", "dejó de mirar como otra persona"),
    ("identity.factors", "looked at their second factors", "miró sus segundos factores"),
    ("identity.forgot", "asked for a new password by mail", "pidió una contraseña nueva por correo"),
    ("identity.invite_person", "invited a person", "invitó a una persona"),
    ("identity.invites", "looked at the invitations", "miró las invitaciones"),
    ("identity.keys", "looked at their API keys", "miró sus claves de API"),
    ("identity.mail", "sent a mail", "envió un correo"),
    ("identity.make_key", "made an API key", "creó una clave de API"),
    ("identity.password", "gave a new password", "dio una contraseña nueva"),
    ("identity.people", "looked at the people", "miró las personas"),
    ("identity.person_sessions", "looked at somebody's sessions", "miró las sesiones de otra persona"),
    ("identity.preview_import", "looked what a list of people would change", "miró qué cambiaría una lista de personas"),
    ("identity.remove_factors", "removed somebody's second factors", "quitó los segundos factores de otra persona"),
    ("identity.remove_passkey", "removed a passkey", "quitó una llave de acceso"),
    ("identity.renew_invite", "gave an invitation a new link", "dio un enlace nuevo a una invitación"),
    ("identity.renew_recovery_codes", "made new recovery codes", "creó nuevos códigos de recuperación"),
    ("identity.reset", "chose a new password by a mailed link", "eligió una contraseña nueva por un enlace"),
    ("identity.reset_password", "gave a new password", "dio una contraseña nueva"),
    ("identity.revoke_invite", "revoked an invitation", "anuló una invitación"),
    ("identity.save_sign_on", "changed single sign-on", "cambió el inicio de sesión único"),
    ("identity.sessions", "looked at their sessions", "miró sus sesiones"),
    ("identity.set_memberships", "changed a person's departments and roles", "cambió los departamentos y perfiles de una persona"),
    ("identity.set_up", "set the portal up", "preparó el portal"),
    ("identity.sign_in", "signed in", "entró"),
    ("identity.sign_in_code", "gave a code to sign in", "dio un código para entrar"),
    ("identity.sign_in_half", "gave the right password; a code was asked for", "dio la contraseña correcta; se pidió un código"),
    ("identity.sign_in_passkey", "tried to sign in with a passkey", "intentó entrar con una llave de acceso"),
    ("identity.sign_on", "looked at single sign-on", "miró el inicio de sesión único"),
    ("identity.sign_out", "signed out", "salió"),
    ("identity.try_sign_on", "tried out a sign-in service", "probó un servicio de acceso"),
    ("identity.view_as", "looks as somebody else", "mira como otra persona"),
    ("identity.viewings", "looked who looked as them", "miró quién miró como ella"),
    ("ingestion.cancel_run", "cancelled a run", "canceló una ejecución"),
    ("ingestion.connectors", "looked at the connectors", "miró los conectores"),
    ("ingestion.dismiss_notice", "dismissed a notice", "descartó un aviso"),
    ("ingestion.jobs", "looked at the jobs", "miró los procesos"),
    ("ingestion.listeners", "looked at the listeners", "miró las escuchas"),
    ("ingestion.notices", "looked at the notices", "miró los avisos"),
    ("ingestion.pause_job", "paused or resumed a job", "pausó o reanudó un proceso"),
    ("ingestion.pause_listener", "paused or resumed a listener", "pausó o reanudó una escucha"),
    ("ingestion.quarantine", "looked at the quarantine", "miró la cuarentena"),
    ("ingestion.run", "looked at a run", "miró una ejecución"),
    ("ingestion.run_now", "started a run", "inició una ejecución"),
    ("ingestion.runs", "looked at the runs", "miró las ejecuciones"),
    ("ingestion.save_listener", "changed a listener", "cambió una escucha"),
    ("ingestion.save_source", "changed a source", "cambió una fuente"),
    ("ingestion.sources", "looked at the sources", "miró las fuentes"),
    ("ingestion.upload", "uploaded a file", "subió un archivo"),
    ("live", "watched live", "miró en vivo"),
    ("portal.apply", "applied an organisation", "aplicó una organización"),
    ("portal.backup", "made a backup", "hizo una copia"),
    ("portal.restore", "restored a backup", "restauró una copia"),
    ("portal.rotate_key", "changed the key of the data folder", "cambió la clave de la carpeta de datos"),
    ("report.export", "exported a mart from the command line", "exportó un mart desde la línea de órdenes"),
    ("report.export.sent", "was given a mart on the command line", "recibió un mart en la línea de órdenes"),
    ("reports.again", "ran a report again", "repitió un informe"),
    ("reports.change_schedule", "changed the schedule of a report", "cambió la programación de un informe"),
    ("reports.delete", "deleted a report", "borró un informe"),
    ("reports.delete_schedule", "deleted the schedule of a report", "borró la programación de un informe"),
    ("reports.file", "downloaded a report", "descargó un informe"),
    ("reports.file.sent", "was sent a report", "recibió un informe"),
    ("reports.limits", "looked at the limits of reports", "miró los límites de los informes"),
    ("reports.list", "looked at their reports", "miró sus informes"),
    ("reports.made", "has a report that was made", "tiene hecho un informe"),
    ("reports.make", "ordered a report", "pidió un informe"),
    ("reports.make_schedule", "scheduled a report", "programó un informe"),
    ("reports.schedule_paused", "has a schedule that was paused: it is allowed no longer", "tiene una programación en pausa: ya no se le permite"),
    ("reports.schedules", "looked at their schedules", "miró sus programaciones"),
    ("reports.state", "looked how far a report is", "miró cómo va un informe"),
    ("reports.stream", "downloaded a table", "descargó una tabla"),
    ("reports.stream.sent", "was sent a table", "recibió una tabla"),
    ("search.complete", "was offered words for a search", "recibió palabras para una búsqueda"),
    ("search.delete", "deleted a saved search", "borró una búsqueda guardada"),
    ("search.export", "downloaded what a search found", "descargó lo que encontró una búsqueda"),
    ("search.export.sent", "was sent what a search found", "recibió lo que encontró una búsqueda"),
    ("search.find", "searched a stream", "buscó en un flujo"),
    ("search.kibana.check", "checked Kibana", "comprobó Kibana"),
    ("search.kibana.departments", "looked at Kibana's set-up", "miró la configuración de Kibana"),
    ("search.kibana.enter", "opened Kibana", "abrió Kibana"),
    ("search.kibana.set_up", "set Kibana up", "configuró Kibana"),
    ("search.make", "ordered a report of a search", "pidió un informe de una búsqueda"),
    ("search.save", "saved a search", "guardó una búsqueda"),
    ("search.saved", "looked at saved searches", "miró sus búsquedas guardadas"),
    ("search.streams", "looked at the streams", "miró los flujos"),
    ("search.values", "looked at the values of a field", "miró los valores de un campo"),
    ("streaming.agents", "looked at the agents", "miró los agentes"),
    ("streaming.dead_letters", "looked at the dead letters", "miró los registros rechazados"),
    ("streaming.delete_keywords", "deleted a keyword list", "borró una lista de palabras clave"),
    ("streaming.discard", "discarded dead letters", "descartó registros rechazados"),
    ("streaming.keywords", "looked at the keyword lists", "miró las listas de palabras clave"),
    ("streaming.line", "looked at a stream", "miró un flujo"),
    ("streaming.lines", "looked at how the streams run", "miró cómo van los flujos"),
    ("streaming.make_agent", "made a token for an agent", "creó el token de un agente"),
    ("streaming.preview_keywords", "tried out a keyword list", "probó una lista de palabras clave"),
    ("streaming.refill", "filled an index again", "llenó de nuevo un índice"),
    ("streaming.replay", "replayed dead letters", "reenvió registros rechazados"),
    ("streaming.revoke_agent", "revoked an agent's token", "revocó el token de un agente"),
    ("streaming.save_keywords", "changed a keyword list", "cambió una lista de palabras clave"),
    ("streaming.switch_keywords", "switched a keyword list", "activó o desactivó una lista de palabras clave"),
    ("streaming.try_on", "tried out a parser", "probó un analizador"),
    ("streaming.window", "looked at a window", "miró una ventana"),
    ("streaming.windows", "looked at the windows", "miró las ventanas"),
    ("warehouse.ask", "asked a question", "preguntó"),
    ("warehouse.datasets", "looked at the datasets", "miró los conjuntos de datos"),
    ("warehouse.delete_statement", "deleted a statement", "borró una sentencia"),
    ("warehouse.mart", "opened a mart", "abrió un mart"),
    ("warehouse.marts", "looked at the marts", "miró los marts"),
    ("warehouse.save_mart", "changed a mart", "cambió un mart"),
    ("warehouse.save_statement", "saved a statement", "guardó una sentencia"),
    ("warehouse.sql", "ran SQL", "ejecutó SQL"),
    ("warehouse.sql_schema", "opened the SQL page", "abrió la página de SQL"),
    ("warehouse.statements", "looked at saved statements", "miró sus sentencias"),
    ("warehouse.values", "looked at the values of a column", "miró los valores de una columna"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_actions_have_words_and_others_stay() {
        assert_eq!(action_in_words("identity.sign_in", Language::Es), "entró");
        assert_eq!(action_in_words("search.none", Language::En), "search.none");
        let choices = choices(Language::En);
        assert!(choices.iter().any(|(value, _)| value == "identity.") && choices.iter().any(|(value, _)| value == "identity.sign_in"));
        assert_eq!(choices.iter().filter(|(value, _)| value == "reports.").count(), 1);
        assert!(ACTIONS.is_sorted_by(|a, b| a.0 < b.0), "an action stands twice or out of order");
    }
}

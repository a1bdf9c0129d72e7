//! Permissions in words: kinds of object, and what a role may do to each.

use super::asks::Permission;
use crate::text::Language;

/// A kind of object, e.g. `mart`; `None` for one that the matrix does not show.
pub fn kind_in_words(kind: &str, language: Language) -> Option<&'static str> {
    KINDS.iter().find(|(known, ..)| *known == kind).map(|(_, en, es)| either(en, es, language))
}

/// What may be done, e.g. `report`, `export`; `None` for what the matrix does not show.
pub fn permission_in_words(kind: &str, action: &str, language: Language) -> Option<&'static str> {
    PERMISSIONS.iter().find(|((k, a), ..)| (*k, *a) == (kind, action)).map(|(_, en, es)| either(en, es, language))
}

/// The same, as it is written where it has no words.
pub fn said(permission: &Permission, language: Language) -> String {
    let Permission { kind, action } = permission;
    permission_in_words(kind, action, language).map_or_else(|| format!("{kind} {action}"), str::to_owned)
}

fn either(en: &'static str, es: &'static str, language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::Es => es,
    }
}

const KINDS: &[(&str, &str, &str)] = &[
    ("agent", "Agents", "Agentes"),
    ("audit", "Audit", "Auditoría"),
    ("csv", "CSV files", "Archivos CSV"),
    ("dashboard", "Dashboards", "Tableros"),
    ("job", "Jobs", "Procesos"),
    ("json", "JSON files", "Archivos JSON"),
    ("keyword", "Keywords", "Palabras clave"),
    ("mart", "Data marts", "Marts de datos"),
    ("pdf", "PDF files", "Archivos PDF"),
    ("person", "People", "Personas"),
    ("policy", "Policies and roles", "Políticas y perfiles"),
    ("quarantine", "Quarantine", "Cuarentena"),
    ("question", "Questions", "Preguntas"),
    ("report", "Reports", "Informes"),
    ("source", "Sources", "Fuentes"),
    ("stream", "Streams", "Flujos"),
];

/// Kind and action, then what it lets one do.
type Words = ((&'static str, &'static str), &'static str, &'static str);

const PERMISSIONS: &[Words] = &[
    (("agent", "administer"), "look after agents and their tokens", "ocuparse de los agentes y sus tokens"),
    (("audit", "export"), "download the audit log", "descargar la auditoría"),
    (("audit", "view"), "read the audit log", "leer la auditoría"),
    (("csv", "export"), "take files as CSV, where they may download", "llevarse archivos en CSV, donde pueden descargar"),
    (("dashboard", "edit"), "make and change their own dashboards", "crear y cambiar sus tableros"),
    (("dashboard", "export"), "download whole dashboards", "descargar tableros enteros"),
    (
        ("dashboard", "publish"),
        "publish their dashboards to the department and change published ones",
        "publicar sus tableros en el departamento y cambiar los publicados",
    ),
    (("dashboard", "share"), "share their dashboards with colleagues", "compartir sus tableros con colegas"),
    (("dashboard", "view"), "look at dashboards", "ver tableros"),
    (("job", "administer"), "look after jobs and runs", "ocuparse de los procesos y sus ejecuciones"),
    (("json", "export"), "take files as JSON, where they may download", "llevarse archivos en JSON, donde pueden descargar"),
    (("keyword", "administer"), "change keyword lists", "cambiar las listas de palabras clave"),
    (("mart", "administer"), "describe data in the catalog", "describir los datos en el catálogo"),
    (("mart", "explore"), "ask questions of their own", "hacer preguntas propias"),
    (("mart", "export"), "download tables of data", "descargar tablas de datos"),
    (("mart", "sql"), "write SQL of their own", "escribir SQL propio"),
    (("mart", "view"), "look at the data that policies give them", "ver los datos que les dan las políticas"),
    (("pdf", "export"), "take files as PDF, where they may download", "llevarse archivos en PDF, donde pueden descargar"),
    (("person", "administer"), "add, change and disable people", "añadir, cambiar y desactivar personas"),
    (("person", "view"), "see the list of people", "ver la lista de personas"),
    (("person", "view-as"), "look as somebody else", "mirar como otra persona"),
    (("policy", "administer"), "change policies, roles and permissions", "cambiar políticas, perfiles y permisos"),
    (("policy", "view"), "see policies, roles and permissions", "ver políticas, perfiles y permisos"),
    (("quarantine", "view"), "see what was put aside by loads", "ver lo que las cargas apartaron"),
    (("question", "edit"), "save questions", "guardar preguntas"),
    (("question", "view"), "see their saved questions", "ver sus preguntas guardadas"),
    (("report", "export"), "make reports and download them", "hacer informes y descargarlos"),
    (("report", "schedule"), "have their reports made again by the clock", "programar que sus informes se repitan"),
    (("report", "view"), "see their reports", "ver sus informes"),
    (("source", "administer"), "look after sources and listeners", "ocuparse de las fuentes y escuchas"),
    (("stream", "administer"), "look after streams and dead letters", "ocuparse de los flujos y los registros rechazados"),
    (("stream", "edit"), "save searches", "guardar búsquedas"),
    (("stream", "export"), "download what a search found", "descargar lo que encontró una búsqueda"),
    (("stream", "view"), "search and watch streams", "buscar en los flujos y verlos en vivo"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_of_a_kind_with_words_and_stands_once() {
        assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0) && PERMISSIONS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(PERMISSIONS.iter().all(|((kind, _), ..)| kind_in_words(kind, Language::En).is_some()));
        let of = |kind: &str, action: &str| said(&Permission { kind: kind.into(), action: action.into() }, Language::Es);
        assert_eq!((of("mart", "sql").as_str(), of("moon", "view").as_str()), ("escribir SQL propio", "moon view"));
    }
}

//! Words of API keys.

use super::asks::KeyPower;
use crate::text::Language;

crate::words! {
    keys: "API keys", "Claves de API";
    keys_text: "Scripts ask with a key in your name and department: never more than you may, and never accounts, people, policies or the audit log.",
        "Los programas preguntan con una clave en su nombre y departamento: nunca más de lo que usted puede, y nunca cuentas, personas, políticas ni auditoría.";
    no_keys: "No keys yet.", "Aún no hay claves.";
    add_key: "Make a key", "Crear una clave";
    key_name: "What it is for", "Para qué es";
    key_name_help: "The audit log names it, e.g. nightly export.", "La auditoría la nombra, p. ej. exportación nocturna.";
    powers: "What it may do", "Qué podrá hacer";
    good_for: "Good for", "Válida durante";
    make: "Make key", "Crear clave";
    key: "Your new key", "Su clave nueva";
    key_once: "Shown this once. Keep it where you keep passwords; whoever has it asks in your name.",
        "Se muestra solo esta vez. Guárdela donde guarde las contraseñas: quien la tenga pregunta en su nombre.";
    how_to: "How a script uses it", "Cómo la usa un programa";
    made: "made", "creada";
    until: "good until", "válida hasta";
    ran_out: "ran out", "caducó";
    used: "last used", "usada por última vez";
    never_used: "never used", "sin usar";
    ended: "ended", "terminada";
    expired: "expired", "caducada";
    end_key: "End", "Terminar";
    end_title: "End this key?", "¿Terminar esta clave?";
    end_text: "Scripts that use it are refused at once.", "Los programas que la usan se rechazan al momento.";
    key_ended: "The key has ended.", "La clave ha terminado.";
}

pub fn power(power: KeyPower, language: Language) -> &'static str {
    match (power, language) {
        (KeyPower::Read, Language::En) => "Look and ask",
        (KeyPower::Read, Language::Es) => "Mirar y preguntar",
        (KeyPower::Download, Language::En) => "Download",
        (KeyPower::Download, Language::Es) => "Descargar",
        (KeyPower::Sql, Language::En) => "Ask in SQL",
        (KeyPower::Sql, Language::Es) => "Preguntar en SQL",
        (KeyPower::Operate, Language::En) => "Run jobs and hand files over",
        (KeyPower::Operate, Language::Es) => "Ejecutar procesos y entregar archivos",
    }
}

/// `30 days`.
pub fn days(days: u32, language: Language) -> String {
    match language {
        Language::En => format!("{days} days"),
        Language::Es => format!("{days} días"),
    }
}

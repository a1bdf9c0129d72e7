//! Words of where people belong, and of what stays when they go.

use super::asks::HandedOver;
use crate::text::Language;

crate::words! {
    memberships: "Departments and roles", "Departamentos y perfiles";
    memberships_text: "The first one is where they begin; they change over in the menu of their name. Each department shows its own share.",
        "El primero es donde empieza; se cambia en el menú de su nombre. Cada departamento muestra su parte.";
    begins_here: "begins here", "empieza aquí";
    make_first: "Begin here", "Empezar aquí";
    take_away: "Take away", "Quitar";
    one_more: "One more", "Uno más";
    place: "Add", "Añadir";
    unsaved: "Not saved yet.", "Aún sin guardar.";
    memberships_saved: "Saved. It holds at their next read.", "Guardado. Vale desde su próxima lectura.";
    delete: "Delete…", "Borrar…";
    delete_title: "Delete this person?", "¿Borrar a esta persona?";
    delete_text: "They can never come in again, and their stored reports, their schedules and the policy tests about them go. What they did stays in the audit log. This cannot be undone: to shut them out for a while, disable them.",
        "No podrá volver a entrar y se borran sus informes guardados, sus programaciones y las pruebas de políticas sobre ella. Lo que hizo queda en la auditoría. No se puede deshacer: para cerrarle el paso un tiempo, desactívela.";
    heir: "Who takes over their dashboards, questions, searches and statements", "Quién hereda sus tableros, preguntas, búsquedas y sentencias";
    heir_help: "The new owner sees them through their own share of the data.", "El nuevo dueño los ve con su propia parte de los datos.";
    nobody: "Nobody: delete them too", "Nadie: borrarlos también";
    delete_now: "Delete", "Borrar";
}

/// What went to the heir or away, in one line.
pub fn deleted(gone: HandedOver, language: Language) -> String {
    let HandedOver { dashboards, questions, searches, statements, reports, schedules } = gone;
    let handed = dashboards + questions + searches + statements;
    match language {
        Language::En => format!("Deleted. Own things: {handed}. Stored reports: {reports}. Schedules: {schedules}."),
        Language::Es => format!("Borrada. Cosas propias: {handed}. Informes guardados: {reports}. Programaciones: {schedules}."),
    }
}

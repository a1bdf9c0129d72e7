//! Words of keyword lists.

crate::words! {
    keywords: "Keywords", "Palabras clave";
    keywords_lead: "Terms that are looked for in streams as events come. A change counts within a second or two, for what comes after it.",
        "Términos que se buscan en los flujos según llegan los eventos. Un cambio vale en un par de segundos, para lo que llegue después.";
    list: "List", "Lista";
    terms: "Terms", "Términos";
    term: "Term", "Término";
    streams: "Streams", "Flujos";
    streams_help: "In which the terms are looked for.", "En los que se buscan los términos.";
    sources: "Only from these listeners", "Solo de estas escuchas";
    sources_help: "None: from all.", "Ninguna: de todas.";
    language: "Language", "Idioma";
    language_help: "Only events of this language, as two letters (en). Empty: any.", "Solo eventos de este idioma, con dos letras (es). Vacío: cualquiera.";
    any_language: "any", "cualquiera";
    state: "State", "Estado";
    on: "on", "activa";
    off: "off", "inactiva";
    counts: "Look for its terms", "Buscar sus términos";
    changed: "Changed", "Cambiada";
    actions: "Actions", "Acciones";
    no_lists: "No list yet", "Todavía no hay listas";
    no_lists_text: "Events that contain a term of a list carry the list's name, so that they can be searched and counted.",
        "Los eventos que contienen un término de una lista llevan el nombre de la lista, para poder buscarlos y contarlos.";
    no_streams: "There is no stream yet in which terms could be looked for.", "Todavía no hay ningún flujo en el que buscar términos.";
    add: "Add a list", "Añadir una lista";
    edit: "Edit list", "Editar lista";
    save: "Save", "Guardar";
    saved: "Saved.", "Guardada.";
    switch_on: "Turn on", "Activar";
    switch_off: "Turn off", "Desactivar";
    switched_on: "On: it counts for what comes from now on.", "Activa: vale para lo que llegue desde ahora.";
    switched_off: "Off: what matched before keeps its mark.", "Inactiva: lo que coincidió antes conserva su marca.";
    delete: "Delete", "Eliminar";
    was_deleted: "was deleted.", "se ha eliminado.";
    undo: "Undo", "Deshacer";
    name: "Name", "Nombre";
    name_help: "What an event that matches carries.", "Lo que lleva un evento que coincide.";
    add_term: "Add a term", "Añadir un término";
    remove_term: "Remove", "Quitar";
    paste: "Several at once", "Varios a la vez";
    paste_help: "One a line; they are added to those above.", "Uno por línea; se añaden a los de arriba.";
    many_terms: "terms; too many to show one by one. New ones are added at the end.", "términos; demasiados para mostrarlos uno a uno. Los nuevos se añaden al final.";
    look: "What would match?", "¿Qué coincidiría?";
    look_in: "Look in", "Mirar en";
    found_of: "of", "de";
    found_events: "events of the last day would match.", "eventos del último día coincidirían.";
    looked_at: "The newest were looked at:", "Se han mirado los más recientes:";
    not_yours: "You may not see events of this stream, so there is no preview. The list can be saved all the same.",
        "Usted no puede ver eventos de este flujo, así que no hay vista previa. La lista se puede guardar igualmente.";
    when: "When", "Cuándo";
    text: "Text", "Texto";
    nothing_found: "Nothing of the last day would match.", "Nada del último día coincidiría.";
}

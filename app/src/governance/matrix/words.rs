//! Words of the matrix of permissions and of roles.

crate::words! {
    permissions: "Permissions", "Permisos";
    lead: "What each role may do. Which data a role sees, and which rows of it, stands in the policies.",
        "Qué puede hacer cada perfil. Qué datos ve cada uno, y qué filas, está en las políticas.";
    department: "Department", "Departamento";
    every_department: "Every department", "Todos los departamentos";
    everywhere_help: "Applies in every department. “Denied” wins over everything that allows, also over another role of the same person.",
        "Vale en todos los departamentos. «Denegado» gana a todo lo que permite, también a otro perfil de la misma persona.";
    here_help: "Exceptions of this department alone. What is left as everywhere follows the other view.",
        "Excepciones de este departamento. Lo que queda como en todos sigue la otra vista.";
    employee_help: "Whoever is granted data also may, with it, what an employee may, unless a role of theirs is denied it.",
        "A quien se conceden datos puede hacer con ellos también lo que un empleado, salvo que se deniegue a un perfil suyo.";
    permission: "Permission", "Permiso";
    not_allowed: "–", "–";
    not_allowed_word: "not allowed", "no permitido";
    allowed: "allowed", "permitido";
    denied: "denied", "denegado";
    as_everywhere: "as everywhere", "como en todos";
    changes: "changes not saved yet", "cambios sin guardar";
    one_change: "change not saved yet", "cambio sin guardar";
    discard: "Discard", "Descartar";
    review: "Review and save", "Revisar y guardar";
    who_is_affected: "Who gains or loses what", "Quién gana o pierde qué";
    nobody: "Nobody may do more or less than before.", "Nadie puede hacer más ni menos que antes.";
    may_now: "may now:", "ya puede:";
    may_no_longer: "may no longer:", "ya no puede:";
    saved: "Saved. It holds at everybody's next read.", "Guardado. Vale desde la próxima lectura de cada persona.";

    roles: "Roles", "Perfiles";
    role: "Role", "Perfil";
    short_name: "Short name", "Nombre corto";
    short_name_help: "Lower-case letters, digits and _; it stays.", "Minúsculas, cifras y _; ya no cambia.";
    title_en: "Title in English", "Título en inglés";
    title_es: "Title in Spanish", "Título en español";
    begins_like: "Begins with the permissions of", "Empieza con los permisos de";
    begins_with_nothing: "no role: their own account alone", "ninguno: solo su propia cuenta";
    held_by: "People", "Personas";
    kind: "Kind", "Clase";
    built_in: "built in", "de serie";
    own: "your own", "propio";
    add_role: "Add role", "Añadir perfil";
    role_added: "Role added. Give it to people on the page People.", "Perfil añadido. Asígnelo en la página Personas.";
    delete: "Delete", "Borrar";
    delete_title: "Delete this role?", "¿Borrar este perfil?";
    delete_text: "Nobody holds it. Its permissions go with it.", "Nadie lo tiene. Sus permisos se borran con él.";
    deleted: "Role deleted.", "Perfil borrado.";
    actions: "Actions", "Acciones";
}

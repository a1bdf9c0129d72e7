//! Words of why somebody sees what they see.

crate::words! {
    why: "Why", "Por qué";
    why_of: "What they may see and why:", "Qué puede ver y por qué:";
    lead: "Roles, grants, row rules and masks on each data mart and stream. No value of the data is shown here.",
        "Perfiles, permisos, reglas de filas y máscaras en cada mart de datos y flujo. Aquí no se muestra ningún valor de los datos.";
    back: "People", "Personas";
    email: "E-mail", "Correo electrónico";
    department: "Department", "Departamento";
    roles: "Roles", "Perfiles";
    no_department: "none: sees nothing", "ninguno: no ve nada";
    departments: "Departments", "Departamentos";
    disabled: "Disabled: sees nothing, whatever the rules say.", "Desactivada: no ve nada, digan lo que digan las reglas.";
    view_as: "View as this person", "Ver como esta persona";
    nothing: "Nothing can be granted yet", "Todavía no hay nada que conceder";
    nothing_text: "Data marts and streams appear here once they are published.", "Los marts de datos y los flujos aparecen aquí cuando se publican.";
    seen: "sees it", "lo ve";
    closed: "closed", "cerrado";
    not_granted: "not granted", "no concedido";
    not_granted_text: "No policy in force grants it to any of these roles: for this person it does not exist.",
        "Ninguna política en vigor lo concede a estos perfiles: para esta persona no existe.";
    closed_because: "Closed because:", "Cerrado porque:";
    leaves_nothing: "These rules together leave no row.", "Estas reglas juntas no dejan ninguna fila.";
    grants: "Granted by", "Concedido por";
    a_policy_for: "a policy for", "una política para";
    every_role: "every role", "todos los perfiles";
    attribute: "attribute", "atributo";
    none: "none", "ninguno";
    result: "Rows: all of these hold", "Filas: se cumple todo esto";
    every_row: "Every row", "Todas las filas";
    columns: "Columns", "Columnas";
    shown: "shown", "se ve";
    hidden: "hidden", "oculta";
    waiting: "new, waits to be accepted", "nueva, espera aceptación";
}

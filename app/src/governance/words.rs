//! Words of access: why, policies, audit.

crate::words! {
    why: "What you may see", "Lo que usted puede ver";
    why_lead: "Every page, download and search shows you exactly this, and nothing else.", "Cada página, descarga y búsqueda le muestra exactamente esto y nada más.";
    no_marts: "You have no data yet", "Todavía no tiene datos";
    no_marts_text: "Your roles give you no data mart. If you need one, ask whoever administers access in your organisation.",
        "Sus perfiles no le dan ningún mart de datos. Si necesita uno, pídaselo a quien administra los accesos en su organización.";
    everything: "Everything in it", "Todo su contenido";
    only_rows: "Only these rows", "Solo estas filas";
    changed_values: "Values you see changed", "Valores que ve cambiados";
    leaves_nothing: "These rules together leave no row. An administrator can correct them.", "Estas reglas juntas no dejan ninguna fila. Un administrador puede corregirlas.";
    you_see: "You see", "Usted ve";

    policies: "Policies", "Políticas";
    policies_lead: "Who sees which data mart or stream, which of its rows, and which values changed. What no policy names, nobody sees.",
        "Quién ve cada mart de datos o flujo, qué filas y qué valores cambiados. Lo que ninguna política nombra no lo ve nadie.";
    version: "version", "versión";
    add_policy: "Add policy", "Añadir política";
    edit_policy: "Edit policy", "Editar política";
    mart: "Data mart or stream", "Mart de datos o flujo";
    department: "Department", "Departamento";
    role: "Role", "Perfil";
    every_role: "every role", "todos los perfiles";
    rows: "Rows", "Filas";
    all_rows: "all", "todas";
    masks: "Masks", "Máscaras";
    no_masks: "none", "ninguna";
    state: "State", "Estado";
    on: "in force", "en vigor";
    off: "off", "inactiva";
    enabled: "In force", "En vigor";
    row_rules: "Only rows where all of these hold", "Solo las filas en que se cumple todo esto";
    add_rule: "Add rule", "Añadir regla";
    column: "Column", "Columna";
    operator: "Operator", "Operador";
    mask_hide: "hide the column", "ocultar la columna";
    mask_null: "leave empty", "dejar vacío";
    mask_hash: "replace by a code", "sustituir por un código";
    mask_bucket: "round to steps of", "redondear a tramos de";
    mask_keep_last: "keep only the last", "dejar solo los últimos";
    closed: "closed", "cerrada";
    waiting: "new columns wait", "esperan columnas nuevas";
    preview: "Who is affected?", "¿A quién afecta?";
    nobody: "Nobody sees more or less than before.", "Nadie ve más ni menos que antes.";
    gets: "gets this", "recibe esto";
    loses: "loses this", "pierde esto";
    sees_more: "sees more columns:", "ve más columnas:";
    sees_less: "sees fewer columns:", "ve menos columnas:";
    sees_other: "sees other rows or values:", "ve otras filas o valores:";
    everything_word: "everything", "todo";
    save: "Save", "Guardar";
    saved: "Saved. It holds at everybody's next read.", "Guardada. Vale desde la próxima lectura de cada persona.";
    delete: "Delete", "Borrar";
    deleted: "Deleted. It holds at everybody's next read.", "Borrada. Vale desde la próxima lectura de cada persona.";
    no_policies: "No policy yet", "Todavía no hay políticas";
    no_policies_text: "Until the first one, nobody sees any data.", "Hasta la primera, nadie ve ningún dato.";
    actions: "Actions", "Acciones";
    edit: "Edit", "Editar";
    delete_title: "Delete this policy?", "¿Borrar esta política?";
    delete_text: "Those who see this data only by it lose it at their next read.", "Quienes ven estos datos solo por ella los pierden en su próxima lectura.";

    audit: "Audit", "Auditoría";
    audit_lead: "Reads, downloads, decisions and changes of access, newest first. Each record seals the one before it.",
        "Lecturas, descargas, decisiones y cambios de acceso, lo último primero. Cada registro sella el anterior.";
    chain_holds: "The chain holds: checked up to record", "La cadena está intacta: comprobada hasta el registro";
    chain_broken: "The chain is broken at record", "La cadena está rota en el registro";
    chain_broken_text: "Somebody changed or removed a record outside the portal. Keep the data folder as it is and tell who is responsible for security.",
        "Alguien cambió o quitó un registro fuera del portal. No toque la carpeta de datos y avise al responsable de seguridad.";
    number: "No.", "N.º";
    at: "When", "Cuándo";
    actor: "Who", "Quién";
    action: "What", "Qué";
    object: "On", "Sobre";
    outcome: "Outcome", "Resultado";
    search: "Search the audit log", "Buscar en la auditoría";
    older: "Older records", "Registros anteriores";
    newest: "Newest records", "Registros más recientes";
    no_records: "No record matches", "Ningún registro coincide";
    no_records_text: "Ask for less: leave a field empty, or take a longer time.", "Pida menos: deje algún campo vacío o tome un tiempo más largo.";
    place: "From", "Desde";
    given_rows: "Rows", "Filas";
    given_bytes: "Size", "Tamaño";
    under_version: "Policy version", "Versión de las políticas";
    details: "Details", "Detalles";
    allowed: "allowed", "permitido";
    refused: "refused", "rechazado";
    failed: "failed", "fallido";
    any_outcome: "any", "cualquiera";
    any_action: "anything", "cualquier cosa";
    all_of: "Everything in", "Todo en";
    person: "Who", "Quién";
    person_help: "An address, or part of a name", "Una dirección o parte de un nombre";
    from_day: "From day", "Desde el día";
    until_day: "Until day", "Hasta el día";
    find: "Find", "Buscar";
    clear: "Clear", "Quitar filtros";
    as_csv: "CSV", "CSV";
    as_json_lines: "JSON lines", "Líneas JSON";
    download_found: "Download what is found", "Descargar lo encontrado";
    checkpoints: "Signed checkpoints that agree:", "Puntos de control firmados que coinciden:";
}

//! Words of the SQL page.

crate::words! {
    lead: "Write a select over the data you may see. What it gives is your share, as everywhere.",
        "Escriba un select sobre los datos que puede ver. Lo que devuelve es su parte, como en todo el portal.";
    statement: "Statement", "Sentencia";
    hint: "select … from …", "select … from …";
    run: "Run", "Ejecutar";
    cancel: "Cancel", "Cancelar";
    keys: "Ctrl+Enter runs, Ctrl+Space completes, Esc closes the list, Tab takes from it.",
        "Ctrl+Intro ejecuta, Ctrl+Espacio completa, Esc cierra la lista, Tab toma de ella.";
    completions: "Completions", "Propuestas";
    table: "table", "tabla";
    function: "function", "función";
    word: "word", "palabra";
    tables: "Tables", "Tablas";
    find: "Find a table or column", "Buscar una tabla o columna";
    nothing_found: "Nothing with that name.", "Nada con ese nombre.";
    insert: "Put into the statement", "Poner en la sentencia";
    masked: "masked", "enmascarado";
    no_tables: "No data to ask yet", "Aún no hay datos que consultar";
    no_tables_text: "Tables appear here once your department has been given data. Whoever administers the portal can do that.",
        "Las tablas aparecen aquí cuando se conceden datos a su departamento. Puede hacerlo quien administra el portal.";
    result: "Result", "Resultado";
    nothing_run: "Nothing was run yet", "Aún no se ha ejecutado nada";
    nothing_run_text: "Press a table to put its name into the statement, then run it.", "Pulse una tabla para poner su nombre en la sentencia y ejecútela.";
    running: "Running…", "Ejecutando…";
    stopped: "Cancelled", "Cancelado";
    stopped_text: "The statement was stopped and gave nothing. Change it or run it again.",
        "La sentencia se detuvo y no dio nada. Cámbiela o vuelva a ejecutarla.";
    not_run: "It could not be run", "No se ha podido ejecutar";
    not_run_text: "What to change stands under the statement.", "Lo que hay que cambiar está debajo de la sentencia.";
    no_rows: "No rows", "Sin filas";
    no_rows_text: "The statement ran and found nothing. Loosen its conditions.", "La sentencia se ejecutó y no encontró nada. Afloje sus condiciones.";
    first_rows: "Only the first rows are shown:", "Solo se muestran las primeras filas:";
    download_all: "A download holds all of them.", "Una descarga las contiene todas.";
    took: "Answered in", "Respondido en";
    download: "Download", "Descargar";
    save: "Save", "Guardar";
    save_title: "Save this statement", "Guardar esta sentencia";
    title: "Name", "Nombre";
    title_help: "The same name again changes the saved statement.", "El mismo nombre otra vez cambia la sentencia guardada.";
    saved: "Saved.", "Guardada.";
    saved_statements: "Saved statements", "Sentencias guardadas";
    none_saved: "None yet. Save one to find it here again.", "Aún no hay ninguna. Guarde una para encontrarla aquí.";
    also_under: "Those you have saved also stand under", "Las guardadas también están en";
    gone: "The statement that this address names is not here: it was deleted, or you keep it in another department.",
        "La sentencia que nombra esta dirección no está aquí: se eliminó o la guarda en otro departamento.";
    open: "Open in the editor", "Abrir en el editor";
    rename: "Rename", "Cambiar el nombre";
    renamed: "Renamed.", "Nombre cambiado.";
    delete: "Delete", "Eliminar";
    was_deleted: "was deleted.", "se ha eliminado.";
    undo: "Undo", "Deshacer";
    opened: "Opened. Ctrl+Z brings back what stood there.", "Abierta. Ctrl+Z recupera lo que había.";
}

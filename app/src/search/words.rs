//! Words of streams, searches and the live view.

crate::words! {
    search: "Search", "Buscar";
    search_lead: "Events as they happen: server logs, posts and what your department gathers.", "Sucesos según ocurren: registros de servidores, publicaciones y lo que reúne su departamento.";
    no_streams: "No streams yet", "Aún no hay flujos";
    no_streams_text: "A stream appears here once your department has been given one. Whoever administers the portal can do that.",
        "Los flujos aparecen aquí cuando se conceden a su departamento. Puede hacerlo quien administra el portal.";
    newest: "newest event", "último suceso:";
    no_event_yet: "no event yet", "aún sin sucesos";

    query: "Query", "Consulta";
    query_hint: "status:404 AND path:/images*", "status:404 AND path:/images*";
    query_help: "How to write a query", "Cómo se escribe una consulta";
    query_help_text: "Words, fields and what joins them. What stands side by side must all hold; a backslash takes the meaning from the sign after it.",
        "Palabras, campos y lo que los une. Lo que va junto debe cumplirse todo; una barra invertida quita su sentido al signo siguiente.";
    example_word: "the word, anywhere", "la palabra, en cualquier lugar";
    example_phrase: "these words side by side", "estas palabras seguidas";
    example_wildcard: "the value begins so; ? stands for one character", "el valor empieza así; ? vale por un carácter";
    example_either: "one of these values", "uno de estos valores";
    example_exists: "has a value", "tiene valor";
    example_quoted: "exactly this value, with its spaces", "exactamente este valor, con sus espacios";
    example_at_least: "so much or more; also >, <, <=", "tanto o más; también >, <, <=";
    example_range: "from and to; { } leave the ends out", "desde y hasta; { } excluyen los extremos";
    example_not: "what must not be", "lo que no debe ser";
    clear_query: "Clear the query", "Borrar la consulta";
    completions: "What may follow", "Lo que puede seguir";
    wrong: "The query cannot be read", "La consulta no se entiende";
    wrong_text: "Correct what is marked under the query and press Enter.", "Corrija lo marcado bajo la consulta y pulse Intro.";

    range: "Time", "Tiempo";
    change_range: "Choose another time", "Elegir otro tiempo";
    range_quick: "Up to now", "Hasta ahora";
    range_own: "From and until", "Desde y hasta";
    range_zone: "In the organisation's time zone.", "En la zona horaria de la organización.";
    range_backwards: "The end lies before the beginning.", "El final es anterior al principio.";
    range_unread: "Give both a date and a time.", "Indique fecha y hora en ambos.";
    from: "From", "Desde";
    until: "Until", "Hasta";
    apply: "Apply", "Aplicar";
    last: "last", "últimos";
    last_feminine: "last", "últimas";
    last_minute: "last minute", "último minuto";
    last_hour: "last hour", "última hora";
    minutes: "minutes", "minutos";
    hours: "hours", "horas";
    days: "days", "días";

    over_time: "Events over time", "Sucesos en el tiempo";
    show_bars: "Show as bars", "Ver como barras";
    show_table: "Show as table", "Ver como tabla";
    zoom_out: "Look at twice the time", "Ver el doble de tiempo";
    brush_keys: "Arrows choose a bar, with Shift a stretch; Enter looks closer, Escape lets go.",
        "Las flechas eligen una barra, con Mayúsculas un tramo; Intro acerca, Escape suelta.";
    no_count: "Not counted", "Sin recuento";
    event: "event", "suceso";
    events: "events", "sucesos";
    took: "answered in", "respondido en";
    time: "Time", "Hora";

    fields: "Fields", "Campos";
    find_field: "Find a field", "Buscar un campo";
    show_column: "Show as a column", "Mostrar como columna";
    hide_column: "Take the column away", "Quitar la columna";
    masked: "masked", "enmascarado";
    masked_why: "Masked for you: it is shown changed and cannot be searched, sorted or counted.",
        "Enmascarado para usted: se muestra cambiado y no se puede buscar, ordenar ni contar.";
    no_values: "No value among what is found.", "Ningún valor entre lo encontrado.";
    no_values_of_text: "Running text: search for words in it.", "Texto corrido: busque palabras en él.";
    missing: "missing", "ausente";
    blank: "(blank)", "(en blanco)";
    add: "Only", "Solo";
    exclude: "Without", "Sin";
    kind_keyword: "Exact value", "Valor exacto";
    kind_text: "Text", "Texto";
    kind_integer: "Whole number", "Número entero";
    kind_number: "Number", "Número";
    kind_bool: "Yes or no", "Sí o no";
    kind_timestamp: "Time", "Momento";

    results: "What is found", "Lo encontrado";
    events_head: "Events", "Sucesos";
    event_head: "Event", "Suceso";
    open_head: "All fields", "Todos los campos";
    open_event: "Show all fields", "Ver todos los campos";
    close_event: "Hide the fields", "Ocultar los campos";
    of: "of", "de";
    more: "Load more", "Cargar más";
    nothing: "Nothing found", "Nada encontrado";
    nothing_text: "No event matches in this time", "Ningún suceso coincide en este tiempo";
    stream_empty: "This stream has no event yet. Its events appear here within seconds of happening: press “Live” and wait for the first.",
        "Este flujo aún no tiene sucesos. Aparecerán aquí a los pocos segundos de ocurrir: pulse «En vivo» y espere al primero.";
    without_query: "Without the query", "Sin la consulta";
    to_newest: "To the newest event", "Al último suceso";
    month: "Last 30 days", "Últimos 30 días";
    around: "What happened around it", "Lo que ocurrió alrededor";
    copy_event_link: "Copy a link to this event", "Copiar un enlace a este suceso";
    copy_json: "Copy as JSON", "Copiar como JSON";

    live: "Live", "En vivo";
    live_title: "Add new events as they come", "Añadir los sucesos nuevos según llegan";
    live_now: "live", "en vivo";
    connecting: "connecting", "conectando";
    reconnecting: "connection lost, trying again", "conexión perdida, reintentando";
    paused: "paused", "en pausa";
    ended: "ended", "terminado";
    ended_why: "The live view has ended: your session or your access to this stream ended. Sign in again, or ask whoever administers access.",
        "La vista en vivo ha terminado: su sesión o su acceso a este flujo terminó. Entre de nuevo o pregunte a quien administra los accesos.";
    pause: "Pause", "Pausar";
    go_on: "Go on", "Seguir";
    waiting: "wait for you", "le esperan";
    skipped: "came too fast to be shown; a search finds them", "llegaron demasiado deprisa para mostrarse; una búsqueda los encuentra";
    stream_gone: "This stream is not among yours any more.", "Este flujo ya no está entre los suyos.";
    waiting_first: "Waiting for the first event", "Esperando el primer suceso";
    waiting_first_text: "It appears here within seconds of happening.", "Aparecerá aquí a los pocos segundos de ocurrir.";

    link: "Link", "Enlace";
    link_moving: "Copy: moves on with time", "Copiar: avanza con el tiempo";
    link_fixed: "Copy: these very times", "Copiar: estos mismos tiempos";
    link_copied: "Link copied.", "Enlace copiado.";
    saved_searches: "Saved searches", "Búsquedas guardadas";
    search_title: "Name", "Nombre";
    search_title_help: "Keeps query, time and columns. The same name again replaces it.", "Guarda consulta, tiempo y columnas. Con el mismo nombre la sustituye.";
    save_search: "Save this search", "Guardar esta búsqueda";
    search_saved: "Saved.", "Guardada.";
    no_searches: "None yet. Search for something, then save it under a name.", "Aún ninguna. Busque algo y guárdelo con un nombre.";
    delete: "Delete", "Eliminar";
    was_deleted: "was deleted.", "se ha eliminado.";
    undo: "Undo", "Deshacer";
    download_found: "Download what is found", "Descargar lo encontrado";
    every_field: "Every field, not only the columns shown", "Todos los campos, no solo las columnas visibles";
}

//! Words of the building blocks.

crate::words! {
    cancel: "Cancel", "Cancelar";
    close: "Close", "Cerrar";
    save: "Save", "Guardar";
    retry: "Try again", "Volver a intentarlo";
    loading: "Loading…", "Cargando…";
    required: "required", "obligatorio";
    optional: "optional", "opcional";
    choose: "Choose…", "Elija…";
    fill_in: "Fill this in.", "Rellene este campo.";
    more_actions: "More actions", "Más acciones";
    masked: "masked", "enmascarado";
    sorted_up: "sorted, smallest first", "orden ascendente";
    sorted_down: "sorted, largest first", "orden descendente";
    sort_by: "Sort by", "Ordenar por";
    of: "of", "de";
    rows: "rows", "filas";
    row: "row", "fila";
    nothing_here: "Nothing here yet", "Aquí no hay nada todavía";
    show_table: "Show as table", "Ver como tabla";
    show_chart: "Show as chart", "Ver como gráfico";
    chart: "Chart", "Gráfico";
    went_wrong: "This did not work", "No se ha podido hacer";
    forbidden: "Not allowed for your role", "Su perfil no lo permite";
    busy: "Not available at the moment", "No disponible en este momento";
    sign_in_again: "Your session has ended", "Su sesión ha terminado";
    sign_in: "Sign in", "Entrar";
    not_found: "Not found", "No encontrado";
    not_found_text: "There is nothing at this address, or it is not yours to see. Check the address, or ask whoever sent it to you.",
        "En esta dirección no hay nada, o no le corresponde verlo. Compruebe la dirección o pregunte a quien se la envió.";
    go_home: "Go to the start page", "Ir al inicio";
    stale: "Not up to date", "Sin actualizar";
    stale_since: "The last load failed. You see data loaded", "La última carga falló. Ve datos cargados";
    find: "Find dashboards, data, questions…", "Buscar tableros, datos, preguntas…";
    find_title: "Find", "Buscar";
    find_nothing: "Nothing with that name. Try fewer letters.", "Nada con ese nombre. Pruebe con menos letras.";
    find_hint: "Arrows choose, Enter opens, Esc closes", "Las flechas eligen, Intro abre, Esc cierra";
    kind_dashboard: "Dashboard", "Tablero";
    kind_mart: "Data", "Datos";
    kind_question: "Question", "Pregunta";
    kind_page: "Page", "Página";
    keys: "Keys", "Teclas";
    key_find: "Find anything", "Buscar cualquier cosa";
    key_help: "Show these keys", "Mostrar estas teclas";
    key_home: "Start page", "Inicio";
    key_dashboards: "Dashboards", "Tableros";
    key_data: "Data", "Datos";
    key_reports: "Reports", "Informes";
    key_escape: "Close what is open", "Cerrar lo que esté abierto";
    key_then: "then", "luego";
    dismiss: "Dismiss", "Descartar";
    copied: "Copied", "Copiado";
    copy: "Copy", "Copiar";
}

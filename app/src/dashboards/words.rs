//! Words of dashboards, tiles and saved questions.

crate::words! {
    dashboards: "Dashboards", "Tableros";
    dashboards_lead: "What your department looks at, and what you have made yourself.", "Lo que mira su departamento y lo que usted ha creado.";
    own_dashboards: "Made by you", "Creados por usted";
    department_dashboards: "From your departments", "De sus departamentos";
    new_dashboard: "New dashboard", "Tablero nuevo";
    new_dashboard_name: "Name", "Nombre";
    new_dashboard_help: "You can change it later.", "Puede cambiarlo después.";
    create: "Create", "Crear";
    none_yet: "No dashboards yet", "Aún no hay tableros";
    none_yet_text: "A dashboard holds figures and charts of the data you may use. Make one of your own.",
        "Un tablero reúne cifras y gráficos de los datos que puede usar. Cree uno propio.";
    tiles: "tiles", "paneles";
    tile_one: "tile", "panel";
    changed: "changed", "modificado";
    edit: "Edit", "Editar";
    download: "Download", "Descargar";
    no_tiles: "No tiles yet", "Aún no hay paneles";
    no_tiles_text: "Ask a question of your data and save it here.", "Haga una pregunta a sus datos y guárdela aquí.";
    ask_question: "Ask a question", "Hacer una pregunta";
    filters: "Filters", "Filtros";
    all: "all", "todo";
    reset: "Reset", "Restablecer";
    reset_title: "Back to the dashboard's own filters", "Volver a los filtros propios del tablero";
    remove_filter: "Remove the filter", "Quitar el filtro";
    your_access: "Your access", "Su acceso";
    show_as_table: "Show as table", "Ver como tabla";
    show_as_chart: "Show as chart", "Ver como gráfico";
    explore: "Explore in Ask", "Explorar en Preguntar";
    rows_behind: "Rows behind it", "Filas de detalle";
    rows_of: "Rows behind", "Filas de detalle:";
    actions_of: "Actions of", "Acciones de";
    stale_tile: "Not up to date: the last load of this data failed.", "Sin actualizar: la última carga de estos datos falló.";
    under: "Under", "Con";
    no_filter: "No filter", "Sin filtros";
    apply: "Apply", "Aplicar";
    edit_title: "Edit", "Editar";
    edit_lead: "Order, names and widths. Nothing changes until you save.", "Orden, nombres y anchos. Nada cambia hasta que guarde.";
    title: "Title", "Título";
    width: "Width", "Ancho";
    width_of: "of 12", "de 12";
    earlier: "Move earlier", "Mover antes";
    later: "Move later", "Mover después";
    remove_tile: "Remove", "Quitar";
    removed: "removed", "quitado";
    undo: "Undo", "Deshacer";
    save: "Save", "Guardar";
    cancel: "Cancel", "Cancelar";
    moved_to: "is now number", "es ahora el número";
    of: "of", "de";
    saved: "Saved.", "Guardado.";
    title_wanted: "Give the dashboard a title.", "Ponga un título al tablero.";
    delete_dashboard: "Delete this dashboard", "Eliminar este tablero";
    delete_sure: "Its tiles go with it; saved questions and reports stay. This cannot be undone.",
        "Se van también sus paneles; las preguntas guardadas y los informes quedan. No se puede deshacer.";
    delete_it: "Delete it", "Eliminarlo";
    deleted: "Deleted.", "Eliminado.";
    not_yours: "Only whoever made a dashboard can edit it.", "Solo quien creó un tablero puede editarlo.";
    questions: "Saved questions", "Preguntas guardadas";
    questions_lead: "What you asked and kept. Open one to see it with today's data, or to change it.",
        "Lo que preguntó y guardó. Ábralas para verlas con los datos de hoy o para cambiarlas.";
    no_questions: "No saved questions yet", "Aún no hay preguntas guardadas";
    no_questions_text: "Ask something of your data, then press “Save”.", "Pregunte algo a sus datos y pulse «Guardar».";
    question: "Question", "Pregunta";
    data: "Data", "Datos";
    shown_as: "Shown as", "Se muestra como";
    on_dashboard: "On a dashboard", "En un tablero";
    saved_when: "Saved", "Guardada";
    actions: "Actions", "Acciones";
    delete: "Delete", "Eliminar";
    open: "Open", "Abrir";
    was_deleted: "was deleted.", "se ha eliminado.";
}

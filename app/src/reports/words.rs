//! Words of downloads and the report store.

crate::words! {
    download: "Download", "Descargar";
    download_of: "Download", "Descargar";
    format: "Format", "Formato";
    csv: "CSV", "CSV";
    csv_text: "For spreadsheets and other programs. No row limit.", "Para hojas de cálculo y otros programas. Sin límite de filas.";
    json: "JSON", "JSON";
    json_text: "One list of objects, for programs. No row limit.", "Una lista de objetos, para programas. Sin límite de filas.";
    json_lines: "JSON lines", "Líneas JSON";
    json_lines_text: "One object a line, for large data. No row limit.", "Un objeto por línea, para datos grandes. Sin límite de filas.";
    pdf: "PDF", "PDF";
    pdf_text: "To read and to print, charts included.", "Para leer e imprimir, con los gráficos.";
    pdf_at_most: "At most", "Como mucho";
    pdf_rows: "rows", "filas";
    pdf_too_many: "This is more than a PDF holds: it will hold the first", "Es más de lo que cabe en un PDF: contendrá las primeras";
    pdf_of: "of", "de";
    pdf_take_csv: "CSV and JSON hold all of them.", "CSV y JSON las contienen todas.";
    spanish_excel: "For Spanish Excel: semicolons and decimal commas", "Para Excel en español: punto y coma, y coma decimal";
    make: "Make the file", "Crear el archivo";
    waiting: "Waiting for its turn…", "Esperando su turno…";
    making: "Being made…", "Creándose…";
    rows_so_far: "rows so far", "filas hasta ahora";
    ready: "Your file is ready.", "Su archivo está listo.";
    open_file: "Save the file", "Guardar el archivo";
    another: "Another format", "Otro formato";
    failed: "The file could not be made.", "No se ha podido crear el archivo.";
    left_out: "Left out", "Fuera del archivo";
    only_what_you_see: "The file holds only what you may see, as on the page.", "El archivo contiene solo lo que usted puede ver, como en la página.";
    kept: "It is kept for", "Se guarda";
    kept_days: "days under", "días en";
    reports: "Reports", "Informes";
    reports_lead: "Files you have made. Only you can open them, and only while your access is the same.",
        "Los archivos que ha creado. Solo usted puede abrirlos, y solo mientras su acceso sea el mismo.";
    none_yet: "No reports yet", "Aún no hay informes";
    none_yet_text: "Press “Download” on a dashboard, a tile or data: the file is made and kept here.",
        "Pulse «Descargar» en un tablero, un panel o unos datos: el archivo se crea y se guarda aquí.";
    may_not: "Your role does not download files. Whoever administers access can change that.", "Su perfil no descarga archivos. Puede cambiarlo quien administra los accesos.";
    no_format: "Your role may look at this but download it in none of its formats. Whoever administers permissions can change that.",
        "Su perfil permite ver esto, pero no descargarlo en ninguno de sus formatos. Puede cambiarlo quien administra los permisos.";
    format_withdrawn: "Your role no longer takes files of this format.", "Su perfil ya no se lleva archivos de este formato.";
    see_dashboards: "See the dashboards", "Ver los tableros";
    title_head: "Report", "Informe";
    state: "State", "Estado";
    rows: "Rows", "Filas";
    size: "Size", "Tamaño";
    pages: "pages", "páginas";
    made: "Made", "Creado";
    expires: "Kept until", "Se guarda hasta";
    actions: "Actions", "Acciones";
    state_waiting: "waiting", "en espera";
    state_making: "being made", "creándose";
    state_ready: "ready", "listo";
    state_failed: "failed", "fallido";
    state_run_again: "your access changed", "su acceso ha cambiado";
    state_expired: "expired", "caducado";
    run_again: "Run again", "Crear de nuevo";
    run_again_why: "Your access has changed since this was made, so it cannot be opened.", "Su acceso ha cambiado desde que se creó y no puede abrirse.";
    delete: "Delete", "Eliminar";
    deleted: "Deleted.", "Eliminado.";
    being_made_again: "It is being made again.", "Se está creando de nuevo.";
}

//! Words of the frame and the start page.

crate::words! {
    skip: "Skip to the content", "Saltar al contenido";
    main_navigation: "Main", "Principal";
    admin_navigation: "Administration", "Administración";
    home: "Start", "Inicio";
    dashboards: "Dashboards", "Tableros";
    data: "Data", "Datos";
    questions: "Questions", "Preguntas";
    reports: "Reports", "Informes";
    more: "More", "Más";
    jobs: "Jobs", "Procesos";
    sources: "Sources", "Fuentes";
    policies: "Policies", "Políticas";
    people: "People", "Personas";
    audit: "Audit", "Auditoría";
    your_access: "What you may see", "Lo que usted puede ver";
    account: "Your account", "Su cuenta";
    sign_out: "Sign out", "Salir";
    to_spanish: "Español", "Español";
    to_english: "English", "English";
    theme_dark: "Dark theme", "Tema oscuro";
    theme_light: "Light theme", "Tema claro";
    change_password_first: "Your password was given to you. Choose your own now.", "Su contraseña se la dio otra persona. Elija ahora la suya.";
    change_password: "Change password", "Cambiar contraseña";
    hello: "Hello", "Hola";
    what_changed: "What is new and where you left off.", "Lo nuevo y lo último que hizo.";
    your_dashboards: "Dashboards", "Tableros";
    all_dashboards: "All dashboards", "Todos los tableros";
    no_dashboards: "No dashboard yet", "Todavía no hay tableros";
    no_dashboards_text: "Ask a question of your data and put its answer on a dashboard of your own.", "Haga una pregunta a sus datos y ponga la respuesta en un tablero propio.";
    no_marts_text: "When somebody gives you access to data, its dashboards appear here.", "Cuando le den acceso a datos, aquí aparecerán sus tableros.";
    see_data: "See the data", "Ver los datos";
    recent_reports: "Recent downloads", "Descargas recientes";
    no_reports: "Nothing downloaded yet. Every table and dashboard has a Download button.", "Todavía no hay descargas. Cada tabla y cada tablero tiene un botón Descargar.";
    no_export: "Your role may look but not download.", "Su perfil permite ver, pero no descargar.";
    all_reports: "All downloads", "Todas las descargas";
    notices: "Notices", "Avisos";
    dismiss: "Dismiss", "Descartar";
    last_runs: "Jobs", "Procesos";
    all_jobs: "All jobs", "Todos los procesos";
    first_steps: "First steps", "Primeros pasos";
    first_steps_text: "This house is empty. Four steps to the first dashboard.", "Esta casa está vacía. Cuatro pasos hasta el primer tablero.";
    step_people: "Add a person", "Añadir una persona";
    step_people_text: "Who looks at data, and in which department. You administer; you see no data yourself.",
        "Quién mira los datos y en qué departamento. Usted administra; no ve datos.";
    step_source: "Upload a file or connect a source", "Subir un archivo o conectar una fuente";
    step_source_text: "A CSV or Parquet file is enough. It becomes a table of the lake.", "Basta un archivo CSV o Parquet. Será una tabla del lago.";
    step_mart: "Make a data mart", "Crear un mart de datos";
    step_mart_text: "A query with names for its measures. One department gets the first grant.", "Una consulta con nombres para sus medidas. Un departamento recibe el primer permiso.";
    step_dashboard: "Let them ask", "Dejar que pregunten";
    step_dashboard_text: "The person signs in, asks, and puts the answer on a dashboard.", "La persona entra, pregunta y pone la respuesta en un tablero.";
    tiles: "tiles", "gráficos";
    own: "yours", "propio";
}

//! Words of dashboards and saved questions.

crate::words! {
    dashboards: "Dashboards", "Tableros";
    dashboard: "Dashboard", "Tablero";
    questions: "Questions", "Preguntas";
}

//! Words of Kibana's pages.

crate::words! {
    kibana_lead: "All streams of your department, as they are. What you do here stays in your department's space.", "Todos los flujos de su departamento, tal como son. Lo que haga aquí queda en el espacio de su departamento.";
    admin_lead: "For which departments Kibana is set up. Only people who see all streams of a department, without filter or mask, may open it.", "Para qué departamentos está configurado Kibana. Solo lo abre quien ve todos los flujos de un departamento, sin filtros ni máscaras.";
    not_configured: "No Kibana is configured", "No hay ningún Kibana configurado";
    not_configured_text: "Set ATALAYA_KIBANA_URL and ATALAYA_ELASTICSEARCH_URL and start the portal again.", "Indique ATALAYA_KIBANA_URL y ATALAYA_ELASTICSEARCH_URL y vuelva a arrancar el portal.";
    no_streams: "No department has streams", "Ningún departamento tiene flujos";
    no_streams_text: "When a stream is declared, its department appears here.", "Cuando se declare un flujo, su departamento aparecerá aquí.";
    upstream: "Kibana answers at", "Kibana responde en";
    public: "Shown to browsers at", "Se muestra a los navegadores en";
    space: "Space", "Espacio";
    streams: "Streams", "Flujos";
    set_up_at: "Set up", "Configurado";
    not_yet: "not yet", "todavía no";
    set_up: "Set up", "Configurar";
    was_set_up: "Space, role, key and data views are written.", "Espacio, función, clave y vistas de datos escritos.";
    check: "Check", "Comprobar";
}

//! Words of marts and questions.

crate::words! {
    marts: "Data", "Datos";
    mart: "Data mart", "Mart de datos";
    ask: "Ask", "Preguntar";
}

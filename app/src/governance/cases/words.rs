//! Words of policy tests.

crate::words! {
    tests: "Policy tests", "Pruebas de políticas";
    lead: "What somebody must or must not see. They run before a policy or a person is changed, by the rules alone: no row is read.",
        "Qué debe o no debe ver alguien. Se comprueban antes de cambiar una política o a una persona, solo con las reglas: no se lee ninguna fila.";
    policies: "Policies", "Políticas";
    run_all: "Run all", "Comprobar todas";
    add: "Add test", "Añadir prueba";
    edit: "Edit", "Editar";
    edit_test: "Edit test", "Editar prueba";
    none: "No policy test yet", "Todavía no hay pruebas";
    none_text: "Write down what somebody must never see: a later change of a policy or of a person cannot break it unnoticed.",
        "Anote lo que alguien no debe ver nunca: ningún cambio posterior de una política o de una persona podrá romperlo sin que se note.";
    name: "Name", "Nombre";
    name_help: "It is read in refusals and in the audit log: write no value of the data.", "Se lee en los rechazos y en la auditoría: no escriba valores de los datos.";
    person: "Person", "Persona";
    gone: "somebody who is gone", "alguien que ya no está";
    department: "In the department", "En el departamento";
    department_help: "Their share is another one in each of their departments.", "En cada uno de sus departamentos tiene otra parte de los datos.";
    where_they_act: "where they begin", "donde empieza";
    within: "in", "en";
    mart: "Data mart or stream", "Mart de datos o flujo";
    expectation: "Expected", "Se espera";
    sees_nothing: "sees nothing of it", "no ve nada";
    is_granted: "it is granted", "está concedido";
    sees_column: "sees the column", "ve la columna";
    hides_column: "does not see the column", "no ve la columna";
    masked: "the column is masked", "la columna tiene máscara";
    masked_as: "is masked as", "tiene la máscara";
    only_rows: "only rows where the column is among", "solo filas en que la columna está entre";
    only_rows_where: "only rows where", "solo filas en que";
    is_among: "is among", "está entre";
    leaves_no_row: "its rules leave no row", "sus reglas no dejan ninguna fila";
    column: "Column", "Columna";
    mask: "Mask", "Máscara";
    mask_size: "Step or number of characters", "Tramo o número de caracteres";
    values: "Values", "Valores";
    values_help: "Several: separate them with commas.", "Varios: sepárelos con comas.";
    verdict: "Now", "Ahora";
    holds: "holds", "se cumple";
    broken: "broken", "rota";
    cannot_tell: "cannot tell", "no se sabe";
    all_hold: "All tests hold.", "Se cumplen todas las pruebas.";
    of_them_hold: "hold of", "se cumplen de";
    saved: "Saved. It runs at the next change of a policy or of a person.", "Guardada. Se comprueba en el próximo cambio de una política o de una persona.";
    delete: "Delete", "Borrar";
    deleted: "Deleted.", "Borrada.";
    delete_title: "Delete this test?", "¿Borrar esta prueba?";
    delete_text: "Changes are then no longer checked against it.", "Los cambios ya no se comprobarán con ella.";
    actions: "Actions", "Acciones";

    anyway_title: "Policy tests break", "Se rompen pruebas";
    reason: "Why it is changed all the same", "Por qué se cambia de todos modos";
    reason_help: "The reason and the names of the tests stand in the audit log.", "El motivo y los nombres de las pruebas quedan en la auditoría.";
    save_anyway: "Save although tests break", "Guardar aunque se rompan pruebas";
    restore_anyway: "Restore although tests break", "Restaurar aunque se rompan pruebas";
    delete_anyway: "Delete although tests break", "Borrar aunque se rompan pruebas";
}

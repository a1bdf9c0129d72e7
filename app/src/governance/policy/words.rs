//! Words of one policy: its form, its history, two changes at once.

crate::words! {
    choose_mart_first: "Choose the data mart first: its columns come then.", "Elija antes el mart de datos: después aparecen sus columnas.";
    not_published: "It is not published yet, so its columns are not known: write what fits once it is.",
        "Aún no se ha publicado y no se conocen sus columnas: escriba lo que valdrá cuando lo esté.";
    rows_help: "A range is two rules: at least, and at most. What a rule reads of a person is set on the page of people; without it they see nothing.",
        "Un intervalo son dos reglas: como mínimo y como máximo. Lo que una regla lee de una persona se pone en la página de personas; sin ello no ve nada.";
    no_rules: "No rule: all rows.", "Sin reglas: todas las filas.";
    rule: "Rule", "Regla";
    remove_rule: "Remove the rule on", "Quitar la regla sobre";
    compared_with: "Compared with", "Comparar con";
    these_values: "these values", "estos valores";
    persons_attribute: "the person's", "de la persona";
    value: "Value", "Valor";
    add_value: "Add value", "Añadir valor";
    remove_value: "Remove the value", "Quitar el valor";
    yes: "true", "verdadero";
    no: "false", "falso";
    time_example: "2017-01-31T08:00:00Z", "2017-01-31T08:00:00Z";

    op_in: "is one of", "es uno de";
    op_is: "is", "es";
    op_is_not: "is not", "no es";
    op_less: "is less than", "es menor que";
    op_at_most: "is at most", "es como máximo";
    op_more: "is more than", "es mayor que";
    op_at_least: "is at least", "es como mínimo";
    op_empty: "is empty", "está vacío";
    op_not_empty: "is not empty", "no está vacío";
    their_many: "their", "sus";
    their_one: "their", "su";

    kind_text: "text", "texto";
    kind_integer: "whole number", "número entero";
    kind_number: "number", "número";
    kind_bool: "true or false", "verdadero o falso";
    kind_date: "date", "fecha";
    kind_timestamp: "time", "momento";
    kind_gone: "not in the mart any more", "ya no está en el mart";
    kind_unknown: "type not known", "tipo desconocido";

    columns: "Columns they see, and how", "Columnas que ven, y cómo";
    columns_help: "What is not ticked is hidden. New columns, and those whose type has changed, stay hidden until you tick them.",
        "Lo que no está marcado queda oculto. Las columnas nuevas, y las que han cambiado de tipo, quedan ocultas hasta que las marque.";
    masks_help: "From the strictest: hidden, left empty, replaced by a code, rounded, the last characters. Where several policies mask a column, the strictest wins.",
        "De lo más a lo menos estricto: oculta, vacía, sustituida por un código, redondeada, los últimos caracteres. Si varias políticas enmascaran una columna, vale lo más estricto.";
    shown: "shown as it is", "se ve tal cual";
    mask_of: "How they see", "Cómo ven";
    step_of: "Step for", "Tramo de";
    kept_of: "Characters kept of", "Caracteres que quedan de";
    new_column: "new or changed", "nueva o cambiada";
    say_hide: "hidden", "oculta";
    say_null: "left empty", "vacía";
    say_hash: "replaced by a code", "sustituida por un código";
    say_bucket: "in steps of", "en tramos de";
    say_keep_last: "only the last characters:", "solo los últimos caracteres:";

    in_words: "In words", "En palabras";
    sees_all: "Sees all rows", "Ve todas las filas";
    sees_where: "Sees rows where", "Ve las filas en que";
    and: "and", "y";
    does_not_see: "does not see", "no ve";
    not_in_force: "not in force", "no está en vigor";

    why: "Why", "Por qué";
    why_help: "One line. It stays in the history and in the audit log.", "Una línea. Queda en el historial y en la auditoría.";

    fault_column: "Choose a column.", "Elija una columna.";
    fault_gone: "The mart has no such column any more: choose another one, or remove the rule.", "El mart ya no tiene esa columna: elija otra o quite la regla.";
    fault_mask_gone: "The mart has no such column any more: show it as it is to remove the mask.", "El mart ya no tiene esa columna: déjela tal cual para quitar la máscara.";
    fault_worded: "This is running text, which is found word by word: no rule can be over it.", "Es texto corrido, que se busca palabra por palabra: ninguna regla puede ser sobre él.";
    fault_operator: "This comparison does not fit the type of the column.", "Esta comparación no vale para el tipo de la columna.";
    fault_value: "Write a value.", "Escriba un valor.";
    fault_type: "This is no value of the column's type.", "No es un valor del tipo de la columna.";
    fault_person: "What begins with person. is an attribute: choose it from the list.", "Lo que empieza por person. es un atributo: elíjalo en la lista.";
    fault_size_step: "The step is a number above 0.", "El tramo es un número mayor que 0.";
    fault_size_kept: "The number of characters is from 0 to 255.", "El número de caracteres va de 0 a 255.";
    fault_mask: "This mask does not fit the type of the column.", "Esta máscara no vale para el tipo de la columna.";
    fault_columns: "Tick at least one column. To let them see nothing, take the policy out of force or delete it.",
        "Marque al menos una columna. Para que no vean nada, deje la política sin vigor o bórrela.";
    look_above: "Something above is not right yet.", "Algo de lo anterior aún no está bien.";

    history: "History", "Historial";
    history_of: "History of one policy", "Historial de una política";
    history_lead: "Every change of a policy: what, by whom, when and why. What was once in force can be restored, deleted policies too.",
        "Cada cambio de una política: qué, quién, cuándo y por qué. Lo que estuvo en vigor se puede restaurar, también las políticas borradas.";
    no_history: "No change yet", "Todavía no hay cambios";
    no_history_text: "Changes stand here from the first one on.", "Los cambios aparecen aquí desde el primero.";
    all_policies: "All policies", "Todas las políticas";
    older: "Older changes", "Cambios anteriores";
    to_policies: "Policies", "Políticas";
    made: "made", "creada";
    changed: "changed", "cambiada";
    deleted: "deleted", "borrada";
    restored: "restored", "restaurada";
    applied: "applied from files", "aplicada desde ficheros";
    applied_gone: "deleted: not in the files any more", "borrada: ya no está en los ficheros";
    no_why: "no reason given", "sin motivo";
    nothing_changed: "Saved without a change.", "Guardada sin cambios.";
    was_then: "It was", "Era";
    removed: "removed", "quitado";
    added: "added", "añadido";
    restore: "Restore", "Restaurar";
    restore_title: "Restore this policy?", "¿Restaurar esta política?";
    restore_text: "It becomes again what it was after this change, for everybody at their next read. What it is now stays in the history.",
        "Vuelve a ser lo que era después de este cambio, para todos en su próxima lectura. Lo que es ahora queda en el historial.";
    restore_deleted_text: "It comes back as it was when it was deleted, for everybody at their next read.",
        "Vuelve como era cuando se borró, para todos en su próxima lectura.";
    restored_now: "Restored. It holds at everybody's next read.", "Restaurada. Vale desde la próxima lectura de cada persona.";

    merge_lead: "Somebody changed this policy while you did. Nothing of yours is lost: choose for each field, then save.",
        "Alguien cambió esta política a la vez que usted. No se pierde nada suyo: elija en cada campo y guarde.";
    merge_gone: "Somebody deleted this policy while you changed it.", "Alguien borró esta política mientras usted la cambiaba.";
    merge_gone_text: "You can save yours as a new policy, or leave it deleted.", "Puede guardar la suya como política nueva o dejarla borrada.";
    began_from: "You began from", "Usted partió de";
    there_now: "There now", "Lo que hay ahora";
    yours: "Yours", "Lo suyo";
    differs: "both changed it", "ambos lo cambiaron";
    choose_all: "Choose for each field that both changed.", "Elija en cada campo que ambos cambiaron.";
    save_merged: "Save what is chosen", "Guardar lo elegido";
    save_as_new: "Save as a new policy", "Guardar como política nueva";
    nothing: "nothing", "nada";
}

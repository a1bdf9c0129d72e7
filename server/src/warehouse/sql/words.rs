//! What went wrong with a statement, in both languages, with what to change. Names in it are the writer's own; nothing of another schema is.

use crate::fault::Fault;
use app::{ask::FaultKind, text::Text};
use warehouse::QueryFault;

/// The field of the question that these faults are about.
const FIELD: &str = "statement";
/// Most characters of a name that is repeated.
const NAME: usize = 100;

/// A fault of the gate or the engine as the writer of the statement is told it.
pub fn told(fault: QueryFault) -> Fault {
    let text = match fault {
        QueryFault::UnknownMart(name) => {
            let name = short(&name);
            Text::of(
                format!("There is no table {name}. The tables that you may read stand beside the editor."),
                format!("No hay ninguna tabla {name}. Las tablas que puede leer están junto al editor."),
            )
        }
        QueryFault::UnknownColumn(name) => {
            let name = short(&name);
            Text::of(
                format!("There is no column {name} in what is read. The columns of each table stand beside the editor."),
                format!("No hay ninguna columna {name} en lo que se lee. Las columnas de cada tabla están junto al editor."),
            )
        }
        QueryFault::Refused(reason) => refused(&reason),
        QueryFault::TooMuch("queries at once") => {
            let text = Text::of("Too many queries are at work. Try again in a moment.", "Hay demasiadas consultas en marcha. Inténtelo dentro de un momento.");
            return Fault::new(FaultKind::TooMany, text);
        }
        QueryFault::TooMuch(bound) => too_much(bound),
        QueryFault::Expression(what) => expression(what),
        other => return other.into(),
    };
    Fault::invalid_text(text).on(FIELD)
}

/// The gate's reasons, each with its next step.
const REFUSALS: &[(&str, &str, &str)] = &[
    (
        "only one select can be asked",
        "One select can be run, and nothing else: no explain, show, copy or change, and no second statement.",
        "Se puede ejecutar un único select y nada más: ni explain, show, copy o cambios, ni una segunda sentencia.",
    ),
    ("only a select can be asked: this writes", "Only a select can be run: this writes.", "Solo se puede ejecutar un select: esto escribe."),
    (
        "only a select can be asked: into writes",
        "Only a select can be run: `into` writes. Take it out.",
        "Solo se puede ejecutar un select: `into` escribe. Quítelo.",
    ),
    ("only a select can be asked", "Only a select can be run.", "Solo se puede ejecutar un select."),
    ("write select * from …", "Write `select * from …`.", "Escriba `select * from …`."),
    (
        "union by name",
        "`union by name` is not supported. Write the columns in the same order.",
        "`union by name` no se admite. Escriba las columnas en el mismo orden.",
    ),
    ("a function's name is one word", "The name of a function is one word, without quotes.", "El nombre de una función es una sola palabra, sin comillas."),
    (
        "this form of a function's arguments",
        "This form of a function's arguments is not supported. Write plain arguments, apart by commas.",
        "Esta forma de los argumentos de una función no se admite. Escriba argumentos simples separados por comas.",
    ),
    ("recursive queries", "Recursive queries are not supported.", "Las consultas recursivas no se admiten."),
    (
        "this form of with",
        "This form of `with` is not supported. Write `with name as (select …)`.",
        "Esta forma de `with` no se admite. Escriba `with nombre as (select …)`.",
    ),
    (
        "this clause of a select",
        "A clause of this select is not supported. Use select, from, where, group by, having, order by and limit.",
        "Una cláusula de este select no se admite. Use select, from, where, group by, having, order by y limit.",
    ),
    (
        "limit by",
        "`limit … by` is not supported. Use `row_number() over (partition by …)`.",
        "`limit … by` no se admite. Use `row_number() over (partition by …)`.",
    ),
    ("several names for one column", "Give each column one name.", "Dé un solo nombre a cada columna."),
    (
        "a select reads marts and selects, not functions",
        "After `from` stand tables and selects in parentheses, no functions and no files.",
        "Después de `from` van tablas y selects entre paréntesis, no funciones ni archivos.",
    ),
    ("placeholders", "There are no placeholders here. Write the value itself.", "Aquí no hay marcadores de posición. Escriba el valor."),
    (
        "this form of expression",
        "An expression is of a form that is not supported. Write it more simply.",
        "Una expresión tiene una forma que no se admite. Escríbala de forma más simple.",
    ),
    (
        "this form of select is not supported",
        "This form of select is not supported. Write it more simply.",
        "Esta forma de select no se admite. Escríbala de forma más simple.",
    ),
    (
        "a column's name is in two marts: write the mart's name before it",
        "The name of a column is in two of the tables. Write the table's name before it.",
        "El nombre de una columna está en dos de las tablas. Escriba delante el nombre de la tabla.",
    ),
    (
        "two columns of the result have the same name: give one of them another with `as`",
        "Two columns of the result have the same name. Give one of them another with `as`.",
        "Dos columnas del resultado tienen el mismo nombre. Dé otro a una de ellas con `as`.",
    ),
    (
        "the types of an operator's or function's values do not fit together",
        "The values of an operator or function are of types that do not fit together. Turn one with `cast(… as …)`.",
        "Los valores de un operador o función son de tipos que no encajan. Convierta uno con `cast(… as …)`.",
    ),
    (
        "a column stands outside an aggregate without being in group by",
        "A column stands outside an aggregate without being in `group by`. Add it there, or aggregate it.",
        "Una columna está fuera de un agregado sin estar en `group by`. Añádala allí o agréguela.",
    ),
    (
        "the select does not fit together: look at its names and clauses",
        "The select does not fit together. Look at its names and clauses.",
        "El select no encaja. Revise sus nombres y cláusulas.",
    ),
    (
        "a result is text, a number, a date, a time or yes/no",
        "A column of the result has a type that cannot be shown. Turn it into text, a number, a date or a time with `cast(… as …)`.",
        "Una columna del resultado tiene un tipo que no se puede mostrar. Conviértala en texto, número, fecha u hora con `cast(… as …)`.",
    ),
];

fn refused(reason: &str) -> Text {
    if let Some((_, en, es)) = REFUSALS.iter().find(|(known, ..)| *known == reason) {
        return Text::of(*en, *es);
    }
    if let Some(name) = reason.strip_prefix("there is no function ") {
        return Text::of(
            format!("There is no function {name} here. The editor offers those that there are."),
            format!("Aquí no hay ninguna función {name}. El editor ofrece las que hay."),
        );
    }
    if let Some(place) = reason.strip_prefix("this is not SQL that can be read") {
        let (en, es) = place_words(place);
        return Text::of(format!("This cannot be read as SQL{en}."), format!("Esto no se puede leer como SQL{es}."));
    }
    Text::of(format!("This cannot be run: {reason}."), format!("Esto no se puede ejecutar: {reason}."))
}

/// ` at line: 2, column: 7` as people say it; nothing when the place is not known.
fn place_words(place: &str) -> (String, String) {
    let number = |word: &str| place.split_once(word).map(|(_, rest)| rest.trim_start().chars().take_while(char::is_ascii_digit).collect::<String>());
    match (number("line:"), number("column:")) {
        (Some(line), Some(column)) if !line.is_empty() && !column.is_empty() => {
            (format!(": look at line {line}, column {column}"), format!(": mire la línea {line}, columna {column}"))
        }
        _ => (String::new(), String::new()),
    }
}

/// Bounds of the gate and the engine.
const BOUNDS: &[(&str, &str)] = &[
    ("text of the statement", "texto de la sentencia"),
    ("operators", "operadores"),
    ("nesting", "anidamiento"),
    ("parts of the select", "partes del select"),
    ("parts of a union", "partes de una unión"),
    ("functions that make text", "funciones que crean texto"),
    ("columns in cube and rollup", "columnas en cube y rollup"),
    ("repetition in nested selects", "repetición en selects anidados"),
    ("expressions", "expresiones"),
    ("columns of a select", "columnas de un select"),
    ("text made by one function", "texto creado por una función"),
    ("time", "tiempo"),
    ("memory", "memoria"),
];

fn too_much(bound: &'static str) -> Text {
    let es = BOUNDS.iter().find(|(known, _)| *known == bound).map_or(bound, |(_, es)| *es);
    Text::of(
        format!("This asks for too much ({bound}). Read fewer rows with `where`, group less finely, or write it in smaller parts."),
        format!("Esto pide demasiado ({es}). Lea menos filas con `where`, agrupe con menos detalle o escríbalo en partes menores."),
    )
}

fn expression(what: &'static str) -> Text {
    match what {
        "a division by zero" | "division by zero" => {
            Text::of("A division by zero. Write `nullif(…, 0)` around what is divided by.", "Una división entre cero. Escriba `nullif(…, 0)` en el divisor.")
        }
        "a number is out of range" => {
            Text::of("A number is out of range. Use a wider type: `cast(… as double)`.", "Un número se sale de rango. Use `cast(… as double)`.")
        }
        _ => Text::of(
            "A value cannot be turned into the type that is asked for. Use `try_cast`, which leaves it blank.",
            "Un valor no se puede convertir al tipo pedido. Use `try_cast`, que lo deja en blanco.",
        ),
    }
}

fn short(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(reason: &str) -> Text {
        told(QueryFault::Refused(reason.into())).message
    }

    #[test]
    fn a_place_is_told_as_people_say_it() {
        assert_eq!(refusal("this is not SQL that can be read at line: 2, column: 7").en, "This cannot be read as SQL: look at line 2, column 7.");
        assert_eq!(refusal("this is not SQL that can be read").es, "Esto no se puede leer como SQL.");
    }

    #[test]
    fn what_is_too_much_for_now_may_be_tried_again() {
        let busy = told(QueryFault::TooMuch("queries at once"));
        assert_eq!((busy.kind, busy.retry), (FaultKind::TooMany, true));
        let vast = told(QueryFault::TooMuch("memory"));
        assert_eq!((vast.kind, vast.field.as_deref()), (FaultKind::Invalid, Some(FIELD)));
        assert!(vast.message.es.contains("memoria"));
    }

    #[test]
    fn a_table_is_named_as_it_was_written_and_not_at_length() {
        let text = told(QueryFault::UnknownMart(format!("x\n{}", "y".repeat(400)))).message.en;
        assert!(text.starts_with("There is no table xy") && text.len() < 220, "{text}");
    }
}

//! What can be wrong with a query, in both languages, and where.

/// Where a query is wrong, and why: shown under the character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongQuery {
    /// Character (not byte) where it begins, and how many.
    pub at: usize,
    pub length: usize,
    pub en: String,
    pub es: String,
}

impl WrongQuery {
    fn new(at: usize, length: usize, en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { at, length: length.max(1), en: en.into(), es: es.into() }
    }

    /// The same words for a field that does not exist and one that this reader may not ask for.
    pub(super) fn unknown_field(at: usize, length: usize, name: &str) -> Self {
        Self::new(
            at,
            length,
            format!("there is no field “{name}” to ask for here; choose one of the list, or put the text in quotes"),
            format!("aquí no hay un campo «{name}» por el que preguntar; elija uno de la lista o ponga el texto entre comillas"),
        )
    }

    pub(super) fn too_long(at: usize, most: usize) -> Self {
        Self::new(
            at,
            1,
            format!("a query has at most {most} characters; from here on it is too long"),
            format!("una consulta tiene como mucho {most} caracteres; a partir de aquí es demasiado larga"),
        )
    }

    pub(super) fn too_deep(at: usize) -> Self {
        Self::new(at, 1, "too many parentheses within one another; write it flatter", "demasiados paréntesis unos dentro de otros; escríbala más plana")
    }

    pub(super) fn too_many(at: usize, most: usize) -> Self {
        Self::new(
            at,
            1,
            format!("a query has at most {most} conditions; split it in two"),
            format!("una consulta tiene como mucho {most} condiciones; divídala en dos"),
        )
    }

    pub(super) fn unclosed(at: usize, closing: char) -> Self {
        Self::new(at, 1, format!("this is not closed; add {closing}"), format!("esto no se cierra; añada {closing}"))
    }

    pub(super) fn closes_nothing(at: usize) -> Self {
        Self::new(
            at,
            1,
            "this parenthesis closes nothing; take it away, or write \\) for the character itself",
            "este paréntesis no cierra nada; quítelo, o escriba \\) para el propio carácter",
        )
    }

    pub(super) fn empty_group(at: usize, length: usize) -> Self {
        Self::new(at, length, "nothing stands between these parentheses; write a condition", "no hay nada entre estos paréntesis; escriba una condición")
    }

    pub(super) fn missing_side(at: usize, word: &str) -> Self {
        Self::new(
            at,
            word.chars().count(),
            format!("{word} needs a condition after it, and AND and OR one before; in quotes it is an ordinary word"),
            format!("{word} necesita una condición detrás, y AND y OR también delante; entre comillas es una palabra normal"),
        )
    }

    pub(super) fn missing_value(at: usize, length: usize, field: &str) -> Self {
        Self::new(
            at,
            length,
            format!("a value is missing after “{field}”; write one, or * for any"),
            format!("falta un valor después de «{field}»; escriba uno, o * para cualquiera"),
        )
    }

    pub(super) fn range_form(at: usize, length: usize) -> Self {
        Self::new(
            at,
            length,
            "write a range as [from TO until], with { or } where the bound itself is not meant and * where it is open",
            "escriba un intervalo como [desde TO hasta], con { o } si el límite no se incluye y * si queda abierto",
        )
    }

    pub(super) fn no_range(at: usize, length: usize, field: &str) -> Self {
        Self::new(
            at,
            length,
            format!("“{field}” has no order, so it takes no range; ask for a value"),
            format!("«{field}» no tiene orden, así que no admite intervalos; pregunte por un valor"),
        )
    }

    pub(super) fn not_a(at: usize, length: usize, field: &str, (en, es): (&str, &str)) -> Self {
        Self::new(at, length, format!("“{field}” holds {en}"), format!("«{field}» contiene {es}"))
    }

    pub(super) fn no_wildcard(at: usize, length: usize, field: &str) -> Self {
        Self::new(
            at,
            length,
            format!("“{field}” takes no * or ? within a value; use a range such as {field}:[1 TO 9]"),
            format!("«{field}» no admite * ni ? dentro de un valor; use un intervalo como {field}:[1 TO 9]"),
        )
    }

    pub(super) fn leading_wildcard(at: usize) -> Self {
        Self::new(
            at,
            1,
            "* or ? may begin a value only after the name of a keyword field, such as path:*.png",
            "* o ? solo pueden iniciar un valor tras el nombre de un campo de valor exacto, como path:*.png",
        )
    }

    pub(super) fn pattern_too_long(at: usize, length: usize) -> Self {
        Self::new(at, length, "a pattern has at most 200 bytes, 8 * and 8 ?; shorten it", "un patrón tiene como mucho 200 bytes, 8 * y 8 ?; acórtelo")
    }

    pub(super) fn nothing_to_find(at: usize, length: usize) -> Self {
        Self::new(
            at,
            length,
            "there is no letter or digit in this; name a keyword field to look for the characters themselves",
            "no hay ninguna letra ni cifra; nombre un campo de valor exacto para buscar los propios caracteres",
        )
    }
}

//! What runs, logs and notices say, in both languages. Names, counts and reasons; never a value taken from data.

use super::rules::Drift;
use app::text::Text;
use warehouse::{
    ColumnType,
    reading::{ReadFault, Reason},
};

pub fn again(attempt: u32) -> Text {
    Text::of(format!("Attempt {attempt}: everything is done again from the start."), format!("Intento {attempt}: todo se hace de nuevo desde el principio."))
}

pub fn next_try(at_ms: i64) -> Text {
    let at = chrono::DateTime::from_timestamp_millis(at_ms).map(|at| at.format("%H:%M:%S UTC").to_string()).unwrap_or_default();
    Text::of(format!("Next attempt at {at}."), format!("Próximo intento a las {at}."))
}

pub fn cancelled() -> Text {
    Text::of("Cancelled: nothing was published.", "Cancelada: no se ha publicado nada.")
}

pub fn failed(job: &str, message: &Text) -> Text {
    Text::of(format!("{job} failed: {}", message.en), format!("{job} ha fallado: {}", message.es))
}

pub fn unchanged(dataset: &str, run: &str) -> Text {
    Text::of(
        format!("{dataset}: its files are the ones that run {run} loaded; not loaded again."),
        format!("{dataset}: sus ficheros son los que cargó la ejecución {run}; no se cargan otra vez."),
    )
}

pub fn loaded(dataset: &str, rows: u64, quarantined: u64) -> Text {
    match quarantined {
        0 => Text::of(format!("{dataset}: {rows} rows loaded."), format!("{dataset}: {rows} filas cargadas.")),
        _ => Text::of(
            format!("{dataset}: {rows} rows loaded, {quarantined} in quarantine."),
            format!("{dataset}: {rows} filas cargadas, {quarantined} en cuarentena."),
        ),
    }
}

pub fn nothing_fits(dataset: &str, rows: u64) -> Text {
    Text::of(
        format!("{dataset}: none of {rows} rows fits; the published version stays. Compare the file's columns with the declared ones."),
        format!("{dataset}: no encaja ninguna de {rows} filas; se mantiene la versión publicada. Compare las columnas del fichero con las declaradas."),
    )
}

pub fn built(dataset: &str, rows: u64) -> Text {
    Text::of(format!("{dataset}: {rows} rows built."), format!("{dataset}: {rows} filas construidas."))
}

pub fn publishing(tables: usize) -> Text {
    match tables {
        1 => Text::of("Publishing 1 table.", "Se publica 1 tabla."),
        _ => Text::of(format!("Publishing {tables} tables at once."), format!("Se publican {tables} tablas a la vez.")),
    }
}

pub fn drift(dataset: &str, drift: &Drift) -> Text {
    let list = |names: &[String]| names.join(", ");
    let mut en = Vec::new();
    let mut es = Vec::new();
    for (names, said_en, said_es) in
        [(&drift.added, "new", "nuevas"), (&drift.gone, "gone", "desaparecidas"), (&drift.retyped, "of another type", "de otro tipo")]
    {
        if !names.is_empty() {
            en.push(format!("{said_en}: {}", list(names)));
            es.push(format!("{said_es}: {}", list(names)));
        }
    }
    Text::of(format!("{dataset}: its columns changed ({}).", en.join("; ")), format!("{dataset}: han cambiado sus columnas ({}).", es.join("; ")))
}

pub fn shrunk(dataset: &str, before: u64, now: u64) -> Text {
    Text::of(
        format!("{dataset}: {now} rows where the version before had {before}."),
        format!("{dataset}: {now} filas donde la versión anterior tenía {before}."),
    )
}

pub fn found(dataset: &str, check: &Text, rows: u64) -> Text {
    Text::of(format!("{dataset}: {}: {rows}.", check.en), format!("{dataset}: {}: {rows}.", check.es))
}

pub fn check_failed(dataset: &str, check: &Text, rows: u64) -> Text {
    Text::of(
        format!("{dataset}: {}: {rows}. The check is of level error: nothing was published.", check.en),
        format!("{dataset}: {}: {rows}. La comprobación es de nivel error: no se ha publicado nada.", check.es),
    )
}

pub fn may_not_read(dataset: &str, department: &str, read: &str) -> Text {
    Text::of(
        format!("{dataset}: the department {department} neither owns nor was granted {read}, or nothing was published there yet."),
        format!("{dataset}: el departamento {department} no es dueño de {read} ni se le ha concedido, o aún no hay nada publicado."),
    )
}

pub fn engine(dataset: &str) -> Text {
    Text::of(
        format!("{dataset}: the engine or the disk failed; the cause is in the portal's log."),
        format!("{dataset}: ha fallado el motor o el disco; la causa está en el registro del portal."),
    )
}

pub fn disk_full(what: &str) -> Text {
    Text::of(
        format!("{what}: the disk is full; free space in the data folder."),
        format!("{what}: el disco está lleno; libere espacio en la carpeta de datos."),
    )
}

pub fn too_much(dataset: &str, what: &str) -> Text {
    Text::of(
        format!("{dataset}: needs too much ({what}); raise memory_bytes or do less in one step."),
        format!("{dataset}: necesita demasiado ({what}); suba memory_bytes o haga menos en un paso."),
    )
}

pub fn expression(dataset: &str, what: &str) -> Text {
    Text::of(format!("{dataset}: an expression failed on the data ({what})."), format!("{dataset}: una expresión ha fallado con los datos ({what})."))
}

pub fn ours() -> Text {
    Text::of("Something failed inside the portal; the cause is in its log.", "Algo ha fallado dentro del portal; la causa está en su registro.")
}

pub fn still_written(url: &str) -> Text {
    Text::of(format!("{url}: the file is still being written."), format!("{url}: el fichero aún se está escribiendo."))
}

pub fn read_fault(fault: &ReadFault) -> Text {
    let es = match fault {
        ReadFault::Address { url, reason } => format!("{url}: {reason}"),
        ReadFault::Inside { url } => format!("{url} está dentro de los datos del propio portal y no puede ser una fuente"),
        ReadFault::NoFile { url } => format!("{url}: no se encuentra ningún fichero"),
        ReadFault::Unreachable { url, reason } => format!("{url}: {reason}"),
        ReadFault::Changed { file } => format!("{file}: la fuente ha cambiado mientras se leía"),
        ReadFault::Malformed { file, reason } => format!("{file}: {reason}"),
        ReadFault::Encoding { file, encoding } => format!("{file}: el texto está en {encoding}, no en UTF-8; guárdelo como UTF-8"),
        ReadFault::Header { file, reason } => format!("{file}: {reason}"),
    };
    Text::of(fault.to_string(), es)
}

/// Why a row is in quarantine.
pub fn reason(reason: &Reason) -> Text {
    match reason {
        Reason::NotOfType { column, expected } => {
            let (en, es) = kind(*expected);
            Text::of(format!("{column} is not {en}"), format!("{column} no es {es}"))
        }
        Reason::FieldCount { expected, found } => {
            Text::of(format!("{found} fields where the header has {expected}"), format!("{found} campos donde la cabecera tiene {expected}"))
        }
        Reason::RowTooLong { limit_bytes } => Text::of(format!("longer than {limit_bytes} bytes"), format!("más larga que {limit_bytes} bytes")),
        Reason::UnclosedQuote => Text::of("a quote is not closed, or text follows its close", "unas comillas no se cierran, o hay texto tras ellas"),
        Reason::Nul => Text::of("holds a zero byte", "contiene un byte cero"),
        Reason::NotUtf8 => Text::of("not UTF-8", "no es UTF-8"),
        Reason::NotJsonObject => Text::of("not one JSON object", "no es un objeto JSON"),
        Reason::NumberOutOfRange => Text::of("a number is out of range", "un número está fuera de rango"),
        Reason::DuplicateKey => Text::of("a key stands twice", "una clave aparece dos veces"),
        Reason::TooDeep { limit } => Text::of(format!("nested deeper than {limit}"), format!("anidado a más de {limit} niveles")),
    }
}

fn kind(kind: ColumnType) -> (&'static str, &'static str) {
    match kind {
        ColumnType::Text => ("text", "texto"),
        ColumnType::Integer => ("a whole number", "un número entero"),
        ColumnType::Number => ("a number", "un número"),
        ColumnType::Bool => ("true or false", "verdadero o falso"),
        ColumnType::Date => ("a date", "una fecha"),
        ColumnType::Timestamp => ("a date with time", "una fecha con hora"),
    }
}

//! Reads a list of people from CSV: which columns there are, and what each line says. No input or output; knows no people.

use crate::fault::{Fault, Result};
use app::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Most people in one list.
pub const MOST_ROWS: usize = 2_000;
/// Most bytes of one list.
pub const MOST_BYTES: usize = 1 << 20;
/// What must be there, in any order.
const NEEDED: [&str; 4] = ["name", "email", "department", "role"];
/// What a column of an attribute begins with: `attribute.region`.
const ATTRIBUTE: &str = "attribute.";

/// The list as it is written.
#[derive(Debug)]
pub struct List {
    pub lines: Vec<Line>,
}

/// One person of the list, by the number of its line in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    pub name: String,
    pub email: String,
    pub department: String,
    pub role: String,
    /// Of each attribute that the list has a column for; none: it is taken away.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The line itself is wrong.
    pub refused: Option<Text>,
}

/// Refused as a whole when its head or its size is not right.
pub fn read(text: &str) -> Result<List> {
    if text.len() > MOST_BYTES {
        return Err(wrong("The list is larger than 1 MiB: cut it into several.", "La lista pasa de 1 MiB: divídala en varias."));
    }
    if text.contains('\u{fffd}') {
        return Err(wrong("Some letters cannot be read: save the list as CSV UTF-8.", "Hay letras que no se pueden leer: guarde la lista como CSV UTF-8."));
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_lowercase).collect();
    checked_head(&head)?;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if lines.len() == MOST_ROWS {
            return Err(wrong("The list has more than 2,000 people: cut it into several.", "La lista tiene más de 2.000 personas: divídala en varias."));
        }
        lines.push(line(&head, &record, number(text, &record)));
    }
    if lines.is_empty() {
        return Err(wrong(
            "There is nobody in this list: below the head it needs one line for each person.",
            "No hay nadie en esta lista: bajo la cabecera necesita una línea por persona.",
        ));
    }
    Ok(List { lines })
}

/// Spreadsheets in Spanish part by semicolons. Values of an attribute are parted by them too, so that the head alone decides.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' }
}

fn checked_head(head: &[String]) -> Result<()> {
    let names: BTreeSet<&str> = head.iter().map(String::as_str).collect();
    if let Some(missing) = NEEDED.into_iter().find(|needed| !names.contains(needed)) {
        return Err(wrong(
            format!("The list has no column {missing}: its first line must name name, email, department and role."),
            format!("La lista no tiene la columna {missing}: su primera línea debe nombrar name, email, department y role."),
        ));
    }
    if names.len() < head.len() {
        return Err(wrong("A column stands twice in the list.", "Una columna figura dos veces en la lista."));
    }
    let attribute = |name: &str| {
        name.strip_prefix(ATTRIBUTE).is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
    };
    match head.iter().find(|name| !NEEDED.contains(&name.as_str()) && !attribute(name)) {
        None => Ok(()),
        Some(other) => Err(wrong(
            format!("The column {other} means nothing here: take it out, or call it attribute.{other} if it is an attribute."),
            format!("La columna {other} no significa nada aquí: quítela, o llámela attribute.{other} si es un atributo."),
        )),
    }
}

/// The number of the line on which a record begins; the reader's own count stands before the line ends that it skips.
fn number(text: &str, record: &csv::StringRecord) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let rest = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
    let skipped = rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| *byte == b'\n').count();
    position.line() + skipped as u64
}

fn line(head: &[String], record: &csv::StringRecord, number: u64) -> Line {
    let cell = |name: &str| head.iter().position(|known| known == name).and_then(|place| record.get(place)).unwrap_or_default().to_owned();
    let values = |text: &str| -> Vec<String> { text.split(';').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect() };
    let attributes = head.iter().filter_map(|name| Some((name.strip_prefix(ATTRIBUTE)?.to_owned(), values(&cell(name))))).collect();
    let refused = (record.len() != head.len()).then(|| {
        Text::of(format!("It has {} cells, the head has {}.", record.len(), head.len()), format!("Tiene {} celdas y la cabecera {}.", record.len(), head.len()))
    });
    Line { number, name: cell("name"), email: cell("email"), department: cell("department"), role: cell("role"), attributes, refused }
}

fn wrong(en: impl Into<String>, es: impl Into<String>) -> Fault {
    Fault::invalid(en, es).on("text")
}

fn unreadable(_: csv::Error) -> Fault {
    wrong("This is no CSV that can be read.", "Esto no es un CSV que se pueda leer.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_any_order_and_lines_keep_their_numbers() {
        let text = "\u{feff}email,role,name,department,attribute.region\n\
                    ana@x.example , employee,\"Robles, Ana\",sales,North; South\n\nluis@x.example,manager,Luis,sales,\n";
        let list = read(text).unwrap();
        assert_eq!(read(&text.replace('\n', "\r\n")).unwrap().lines, list.lines);
        let [ana, luis] = list.lines.as_slice() else { panic!("{list:?}") };
        assert_eq!((ana.number, ana.name.as_str(), ana.email.as_str()), (2, "Robles, Ana", "ana@x.example"));
        assert_eq!(ana.attributes["region"], ["North", "South"]);
        assert_eq!((luis.number, luis.role.as_str()), (4, "manager"));
        assert!(luis.attributes["region"].is_empty() && luis.refused.is_none());
    }

    #[test]
    fn a_spanish_spreadsheet_parts_by_semicolons() {
        let list = read("name;email;department;role;attribute.region\r\nAna;ana@x.example;sales;employee;\"North;South\"\r\n").unwrap();
        assert_eq!(list.lines[0].attributes["region"], ["North", "South"]);
    }

    #[test]
    fn what_is_not_right_is_said() {
        for (text, word) in [
            ("", "column name"),
            ("name,email,department\nAna,ana@x.example,sales", "column role"),
            ("name,email,department,role,region\nAna,ana@x.example,sales,employee,North", "attribute.region"),
            ("name,email,department,role,role\nAna,a@x.example,sales,employee,employee", "twice"),
            ("name,email,department,role\n", "nobody"),
            ("name,email,department,role\nAn\u{fffd},a@x.example,sales,employee", "UTF-8"),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.message.en.contains(word), "{text}: {}", fault.message.en);
        }
        let short = read("name,email,department,role\nAna,ana@x.example,sales").unwrap();
        assert!(short.lines[0].refused.is_some());
        let many = format!("name,email,department,role\n{}", "Ana,ana@x.example,sales,employee\n".repeat(MOST_ROWS + 1));
        assert!(read(&many).unwrap_err().message.en.contains("2,000"));
    }
}

//! Cells as text in the reader's language, and text broken into lines.

use super::face::Face;
use crate::fault::{Fault, Result};
use app::{
    ui::figures::Figures,
    warehouse::asks::{AnswerColumn, Unit, Value},
};
use arrow::{
    array::{Array, AsArray},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};

/// Reads one column's cells as they are printed.
pub fn printer<'a>(array: &'a dyn Array, column: &'a AnswerColumn, figures: &'a Figures) -> Result<Box<dyn Fn(usize) -> String + 'a>> {
    let present = move |row: usize| !array.is_null(row);
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let cells = array.as_string::<i32>();
            Box::new(move |row| if present(row) { cells.value(row).to_owned() } else { String::new() })
        }
        DataType::Int64 => {
            let cells = array.as_primitive::<Int64Type>();
            // Identifiers (dimensions) are not counted, so they are not grouped.
            Box::new(move |row| {
                if !present(row) {
                    String::new()
                } else if column.unit.is_some() {
                    figures.integer(cells.value(row))
                } else {
                    cells.value(row).to_string()
                }
            })
        }
        DataType::Float64 => {
            let cells = array.as_primitive::<Float64Type>();
            Box::new(move |row| if present(row) { number(cells.value(row), column, figures) } else { String::new() })
        }
        DataType::Boolean => {
            let cells = array.as_boolean();
            Box::new(move |row| if present(row) { yes_no(cells.value(row), figures).to_owned() } else { String::new() })
        }
        DataType::Date32 => {
            let cells = array.as_primitive::<Date32Type>();
            Box::new(move |row| if present(row) { cells.value_as_date(row).map(|day| day.to_string()).unwrap_or_default() } else { String::new() })
        }
        DataType::Timestamp(..) => {
            let cells = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(move |row| {
                if present(row) {
                    cells.value_as_datetime(row).map(|time| time.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
                } else {
                    String::new()
                }
            })
        }
        other => return Err(Fault::internal(format!("a report column of type {other}"))),
    })
}

/// A figure of a tile.
pub fn figure(value: &Value, column: &AnswerColumn, figures: &Figures) -> String {
    match value {
        Value::Integer(whole) => figures.integer(*whole),
        Value::Number(value) => number(*value, column, figures),
        Value::Text(text) => text.clone(),
        Value::Bool(flag) => yes_no(*flag, figures).to_owned(),
        Value::Null => app::ui::figures::NONE.to_owned(),
    }
}

fn number(value: f64, column: &AnswerColumn, figures: &Figures) -> String {
    match &column.unit {
        Some(Unit::Percent) => figures.percent(value, 1),
        Some(Unit::Money(currency)) => figures.money(value, currency),
        _ => figures.plain(value),
    }
}

fn yes_no(flag: bool, figures: &Figures) -> &'static str {
    match (flag, figures.language) {
        (true, app::text::Language::En) => "Yes",
        (true, app::text::Language::Es) => "Sí",
        (false, _) => "No",
    }
}

/// A text in lines of at most `width` points; what is beyond the last line is cut with an ellipsis.
pub fn wrapped(face: &Face, text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
    if face.width(text, size) <= width {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let current = lines.last_mut().map(std::mem::take).unwrap_or_default();
        let joined = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if face.width(&joined, size) <= width || current.is_empty() {
            *lines.last_mut().unwrap_or(&mut String::new()) = joined;
        } else if lines.len() == most {
            *lines.last_mut().unwrap_or(&mut String::new()) = face.cut(&format!("{joined}…"), size, width);
            return lines;
        } else {
            *lines.last_mut().unwrap_or(&mut String::new()) = current;
            lines.push(word.to_owned());
        }
    }
    lines.into_iter().map(|line| face.cut(&line, size, width)).collect()
}

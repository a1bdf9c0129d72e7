//! Values of dimensions as words on axes and legends, in the reader's language.

use app::{
    text::Language,
    warehouse::asks::{Grain, Value},
};
use chrono::{Datelike, NaiveDate};

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_ES: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAYS_ES: [&str; 7] = ["lu", "ma", "mi", "ju", "vi", "sá", "do"];

/// One value as words; dates at their grain.
pub fn label(language: Language, grain: Option<Grain>, value: &Value) -> String {
    match (grain, value) {
        (_, Value::Null) => pick(language, "(none)", "(ninguno)").into(),
        (Some(Grain::DayOfWeek), value) => name(pick(language, &DAYS_EN, &DAYS_ES), value),
        (Some(Grain::HourOfDay), value) => format!("{} h", plain(value)),
        (grain, Value::Text(text)) => match NaiveDate::parse_from_str(text.get(..10).unwrap_or_default(), "%Y-%m-%d") {
            Ok(day) if grain.is_some() || text.len() == 10 => dated(language, grain, day, text),
            _ => text.clone(),
        },
        (_, Value::Bool(true)) => pick(language, "Yes", "Sí").into(),
        (_, Value::Bool(false)) => "No".into(),
        (_, value) => plain(value),
    }
}

fn dated(language: Language, grain: Option<Grain>, day: NaiveDate, text: &str) -> String {
    let month = pick(language, &MONTHS_EN, &MONTHS_ES)[day.month0() as usize];
    match grain {
        Some(Grain::Year) => day.year().to_string(),
        Some(Grain::Quarter) => format!("{}{} {}", pick(language, "Q", "T"), day.month0() / 3 + 1, day.year()),
        Some(Grain::Month) => format!("{month} {}", day.year()),
        Some(Grain::Hour) => format!("{} {month} {}", day.day(), text.get(11..16).unwrap_or_default()),
        _ => format!("{} {month} {}", day.day(), day.year()),
    }
}

/// The name of what is summed after the greatest.
pub fn others(language: Language, count: usize) -> String {
    format!("{count} {}", pick(language, "others", "más"))
}

/// Names count from 1, as ISO days of the week do.
fn name(names: &[&str], value: &Value) -> String {
    let index = match value {
        Value::Integer(number) => *number,
        Value::Number(number) => *number as i64,
        _ => return plain(value),
    };
    usize::try_from(index - 1).ok().and_then(|index| names.get(index)).map_or_else(|| index.to_string(), |name| (*name).to_owned())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    }
}

fn pick<T>(language: Language, en: T, es: T) -> T {
    match language {
        Language::En => en,
        Language::Es => es,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_dates_at_their_grain() {
        let day = Value::Text("2017-10-01".into());
        assert_eq!(label(Language::Es, Some(Grain::Quarter), &day), "T4 2017");
        assert_eq!(label(Language::En, Some(Grain::Month), &day), "Oct 2017");
        assert_eq!(label(Language::Es, Some(Grain::DayOfWeek), &Value::Integer(7)), "do");
        assert_eq!(label(Language::En, Some(Grain::HourOfDay), &Value::Integer(9)), "9 h");
        assert_eq!(label(Language::En, None, &Value::Text("GROCERY".into())), "GROCERY");
    }
}

//! The values of an answer as a reader reads them: figures by unit, dates by grain, in the reader's language.

use super::{
    asks::{AnswerColumn, ColumnKind, Grain, Question, Unit, Value},
    calendar::Day,
    words,
};
use crate::{
    text::Language,
    ui::figures::{Figures, NONE, currency_symbol},
};

/// How the values of one column are written: the same number of decimals all the way down.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    kind: ColumnKind,
    percent: bool,
    measured: bool,
    grain: Option<Grain>,
    /// `None` writes each number as it is.
    decimals: Option<usize>,
}

impl Style {
    /// The style of the column at `place` of an answer to `question`.
    pub fn of(question: &Question, column: &AnswerColumn, place: usize, rows: &[Vec<Value>]) -> Self {
        let grain = question.dimensions.iter().find(|dimension| dimension.column == column.name).and_then(|dimension| dimension.grain);
        let percent = column.unit == Some(Unit::Percent);
        let measured = question.measures.contains(&column.name);
        let decimals = match column.kind {
            ColumnKind::Number if percent => Some(1),
            // A listing shows what is stored; sums and averages are rounded to what can be compared at a glance.
            ColumnKind::Number if measured => Some(decimals_for(rows.iter().filter_map(|row| number(row.get(place)?)), column.unit.as_ref())),
            _ => None,
        };
        Self { kind: column.kind, percent, measured, grain, decimals }
    }

    pub fn write(&self, value: &Value, figures: &Figures) -> String {
        match value {
            Value::Null => NONE.into(),
            Value::Bool(yes) => if *yes { words::yes(figures.language) } else { words::no(figures.language) }.into(),
            Value::Text(text) => self.write_text(text, figures),
            Value::Integer(integer) => match (self.grain, self.kind) {
                (Some(grain), _) => part_of_time(grain, *integer, figures.language),
                (None, ColumnKind::Number) => self.write_number(*integer as f64, figures),
                (None, _) if self.measured => figures.integer(*integer),
                // Most whole numbers in rows are names: store 2629 is not store 2,629.
                (None, _) => integer.to_string(),
            },
            Value::Number(number) => match self.grain {
                Some(grain) => part_of_time(grain, *number as i64, figures.language),
                None => self.write_number(*number, figures),
            },
        }
    }

    fn write_number(&self, number: f64, figures: &Figures) -> String {
        let scaled = if self.percent { number * 100.0 } else { number };
        match self.decimals {
            Some(decimals) => figures.number(scaled, decimals),
            None => figures.plain(scaled),
        }
    }

    fn write_text(&self, text: &str, figures: &Figures) -> String {
        match (self.kind, self.grain) {
            (ColumnKind::Date | ColumnKind::Timestamp, Some(grain)) => period_text(text, grain, figures),
            (ColumnKind::Date | ColumnKind::Timestamp, None) => figures.date(text),
            (_, Some(grain @ (Grain::DayOfWeek | Grain::HourOfDay))) => {
                text.parse().map_or_else(|_| text.to_owned(), |part| part_of_time(grain, part, figures.language))
            }
            (_, Some(grain)) => period_text(text, grain, figures),
            // Blank text is there but cannot be seen: say so.
            _ if text.trim().is_empty() => words::blank(figures.language).into(),
            _ => text.to_owned(),
        }
    }
}

/// A period by its first day: `Mar 2017`, `Q1 2017`, `2017`, `6 Mar 2017` for a week or day.
pub fn period_text(iso: &str, grain: Grain, figures: &Figures) -> String {
    let Some(day) = Day::parse(iso) else { return iso.to_owned() };
    match grain {
        Grain::Year => day.year.to_string(),
        Grain::Quarter => format!("{}{} {}", words::quarter_letter(figures.language), (day.month - 1) / 3 + 1, day.year),
        Grain::Month => figures.month(i64::from(day.year), day.month),
        Grain::Hour => figures.date(iso),
        _ => figures.date(&day.iso()),
    }
}

fn part_of_time(grain: Grain, part: i64, language: Language) -> String {
    match grain {
        Grain::DayOfWeek => words::weekday(language, part).into(),
        Grain::HourOfDay => format!("{part}\u{a0}h"),
        _ => part.to_string(),
    }
}

fn decimals_for(values: impl Iterator<Item = f64>, unit: Option<&Unit>) -> usize {
    let (mut most, mut whole) = (0.0_f64, true);
    for value in values {
        most = most.max(value.abs());
        whole &= value.fract() == 0.0;
    }
    match unit {
        _ if most >= 10_000.0 => 0,
        Some(Unit::Money(_)) => 2,
        _ if whole => 0,
        _ if most >= 1_000.0 => 1,
        _ => 2,
    }
}

/// By what a value sorts: figures by size, days by time.
pub fn order(value: &Value, kind: ColumnKind) -> Option<f64> {
    match (value, kind) {
        (Value::Text(text), ColumnKind::Date | ColumnKind::Timestamp) => {
            let hours = |at: usize| text.get(at..at + 2).and_then(|part| part.parse::<f64>().ok()).unwrap_or(0.0);
            Some(Day::parse(text)?.number() as f64 * 86_400.0 + hours(11) * 3_600.0 + hours(14) * 60.0 + hours(17))
        }
        _ => number(value),
    }
}

/// The number in a value, if it is one.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(integer) => Some(*integer as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// A unit as it stands in a head: `$`, `%`, `baskets`.
pub fn unit_text(unit: Option<&Unit>, language: Language) -> String {
    match unit {
        Some(Unit::Money(code)) => currency_symbol(code).into(),
        Some(Unit::Percent) => "%".into(),
        Some(Unit::Of(text)) => text.get(language).into(),
        None => String::new(),
    }
}

/// One figure in full with its unit, for screen readers and tips: `$4,596,039.58`.
pub fn full_text(value: &Value, unit: Option<&Unit>, figures: &Figures) -> String {
    let plain = match value {
        Value::Integer(integer) => figures.integer(*integer),
        Value::Number(number) => figures.plain(*number),
        _ => return NONE.into(),
    };
    match (unit, number(value)) {
        (Some(Unit::Money(code)), Some(number)) => figures.money(number, code),
        (Some(Unit::Percent), Some(number)) => figures.percent(number, 1),
        (Some(Unit::Of(text)), _) => format!("{plain} {}", text.get(figures.language)),
        _ => plain,
    }
}

/// One figure for a tile, as (figure, what is set small after it): `("4.60", "M $")`, `("155,848", "")`.
pub fn short_text(value: &Value, unit: Option<&Unit>, figures: &Figures) -> (String, String) {
    let Some(number) = number(value) else { return (NONE.into(), String::new()) };
    match unit {
        Some(Unit::Percent) => (figures.number(number * 100.0, 1), "%".into()),
        Some(Unit::Money(code)) => {
            let (text, scale) = if number.abs() < 1_000.0 { (figures.number(number, 2), "") } else { figures.compact(number) };
            (text, [scale, currency_symbol(code)].join(if scale.is_empty() { "" } else { "\u{a0}" }))
        }
        // A count that fits is shown to the last one.
        _ if number.fract() == 0.0 && number.abs() < 1e7 => (figures.integer(number as i64), String::new()),
        _ => {
            let (text, scale) = figures.compact(number);
            (text, scale.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::Text, warehouse::asks::Dimension};

    fn column(name: &str, kind: ColumnKind, unit: Option<Unit>) -> AnswerColumn {
        AnswerColumn { name: name.into(), label: Text::same(name), kind, unit, masked: false }
    }

    fn figures() -> Figures {
        Figures::default()
    }

    #[test]
    fn a_column_keeps_its_decimals_all_the_way_down() {
        let question = Question { measures: vec!["sales".into()], ..Default::default() };
        let rows = vec![vec![Value::Number(148_170.25)], vec![Value::Number(9.5)]];
        let style = Style::of(&question, &column("sales", ColumnKind::Number, Some(Unit::Money("USD".into()))), 0, &rows);
        assert_eq!(rows.iter().map(|row| style.write(&row[0], &figures())).collect::<Vec<_>>(), ["148,170", "10"]);
        let small = vec![vec![Value::Number(35.333)], vec![Value::Number(9.0)]];
        let style = Style::of(&question, &column("sales", ColumnKind::Number, Some(Unit::Money("USD".into()))), 0, &small);
        assert_eq!(small.iter().map(|row| style.write(&row[0], &figures())).collect::<Vec<_>>(), ["35.33", "9.00"]);
    }

    #[test]
    fn periods_and_parts_of_time_read_as_such() {
        let question = Question {
            dimensions: vec![Dimension { column: "day".into(), grain: Some(Grain::Quarter) }, Dimension { column: "at".into(), grain: Some(Grain::DayOfWeek) }],
            ..Default::default()
        };
        let quarter = Style::of(&question, &column("day", ColumnKind::Date, None), 0, &[]);
        assert_eq!(quarter.write(&Value::Text("2017-04-01".into()), &figures()), "Q2 2017");
        let weekday = Style::of(&question, &column("at", ColumnKind::Integer, None), 1, &[]);
        assert_eq!(weekday.write(&Value::Integer(7), &figures()), "Sun");
        assert_eq!(weekday.write(&Value::Null, &figures()), NONE);
    }

    #[test]
    fn days_sort_by_time_and_numbers_that_name_are_not_grouped() {
        let at = |text: &str| order(&Value::Text(text.into()), ColumnKind::Timestamp);
        assert!(at("2017-05-01") < at("2017-05-01T10:00:00") && at("2017-05-01T10:00:00") < at("2017-05-01T10:00:01") && at("2017-04-10") < at("2017-05-01"));
        assert_eq!(at("no day"), None);
        let style = Style::of(&Question::default(), &column("store_id", ColumnKind::Integer, None), 0, &[]);
        assert_eq!(style.write(&Value::Integer(2_629), &figures()), "2629");
    }

    #[test]
    fn a_tile_shows_three_figures_and_says_the_rest_in_full() {
        let money = Some(Unit::Money("USD".into()));
        assert_eq!(short_text(&Value::Number(4_596_039.58), money.as_ref(), &figures()), ("4.60".into(), "M\u{a0}$".into()));
        assert_eq!(full_text(&Value::Number(4_596_039.58), money.as_ref(), &figures()), "$4,596,039.58");
        assert_eq!(short_text(&Value::Integer(155_848), None, &figures()), ("155,848".into(), String::new()));
        assert_eq!(short_text(&Value::Number(29.489), money.as_ref(), &figures()), ("29.49".into(), "$".into()));
        assert_eq!(short_text(&Value::Number(0.1471), Some(&Unit::Percent), &figures()), ("14.7".into(), "%".into()));
        assert_eq!(short_text(&Value::Null, None, &figures()).0, NONE);
    }
}

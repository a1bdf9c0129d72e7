//! Conditions, periods, freshness and access in words.

use super::{
    asks::{Access, ChartKind, ColumnKind, Comparison, Freshness, Grain, Period, Test, Value},
    calendar::Day,
    cells::period_text,
    words,
};
use crate::{
    text::Language,
    ui::{
        calendar::now_ms,
        figures::{Figures, NONE},
    },
};

/// A condition as a chip says it, without its column: `North, South`, `last quarter`, `1 Jan 2017 – 31 Mar 2017`.
pub fn test_text(test: &Test, figures: &Figures) -> String {
    let language = figures.language;
    match test {
        Test::Is(values) => list_text(values, figures),
        Test::IsNot(values) => format!("{} {}", words::not_word(language), list_text(values, figures)),
        Test::Between(from, to) => range_text(from, to, figures),
        Test::AtLeast(from) => format!("{} {}", words::from_word(language), value_text(from, figures)),
        Test::AtMost(to) => format!("{} {}", words::up_to_word(language), value_text(to, figures)),
        Test::Contains(text) => format!("{} “{text}”", words::contains(language)),
        Test::Empty => words::empty(language).into(),
        Test::NotEmpty => words::not_empty(language).into(),
        Test::Period(period) => period_name(*period, language),
    }
}

fn list_text(values: &[Value], figures: &Figures) -> String {
    const SHOWN: usize = 3;
    let mut text = values.iter().take(SHOWN).map(|value| value_text(value, figures)).collect::<Vec<_>>().join(", ");
    if values.len() > SHOWN {
        text.push_str(&format!(" +{} {}", values.len() - SHOWN, words::and_more(figures.language)));
    }
    text
}

/// A single value outside a table: codes and years are not grouped.
pub fn value_text(value: &Value, figures: &Figures) -> String {
    match value {
        Value::Null => words::empty(figures.language).into(),
        Value::Bool(true) => words::yes(figures.language).into(),
        Value::Bool(false) => words::no(figures.language).into(),
        Value::Integer(integer) => integer.to_string(),
        Value::Number(number) => figures.plain(*number),
        Value::Text(text) if text.trim().is_empty() => words::blank(figures.language).into(),
        Value::Text(text) if text.len() >= 10 && Day::parse(text).is_some() => figures.date(text),
        Value::Text(text) => text.clone(),
    }
}

/// A range of days that is just a year, quarter, month or day is called so.
fn range_text(from: &Value, to: &Value, figures: &Figures) -> String {
    if let (Value::Text(first), Value::Text(last)) = (from, to)
        && let (Some(a), Some(b)) = (Day::parse(first), Day::parse(last))
        && first.len() == 10
        && last.len() == 10
    {
        for grain in [Grain::Year, Grain::Quarter, Grain::Month, Grain::Day] {
            if a == a.first_of(grain) && b == a.last_of(grain) {
                return period_text(first, grain, figures);
            }
        }
    }
    format!("{} – {}", value_text(from, figures), value_text(to, figures))
}

/// `last quarter`, `last 30 days`, `this year`.
pub fn period_name(period: Period, language: Language) -> String {
    let many = |count: u32, one: &str, unit: &str, feminine: bool| match count {
        1 => one.to_owned(),
        _ => format!("{} {count} {unit}", if feminine { words::last_many_feminine(language) } else { words::last_many(language) }),
    };
    match period {
        Period::LastDays(count) => many(count, words::last_day(language), words::days(language), false),
        Period::LastWeeks(count) => many(count, words::last_week(language), words::weeks(language), true),
        Period::LastMonths(count) => many(count, words::last_month(language), words::months(language), false),
        Period::LastQuarters(count) => many(count, words::last_quarter(language), words::quarters(language), false),
        Period::LastYears(count) => many(count, words::last_year(language), words::years(language), false),
        Period::ThisMonth => words::this_month(language).into(),
        Period::ThisQuarter => words::this_quarter(language).into(),
        Period::ThisYear => words::this_year(language).into(),
    }
}

/// With what a figure is compared: `previous quarter`.
pub fn comparison_name(comparison: Comparison, period: Option<Period>, language: Language) -> &'static str {
    match (comparison, period) {
        (Comparison::PreviousYear, _) => words::previous_year(language),
        (_, Some(Period::LastQuarters(1) | Period::ThisQuarter)) => words::previous_quarter(language),
        (_, Some(Period::LastMonths(1) | Period::ThisMonth)) => words::previous_month(language),
        (_, Some(Period::LastWeeks(1))) => words::previous_week(language),
        (_, Some(Period::LastYears(1) | Period::ThisYear)) => words::previous_year(language),
        _ => words::previous_period(language),
    }
}

/// `Data up to 31 Dec 2017 · loaded today 02:14 · 1,469,307 rows`.
pub fn freshness_text(freshness: &Freshness, figures: &Figures) -> String {
    let language = figures.language;
    let parts = [
        freshness.data_up_to.as_ref().map(|day| format!("{} {}", words::data_up_to(language), figures.date(day.get(..10).unwrap_or(day)))),
        freshness.loaded_at_ms.map(|ms| format!("{} {}", words::loaded(language), figures.when(ms, now_ms()))),
        freshness.rows.map(|rows| count_text(rows, figures)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// `1,469,307 rows`.
pub fn count_text(rows: u64, figures: &Figures) -> String {
    let word = if rows == 1 { words::row(figures.language) } else { words::rows(figures.language) };
    format!("{} {word}", figures.count(rows))
}

/// `You see: region North · household ids masked`; `None` when nothing is filtered or masked.
pub fn access_text(access: &Access, language: Language) -> Option<String> {
    let parts: Vec<&str> = access.filters.iter().chain(&access.masks).map(|text| text.get(language)).collect();
    (!parts.is_empty()).then(|| format!("{}: {}", words::you_see(language), parts.join(" · ")))
}

pub fn kind_name(kind: ColumnKind, language: Language) -> &'static str {
    match kind {
        ColumnKind::Text => words::kind_text(language),
        ColumnKind::Integer => words::kind_integer(language),
        ColumnKind::Number => words::kind_number(language),
        ColumnKind::Bool => words::kind_bool(language),
        ColumnKind::Date => words::kind_date(language),
        ColumnKind::Timestamp => words::kind_timestamp(language),
    }
}

pub fn grain_name(grain: Grain, language: Language) -> &'static str {
    match grain {
        Grain::Hour => words::grain_hour(language),
        Grain::Day => words::grain_day(language),
        Grain::Week => words::grain_week(language),
        Grain::Month => words::grain_month(language),
        Grain::Quarter => words::grain_quarter(language),
        Grain::Year => words::grain_year(language),
        Grain::DayOfWeek => words::grain_day_of_week(language),
        Grain::HourOfDay => words::grain_hour_of_day(language),
    }
}

pub fn chart_name(chart: ChartKind, language: Language) -> &'static str {
    match chart {
        ChartKind::Number => words::chart_number(language),
        ChartKind::Line => words::chart_line(language),
        ChartKind::Area => words::chart_area(language),
        ChartKind::Bar => words::chart_bar(language),
        ChartKind::Ranking => words::chart_ranking(language),
        ChartKind::StackedBar => words::chart_stacked_bar(language),
        ChartKind::HeatMap => words::chart_heat_map(language),
        ChartKind::Treemap => words::chart_treemap(language),
        ChartKind::Pie => words::chart_pie(language),
        ChartKind::Scatter => words::chart_scatter(language),
        ChartKind::Table => words::chart_table(language),
    }
}

/// A name of the data for people, where no label is at hand: `household_id` is `household id`.
pub fn spelled(name: &str) -> String {
    if name.is_empty() { NONE.into() } else { name.replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn conditions_read_as_a_person_would_say_them() {
        let en = Figures::default();
        let es = Figures { language: Language::Es, ..Figures::default() };
        let cases = [
            (Test::Is(vec![text("North"), text("South")]), "North, South", "North, South"),
            (Test::Is(["a", "b", "c", "d", "e"].map(text).to_vec()), "a, b, c +2 more", "a, b, c +2 más"),
            (Test::IsNot(vec![text("x")]), "not x", "no x"),
            (Test::Between(text("2017-01-01"), text("2017-12-31")), "2017", "2017"),
            (Test::Between(text("2017-04-01"), text("2017-06-30")), "Q2 2017", "T2 2017"),
            (Test::Between(text("2016-02-01"), text("2016-02-29")), "Feb 2016", "feb 2016"),
            (Test::Between(text("2017-01-01"), text("2017-03-30")), "1 Jan 2017 – 30 Mar 2017", "1 ene 2017 – 30 mar 2017"),
            (Test::Between(Value::Integer(2000), Value::Integer(3000)), "2000 – 3000", "2000 – 3000"),
            (Test::Period(Period::LastQuarters(1)), "last quarter", "último trimestre"),
            (Test::Period(Period::LastWeeks(6)), "last 6 weeks", "últimas 6 semanas"),
            (Test::AtLeast(text("2017-01-05")), "from 5 Jan 2017", "desde 5 ene 2017"),
            (Test::Is(vec![text("")]), "(blank)", "(en blanco)"),
            (Test::Empty, "(empty)", "(vacío)"),
        ];
        for (test, english, spanish) in cases {
            assert_eq!((test_text(&test, &en).as_str(), test_text(&test, &es).as_str()), (english, spanish));
        }
    }

    #[test]
    fn the_access_chip_is_silent_when_all_is_seen() {
        assert_eq!(access_text(&Access::default(), Language::En), None);
        let access = Access { filters: vec![Text::of("region North", "región Norte")], masks: vec![Text::of("household ids masked", "hogares ocultos")] };
        assert_eq!(access_text(&access, Language::Es).as_deref(), Some("Usted ve: región Norte · hogares ocultos"));
    }
}

//! The small line under a figure: its course over the period, drawn as plain SVG so that it needs no script.

use super::{
    asks::{ChartKind, Dimension, Filter, Grain, Period, Question, Sort, Test, Value},
    calendar::Day,
    cells::number,
    words,
};
use crate::visit::use_language;
use leptos::prelude::*;

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 24.0;
/// Room for half the line's width at top and bottom.
const EDGE: f64 = 1.5;

/// The question behind a figure's line: its first measure over `date_column` under the same conditions.
pub fn course_of(question: &Question, chart: ChartKind, date_column: &str) -> Option<Question> {
    if chart != ChartKind::Number || question.measures.len() != 1 || !question.dimensions.is_empty() {
        return None;
    }
    Some(Question {
        dimensions: vec![Dimension { column: date_column.into(), grain: Some(grain_for(&question.filters, date_column)) }],
        sort: vec![Sort { by: date_column.into(), descending: false }],
        limit: Some(400),
        comparison: None,
        ..question.clone()
    })
}

/// Enough points for a course, not more than can be seen.
fn grain_for(filters: &[Filter], date_column: &str) -> Grain {
    let days = filters
        .iter()
        .filter(|filter| filter.column == date_column)
        .filter_map(|filter| match &filter.test {
            Test::Period(period) => Some(match period {
                Period::LastDays(n) => i64::from(*n),
                Period::LastWeeks(n) => i64::from(*n) * 7,
                Period::LastMonths(n) => i64::from(*n) * 30,
                Period::LastQuarters(n) => i64::from(*n) * 91,
                Period::LastYears(n) => i64::from(*n) * 365,
                Period::ThisMonth => 30,
                Period::ThisQuarter => 91,
                Period::ThisYear => 365,
            }),
            Test::Between(Value::Text(from), Value::Text(to)) => Some(Day::parse(from)?.days_until(Day::parse(to)?)),
            _ => None,
        })
        .min();
    match days {
        Some(..=62) => Grain::Day,
        Some(..=800) => Grain::Week,
        _ => Grain::Month,
    }
}

/// Draws the points; nothing for fewer than three.
#[component]
pub fn Spark(values: Vec<f64>) -> impl IntoView {
    let language = use_language();
    (values.len() > 2).then(|| {
        let line = line_path(&values);
        let area = format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z");
        view! {
            <svg class="spark" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=words::trend(language)>
                <path class="spark-area" d=area></path>
                <path class="spark-line" d=line></path>
            </svg>
        }
    })
}

/// The figures of a course, as `course_of` asks for them: the measure is the last column. Broken first and last periods are left out.
pub fn course_values(rows: &[Vec<Value>]) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().filter_map(|row| number(row.last()?)).collect();
    // A week that the period cuts in two would look like a fall.
    if values.len() > 6 {
        values.pop();
        values.remove(0);
    }
    values
}

fn line_path(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if most > least { most - least } else { 1.0 };
    let step = WIDTH / (values.len() - 1).max(1) as f64;
    values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let y = HEIGHT - EDGE - (value - least) / span * (HEIGHT - 2.0 * EDGE);
            format!("{}{:.1} {:.1}", if place == 0 { 'M' } else { 'L' }, place as f64 * step, y)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_spans_the_box() {
        assert_eq!(line_path(&[0.0, 10.0, 5.0]), "M0.0 22.5L50.0 1.5L100.0 12.0");
        assert_eq!(line_path(&[7.0, 7.0]), "M0.0 22.5L100.0 22.5");
    }

    #[test]
    fn only_a_single_figure_has_a_course_and_its_points_fit_the_period() {
        let figure = Question {
            measures: vec!["sales".into()],
            filters: vec![Filter { column: "day".into(), test: Test::Period(Period::ThisYear) }],
            comparison: Some(super::super::asks::Comparison::PreviousYear),
            ..Default::default()
        };
        let course = course_of(&figure, ChartKind::Number, "day").expect("a course");
        assert_eq!(course.dimensions[0].grain, Some(Grain::Week));
        assert_eq!(course.comparison, None);
        assert_eq!(course.filters, figure.filters);
        assert_eq!(course_of(&figure, ChartKind::Table, "day"), None);
        assert_eq!(
            grain_for(&[Filter { column: "day".into(), test: Test::Between(Value::Text("2017-02-01".into()), Value::Text("2017-02-28".into())) }], "day"),
            Grain::Day
        );
        assert_eq!(grain_for(&[], "day"), Grain::Month);
    }
}

//! Lines, areas, bars, stacked bars and rankings.

use super::{Drawn, key, parts};
use app::warehouse::asks::Value;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// Most series of one chart; the smaller ones are summed as "others".
const SERIES: usize = 7;

/// Points by the first dimension, one series per measure or per value of the second dimension.
struct Pivot {
    names: Vec<String>,
    keys: Vec<Json>,
    series: Vec<Series>,
}

struct Series {
    name: String,
    key: Json,
    points: Vec<Json>,
    /// Sums several values: pressing it selects none.
    rest: bool,
}

pub fn lines(drawn: &Drawn<'_>, area: bool) -> Option<Json> {
    let pivot = pivot(drawn)?;
    let line = |series: &Series| {
        let mut line = json!({
            "type": "line", "name": series.name, "seriesKey": series.key, "rest": series.rest, "data": points(&pivot, series), "symbol": "circle", "symbolSize": 5,
            "showSymbol": pivot.names.len() == 1, "lineStyle": { "width": 2 }, "emphasis": { "focus": "series" },
        });
        if area {
            line["areaStyle"] = json!({ "opacity": 0.14 });
            line["stack"] = json!("all");
        }
        line
    };
    let series = pivot.series.iter().map(line).collect();
    Some(framed(drawn, &pivot, series, true, area))
}

pub fn bars(drawn: &Drawn<'_>, stacked: bool) -> Option<Json> {
    let pivot = pivot(drawn)?;
    let bar = |series: &Series| {
        let mut bar = json!({
            "type": "bar", "name": series.name, "seriesKey": series.key, "rest": series.rest, "data": points(&pivot, series), "barMaxWidth": 42, "emphasis": { "focus": "series" },
            "itemStyle": { "borderColor": "var(--surface)", "borderWidth": 1, "borderRadius": if stacked { 0 } else { 2 } },
        });
        if stacked {
            bar["stack"] = json!("all");
        }
        bar
    };
    let series = pivot.series.iter().map(bar).collect();
    Some(framed(drawn, &pivot, series, false, true))
}

/// Horizontal bars, the greatest above.
pub fn ranking(drawn: &Drawn<'_>) -> Option<Json> {
    if drawn.dimensions() == 0 {
        return None;
    }
    let names: Vec<String> = drawn.rows.iter().map(|row| drawn.label(row, 0)).collect();
    let data: Vec<Json> = drawn.rows.iter().map(|row| json!({ "value": drawn.measure(row, 0), "key": row.first().map(key) })).collect();
    let formatter = drawn.formatter(0, true);
    let mut figures = parts::value_axis(formatter, true);
    figures["show"] = json!(false);
    let mut names = parts::category_axis(&names, false);
    names["inverse"] = json!(true);
    names["axisLine"] = json!({ "show": false });
    names["axisLabel"] = json!({ "color": "var(--ink-2)", "fontSize": 12, "width": 130, "overflow": "truncate" });
    Some(json!({
        "grid": { "left": 4, "right": 64, "top": 4, "bottom": 4, "containLabel": true },
        "tooltip": parts::tooltip("item", drawn.formatter(0, false)),
        "xAxis": figures, "yAxis": names,
        "series": [{
            "type": "bar", "name": drawn.measure_label(0), "data": data, "barMaxWidth": 16, "barMinHeight": 2, "itemStyle": { "borderRadius": [0, 3, 3, 0] },
            "label": { "show": true, "position": "right", "color": "var(--ink-2)", "formatter": formatter },
        }],
    }))
}

fn framed(drawn: &Drawn<'_>, pivot: &Pivot, series: Vec<Json>, lines: bool, from_zero: bool) -> Json {
    let zoom = parts::zoom(pivot.names.len());
    let zoomed = zoom.as_array().is_some_and(|zoom| !zoom.is_empty());
    json!({
        "legend": parts::legend(series.len()),
        "grid": parts::grid(series.len(), zoomed),
        "dataZoom": zoom,
        "tooltip": parts::tooltip("axis", drawn.formatter(0, false)),
        "xAxis": parts::category_axis(&pivot.names, lines),
        "yAxis": parts::value_axis(drawn.formatter(0, true), from_zero),
        "series": series,
    })
}

fn points(pivot: &Pivot, series: &Series) -> Vec<Json> {
    pivot.keys.iter().zip(&series.points).map(|(key, value)| json!({ "value": value, "key": key })).collect()
}

fn pivot(drawn: &Drawn<'_>) -> Option<Pivot> {
    match drawn.dimensions() {
        0 => None,
        1 => {
            let series = |index| Series {
                name: drawn.measure_label(index),
                key: Json::Null,
                points: drawn.rows.iter().map(|row| drawn.measure(row, index)).collect(),
                rest: false,
            };
            Some(Pivot {
                names: drawn.rows.iter().map(|row| drawn.label(row, 0)).collect(),
                keys: drawn.rows.iter().map(|row| row.first().map(key).unwrap_or(Json::Null)).collect(),
                series: (0..drawn.measures()).map(series).collect(),
            })
        }
        _ => Some(by_second(drawn)),
    }
}

/// One series per value of the second dimension, the greatest first, the rest summed.
fn by_second(drawn: &Drawn<'_>) -> Pivot {
    let mut firsts: Vec<(&Value, String)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut totals: Vec<(String, Json, f64)> = Vec::new();
    let mut series_at: HashMap<String, usize> = HashMap::new();
    for row in drawn.rows {
        let first = drawn.label(row, 0);
        if !at.contains_key(&first) {
            at.insert(first.clone(), firsts.len());
            firsts.push((row.first().unwrap_or(&Value::Null), first));
        }
        let second = drawn.label(row, 1);
        let index = *series_at.entry(second.clone()).or_insert_with(|| {
            totals.push((second, row.get(1).map(key).unwrap_or(Json::Null), 0.0));
            totals.len() - 1
        });
        totals[index].2 += drawn.measure(row, 0).as_f64().unwrap_or(0.0);
    }
    let mut order: Vec<usize> = (0..totals.len()).collect();
    order.sort_by(|a, b| totals[*b].2.total_cmp(&totals[*a].2));
    let shown = if order.len() > SERIES + 1 { SERIES } else { order.len() };
    let mut rank = vec![shown; totals.len()];
    for (position, index) in order.iter().take(shown).enumerate() {
        rank[*index] = position;
    }
    let empty = || vec![Json::Null; firsts.len()];
    let mut series: Vec<Series> =
        order.iter().take(shown).map(|index| Series { name: totals[*index].0.clone(), key: totals[*index].1.clone(), points: empty(), rest: false }).collect();
    if shown < order.len() {
        series.push(Series { name: super::labels::others(drawn.language, order.len() - shown), key: Json::Null, points: empty(), rest: true });
    }
    for row in drawn.rows {
        let (Some(point), Some(index)) = (at.get(&drawn.label(row, 0)), series_at.get(&drawn.label(row, 1))) else { continue };
        let Some(value) = drawn.measure(row, 0).as_f64() else { continue };
        let cell = &mut series[rank[*index]].points[*point];
        *cell = json!(cell.as_f64().unwrap_or(0.0) + value);
    }
    Pivot { names: firsts.iter().map(|(_, name)| name.clone()).collect(), keys: firsts.iter().map(|(value, _)| key(value)).collect(), series }
}

#[cfg(test)]
mod tests {
    use crate::warehouse::charts::option;
    use app::{
        text::{Language, Text},
        warehouse::asks::{AnswerColumn, ChartKind, ColumnKind, Dimension, Question, Value},
    };

    fn column(name: &str) -> AnswerColumn {
        AnswerColumn { name: name.into(), label: Text::same(name), kind: ColumnKind::Text, unit: None, masked: false }
    }

    #[test]
    fn sums_small_series_as_others_and_loses_nothing() {
        let question = Question {
            measures: vec!["sales".into()],
            dimensions: vec![Dimension { column: "month".into(), grain: None }, Dimension { column: "category".into(), grain: None }],
            ..Question::default()
        };
        let rows: Vec<Vec<Value>> =
            (0..20).map(|index| vec![Value::Text("m".into()), Value::Text(format!("c{index}")), Value::Number(f64::from(index))]).collect();
        let option = option(ChartKind::StackedBar, Language::En, &question, &[column("month"), column("category"), column("sales")], &rows).unwrap();
        let series = option["series"].as_array().unwrap();
        assert_eq!(series.len(), 8);
        assert_eq!(series[7]["name"], "13 others");
        assert_eq!((&series[7]["rest"], &series[0]["rest"], &series[0]["seriesKey"]), (&true.into(), &false.into(), &"c19".into()));
        let total: f64 = series.iter().map(|series| series["data"][0]["value"].as_f64().unwrap()).sum();
        assert_eq!(total, 190.0);
    }
}

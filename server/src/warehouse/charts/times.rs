//! Courses over time: figures of the portal's own, which no question asked for.

use super::parts;
use app::{text::Language, warehouse::asks::ChartKind};
use serde_json::{Value as Json, json};

/// One line: its name, and a figure at each time.
pub struct Over {
    pub name: String,
    pub points: Vec<f64>,
}

/// Lines, areas or bars over moments in Unix milliseconds, which the page draws by the organisation's clock.
pub fn over_time(language: Language, times_ms: &[i64], lines: &[Over], formatter: &str, chart: ChartKind) -> Json {
    let line = |line: &Over| {
        let points: Vec<Json> = times_ms.iter().zip(&line.points).map(|(at_ms, figure)| json!([at_ms, figure])).collect();
        let mut series = json!({ "name": line.name, "data": points, "emphasis": { "focus": "series" } });
        if matches!(chart, ChartKind::Bar | ChartKind::StackedBar) {
            series["type"] = json!("bar");
            series["barMaxWidth"] = json!(42);
            series["barMinWidth"] = json!(1);
        } else {
            series["type"] = json!("line");
            series["showSymbol"] = json!(times_ms.len() == 1);
            series["lineStyle"] = json!({ "width": 2 });
        }
        if chart == ChartKind::Area {
            series["areaStyle"] = json!({ "opacity": 0.14 });
        }
        if matches!(chart, ChartKind::Area | ChartKind::StackedBar) {
            series["stack"] = json!("all");
        }
        series
    };
    let axis = json!({
        "type": "time", "axisLine": { "lineStyle": { "color": "var(--edge)" } }, "axisTick": { "show": false },
        "axisLabel": { "color": "var(--ink-3)", "fontSize": 12, "hideOverlap": true },
    });
    parts::framed(
        language,
        json!({
            "legend": parts::legend(lines.len()), "grid": parts::grid(lines.len(), false), "tooltip": parts::tooltip("axis", formatter),
            "xAxis": axis, "yAxis": parts::value_axis(formatter, true), "series": lines.iter().map(line).collect::<Vec<_>>(),
        }),
    )
}

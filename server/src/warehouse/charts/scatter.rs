//! Scatter plots: two measures, one point per value of the first dimension.

use super::{Drawn, key, parts};
use serde_json::{Value as Json, json};

pub fn points(drawn: &Drawn<'_>) -> Option<Json> {
    if drawn.dimensions() == 0 || drawn.measures() < 2 {
        return None;
    }
    let point = |row: &Vec<_>| json!({ "name": drawn.label(row, 0), "value": [drawn.measure(row, 0), drawn.measure(row, 1)], "key": row.first().map(key) });
    let data: Vec<Json> = drawn.rows.iter().map(point).collect();
    let mut across = parts::value_axis(drawn.formatter(0, true), false);
    across["name"] = json!(drawn.measure_label(0));
    across["nameLocation"] = json!("middle");
    across["nameGap"] = json!(28);
    let mut up = parts::value_axis(drawn.formatter(1, true), false);
    up["name"] = json!(drawn.measure_label(1));
    Some(json!({
        "grid": { "left": 4, "right": 16, "top": 28, "bottom": 24, "containLabel": true },
        "tooltip": parts::tooltip("item", "format:number"),
        "xAxis": across, "yAxis": up,
        "series": [{ "type": "scatter", "name": drawn.measure_label(1), "data": data, "symbolSize": 9, "itemStyle": { "opacity": 0.75 } }],
    }))
}

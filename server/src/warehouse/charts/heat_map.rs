//! Heat maps: two dimensions, one measure as colour.

use super::{Drawn, parts};
use app::warehouse::asks::{Grain, Value};
use serde_json::{Value as Json, json};

pub fn cells(drawn: &Drawn<'_>) -> Option<Json> {
    if drawn.dimensions() < 2 {
        return None;
    }
    let (rows, columns) = (axis(drawn, 0), axis(drawn, 1));
    let place = |values: &[Value], value: Option<&Value>| values.iter().position(|known| Some(known) == value);
    let mut greatest = f64::MIN_POSITIVE;
    let mut data = Vec::with_capacity(drawn.rows.len());
    for row in drawn.rows {
        let (Some(value), Some(x), Some(y)) = (drawn.measure(row, 0).as_f64(), place(&columns, row.get(1)), place(&rows, row.first())) else { continue };
        greatest = greatest.max(value);
        data.push(json!({ "value": [x, y, value], "key": row.first().map(super::key), "seriesKey": row.get(1).map(super::key) }));
    }
    let names = |values: &[Value], index: usize| -> Vec<String> {
        let grain = drawn.question.dimensions.get(index).and_then(|dimension| dimension.grain);
        values.iter().map(|value| super::labels::label(drawn.language, grain, value)).collect()
    };
    let heads = names(&columns, 1);
    let mut across = parts::category_axis(&heads, false);
    // Many long words side by side would hide each other: leaning, all of them can be read.
    if heads.iter().map(|head| head.chars().count()).sum::<usize>() > 70 && heads.len() <= 20 {
        across["axisLabel"]["interval"] = json!(0);
        across["axisLabel"]["rotate"] = json!(40);
    }
    let mut down = parts::category_axis(&names(&rows, 0), false);
    across["axisLine"] = json!({ "show": false });
    down["axisLine"] = json!({ "show": false });
    down["inverse"] = json!(true);
    Some(json!({
        "grid": { "left": 4, "right": 8, "top": 8, "bottom": 4, "containLabel": true },
        "tooltip": parts::tooltip("item", drawn.formatter(0, false)),
        "xAxis": across, "yAxis": down,
        "visualMap": { "show": false, "min": 0, "max": greatest, "inRange": { "color": ["var(--sunken)", "var(--accent-soft)", "var(--mark-1)"] } },
        "series": [{ "type": "heatmap", "name": drawn.measure_label(0), "data": data, "itemStyle": { "borderColor": "var(--surface)", "borderWidth": 2, "borderRadius": 3 } }],
    }))
}

/// The values of one dimension: in their own order where they have one, else as they came.
fn axis(drawn: &Drawn<'_>, index: usize) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in drawn.rows.iter().filter_map(|row| row.get(index)) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    let grain = drawn.question.dimensions.get(index).and_then(|dimension| dimension.grain);
    if matches!(grain, Some(Grain::DayOfWeek | Grain::HourOfDay)) || values.iter().all(|value| matches!(value, Value::Integer(_) | Value::Number(_))) {
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    }
    values
}

//! Parts of a whole: treemaps and pies.

use super::{Drawn, key, labels, parts};
use serde_json::{Value as Json, json};

/// Most slices of a pie; the smaller ones are summed.
const SLICES: usize = 7;

pub fn treemap(drawn: &Drawn<'_>) -> Option<Json> {
    let data: Vec<Json> = match drawn.dimensions() {
        0 => return None,
        1 => drawn.rows.iter().map(|row| json!({ "name": drawn.label(row, 0), "value": drawn.measure(row, 0), "key": row.first().map(key) })).collect(),
        _ => nested(drawn),
    };
    Some(json!({
        "tooltip": parts::tooltip("item", drawn.formatter(0, false)),
        "series": [{
            "type": "treemap", "name": drawn.measure_label(0), "data": data, "left": 0, "right": 0, "top": 0, "bottom": 0, "roam": false, "nodeClick": false,
            "breadcrumb": { "show": false }, "label": { "show": true, "fontSize": 12, "color": "var(--accent-ink)", "overflow": "truncate" },
            "upperLabel": { "show": drawn.dimensions() > 1, "height": 20, "fontSize": 12, "color": "var(--ink)" },
            "itemStyle": { "borderColor": "var(--surface)", "borderWidth": 1, "gapWidth": 1 },
        }],
    }))
}

fn nested(drawn: &Drawn<'_>) -> Vec<Json> {
    struct Group {
        name: String,
        key: Json,
        total: f64,
        children: Vec<Json>,
    }
    let mut groups: Vec<Group> = Vec::new();
    for row in drawn.rows {
        let name = drawn.label(row, 0);
        let index = groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            groups.push(Group { name, key: row.first().map(key).unwrap_or(Json::Null), total: 0.0, children: Vec::new() });
            groups.len() - 1
        });
        let (value, group) = (drawn.measure(row, 0), &mut groups[index]);
        group.total += value.as_f64().unwrap_or(0.0);
        group.children.push(json!({ "name": drawn.label(row, 1), "value": value, "key": group.key, "seriesKey": row.get(1).map(key) }));
    }
    groups.into_iter().map(|group| json!({ "name": group.name, "value": group.total, "key": group.key, "children": group.children })).collect()
}

pub fn pie(drawn: &Drawn<'_>) -> Option<Json> {
    if drawn.dimensions() == 0 {
        return None;
    }
    let slice = |row: &Vec<_>| (drawn.label(row, 0), row.first().map(key).unwrap_or(Json::Null), drawn.measure(row, 0).as_f64().unwrap_or(0.0));
    let mut slices: Vec<(String, Json, f64)> = drawn.rows.iter().map(slice).collect();
    slices.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut rest = None;
    if slices.len() > SLICES + 1 {
        rest = Some(slices.split_off(SLICES));
    }
    let mut data: Vec<Json> = slices.into_iter().map(|(name, key, value)| json!({ "name": name, "key": key, "value": value })).collect();
    if let Some(rest) = rest {
        // Pressing it selects none of what it sums.
        let sum: f64 = rest.iter().map(|slice| slice.2).sum();
        data.push(json!({ "name": labels::others(drawn.language, rest.len()), "value": sum, "rest": true }));
    }
    Some(json!({
        "tooltip": parts::tooltip("item", drawn.formatter(0, false)),
        "legend": {
            "type": "scroll", "orient": "vertical", "right": 0, "top": "middle", "icon": "roundRect", "itemWidth": 10, "itemHeight": 10,
            "textStyle": { "color": "var(--ink-2)", "fontSize": 12 },
        },
        "series": [{
            "type": "pie", "name": drawn.measure_label(0), "data": data, "radius": ["48%", "78%"], "center": ["34%", "50%"], "label": { "show": false },
            "itemStyle": { "borderColor": "var(--surface)", "borderWidth": 2 },
        }],
    }))
}

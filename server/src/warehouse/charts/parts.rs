//! What all charts share: type, marks, grid, axes, legend, tooltip.

use app::text::Language;
use serde_json::{Value as Json, json};

/// Adds what every chart has.
pub fn framed(language: Language, mut option: Json) -> Json {
    let marks: Vec<String> = (1..=8).map(|index| format!("var(--mark-{index})")).collect();
    if let Some(fields) = option.as_object_mut() {
        fields.insert("color".into(), json!(marks));
        fields.insert("locale".into(), json!(language.tag()));
        fields.insert("animationDuration".into(), json!(240));
        fields.insert("textStyle".into(), json!({ "fontFamily": "var(--font)", "color": "var(--ink-2)" }));
        fields.insert("aria".into(), json!({ "enabled": true }));
        fields.entry("grid").or_insert_with(|| json!({ "left": 4, "right": 12, "top": 14, "bottom": 4, "containLabel": true }));
    }
    option
}

/// Axis of names; labels are shown where there is room.
pub fn category_axis(names: &[String], lines: bool) -> Json {
    json!({
        "type": "category", "data": names, "boundaryGap": !lines,
        "axisLine": { "lineStyle": { "color": "var(--edge)" } }, "axisTick": { "show": false },
        "axisLabel": { "color": "var(--ink-3)", "fontSize": 12, "hideOverlap": true },
    })
}

/// Axis of figures. Bars start at zero; lines may not, and say so by their labels.
pub fn value_axis(formatter: &str, from_zero: bool) -> Json {
    json!({
        "type": "value", "scale": !from_zero, "axisLine": { "show": false }, "axisTick": { "show": false },
        "axisLabel": { "color": "var(--ink-3)", "fontSize": 12, "formatter": formatter },
        "splitLine": { "lineStyle": { "color": "var(--hair)" } },
    })
}

/// A legend above the plot, when there is more than one series.
pub fn legend(series: usize) -> Json {
    json!({
        "show": series > 1, "type": "scroll", "left": 0, "top": 0, "icon": "roundRect", "itemWidth": 10, "itemHeight": 10,
        "textStyle": { "color": "var(--ink-2)", "fontSize": 12 },
    })
}

/// Grid below a legend, and above a zoom bar when there is one.
pub fn grid(series: usize, zoomed: bool) -> Json {
    json!({ "left": 4, "right": 12, "top": if series > 1 { 34 } else { 14 }, "bottom": if zoomed { 34 } else { 4 }, "containLabel": true })
}

/// Zoom by wheel and by a bar, for long axes.
pub fn zoom(points: usize) -> Json {
    if points <= 60 {
        return json!([]);
    }
    json!([
        { "type": "inside", "filterMode": "none", "zoomOnMouseWheel": "ctrl" },
        { "type": "slider", "height": 16, "bottom": 4, "brushSelect": false, "borderColor": "var(--hair)", "fillerColor": "var(--accent-soft)",
          "handleStyle": { "color": "var(--accent)" }, "textStyle": { "color": "var(--ink-3)" } },
    ])
}

/// A tooltip in the surface's colours; drawn as text, since a strict policy allows no inline styles.
pub fn tooltip(trigger: &str, formatter: &str) -> Json {
    json!({
        "trigger": trigger, "renderMode": "richText", "confine": true, "valueFormatter": formatter,
        "backgroundColor": "var(--surface)", "borderColor": "var(--edge)", "textStyle": { "color": "var(--ink)", "fontSize": 12 },
        "axisPointer": { "type": if trigger == "axis" { "line" } else { "none" }, "lineStyle": { "color": "var(--edge)" } },
    })
}

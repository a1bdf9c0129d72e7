//! A chart and the table that says the same: one of them is shown at a time.

use super::{button::IconButton, icon::Glyph, words};
use crate::visit::use_language;
use leptos::prelude::*;

/// What a click on a mark tells: the category and, where there are several, the series, as a filter would name them.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub key: serde_json::Value,
    pub series_key: serde_json::Value,
}

/// Draws an ECharts option in `<atalaya-chart>`, whose script is loaded when the first chart appears.
/// Fills the height of the box around it.
#[component]
pub fn Chart(
    /// The option as JSON, as the server made it.
    #[prop(into)]
    option: Signal<String>,
    /// Says what the chart shows, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The same figures as a table.
    #[prop(into)]
    table: ViewFn,
    #[prop(optional, into)] on_mark: Option<Callback<Mark>>,
    /// Which of the two is shown, when something outside switches them; without it the chart has a button of its own.
    #[prop(optional, into)]
    as_table: Option<RwSignal<bool>>,
) -> impl IntoView {
    let language = use_language();
    let switched_outside = as_table.is_some();
    let as_table = as_table.unwrap_or_else(|| RwSignal::new(false));
    load_charts();
    let toggle_label = Signal::derive(move || if as_table.get() { words::show_chart(language) } else { words::show_table(language) }.to_owned());
    let clicked = move |event: leptos::web_sys::CustomEvent| {
        if let (Some(on_mark), Some(mark)) = (on_mark, read_mark(&event)) {
            on_mark.run(mark);
        }
    };
    view! {
        <figure class="chart">
            {(!switched_outside)
                .then(|| {
                    view! {
                        <div class="chart-toggle">
                            <IconButton label=toggle_label glyph=Glyph::Table pressed=as_table on_press=move |()| as_table.update(|shown| *shown = !*shown)/>
                        </div>
                    }
                })}
            <div class="chart-plot" class:gone=move || as_table.get()>
                <atalaya-chart role="img" aria-label=label data-option=move || option.get() on:markclick=clicked></atalaya-chart>
            </div>
            <div class="chart-table" class:gone=move || !as_table.get()>{table.run()}</div>
        </figure>
    }
}

/// Reads the detail of the event `markclick`.
fn read_mark(event: &leptos::web_sys::CustomEvent) -> Option<Mark> {
    #[cfg(feature = "hydrate")]
    {
        let text = js_sys::JSON::stringify(&event.detail()).ok()?.as_string()?;
        let mut detail: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some(Mark { key: detail["key"].take(), series_key: detail["seriesKey"].take() })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        None
    }
}

/// Lets the browser fetch the charts' script, once a page.
fn load_charts() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        const ID: &str = "charts-script";
        let page = document();
        if page.get_element_by_id(ID).is_some() {
            return;
        }
        let version = crate::visit::use_visit().asset_version;
        if let (Ok(script), Some(head)) = (page.create_element("script"), page.head()) {
            let _ = script.set_attribute("type", "module");
            let _ = script.set_attribute("src", &format!("/pkg/charts.js?v={version}"));
            script.set_id(ID);
            let _ = head.append_child(&script);
        }
    });
}

//! Figures and charts: the page's own option drawn to SVG by the same ECharts, placed as vectors with real text.

use super::{
    Part, cells,
    sheet::{Anchor, BAD, GOOD, HAIR, INK, MARGIN, SOFT, Sheet, Style},
    svg_text,
};
use crate::fault::{Fault, Result};
use app::{
    text::Language,
    ui::figures::Figures,
    warehouse::asks::{ChartKind, Value},
};
use printpdf::Svg;
use rquickjs::{Context, Function, Runtime};
use std::path::{Path, PathBuf};

const GAP: f32 = 12.0;
const FIGURE_HEIGHT: f32 = 58.0;
const CHART_HEIGHT: f32 = 190.0;

/// ECharts in an interpreter without a document; started at the first chart.
pub struct Drawer {
    script: PathBuf,
    context: Option<Context>,
}

impl Drawer {
    /// `script` defines `renderChart`.
    pub fn new(script: PathBuf) -> Self {
        Self { script, context: None }
    }

    /// The option as SVG text of a size in points.
    fn svg(&mut self, option: &serde_json::Value, width: f32, height: f32) -> Result<String> {
        let context = match &self.context {
            Some(context) => context,
            None => self.context.insert(started(&self.script)?),
        };
        context.with(|js| {
            let render: Function<'_> = js.globals().get("renderChart").map_err(Fault::internal)?;
            render.call((option.to_string(), f64::from(width), f64::from(height))).map_err(|cause| {
                let thrown = js.catch().as_exception().and_then(|exception| exception.message()).unwrap_or_default();
                Fault::internal(format!("{cause}: {thrown}"))
            })
        })
    }
}

fn started(script: &Path) -> Result<Context> {
    let script = std::fs::read(script).map_err(|cause| {
        Fault::operator(
            "charts cannot be drawn: build the browser half (cargo xtask run does)",
            "no se pueden dibujar los gráficos: construya la parte del navegador (lo hace cargo xtask run)",
        )
        .because(cause)
    })?;
    let runtime = Runtime::new().map_err(Fault::internal)?;
    runtime.set_memory_limit(256 << 20);
    runtime.set_max_stack_size(1 << 20);
    let context = Context::full(&runtime).map_err(Fault::internal)?;
    context.with(|js| js.eval::<(), _>(script)).map_err(Fault::internal)?;
    Ok(context)
}

/// Puts figures four in a row and charts two in a row.
pub fn put_all(sheet: &mut Sheet, drawer: &mut Drawer, parts: &[&Part], figures: &Figures) -> Result<()> {
    let alone = parts.len() == 1;
    let mut rest = parts;
    while let Some(first) = rest.first() {
        let number = first.section.chart == ChartKind::Number;
        let most = if number {
            4
        } else if alone {
            1
        } else {
            2
        };
        let count = rest.iter().take(most).take_while(|part| (part.section.chart == ChartKind::Number) == number).count();
        let (row, after) = rest.split_at(count);
        rest = after;
        let height = if number {
            FIGURE_HEIGHT
        } else if alone {
            300.0
        } else {
            CHART_HEIGHT
        };
        if sheet.room() < height + GAP {
            sheet.turn_page();
        }
        let width = (sheet.inner_width() - GAP * (most - 1) as f32) / most as f32;
        for (index, part) in row.iter().enumerate() {
            let x = MARGIN + index as f32 * (width + GAP);
            if number {
                put_figure(sheet, part, x, width, figures);
            } else {
                put_chart(sheet, drawer, part, x, width, height, figures)?;
            }
        }
        sheet.y += height + GAP;
    }
    Ok(())
}

fn put_figure(sheet: &mut Sheet, part: &Part, x: f32, width: f32, figures: &Figures) {
    let section = &part.section;
    let top = sheet.y;
    sheet.rule(x, top, width, 0.75, HAIR);
    let title = sheet.face(true).cut(&section.title, 9.0, width);
    sheet.text(Style::bold(9.0, INK), x, top + 14.0, &title);
    let Some(answer) = &section.answer else { return };
    let Some((value, column)) = answer.rows.first().and_then(|row| row.first()).zip(answer.columns.first()) else { return };
    sheet.text(Style::bold(19.0, INK), x, top + 37.0, &cells::figure(value, column, figures));
    let numeric = |value: &Value| match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    };
    if let Some((now, before)) = numeric(value).zip(answer.earlier.as_ref().and_then(|row| row.first()).and_then(numeric)).filter(|(_, before)| *before != 0.0)
    {
        let change = now / before - 1.0;
        let sign = if change >= 0.0 { "+" } else { "" };
        let words = match figures.language {
            Language::En => "vs. earlier period",
            Language::Es => "frente al periodo anterior",
        };
        let colour = if change >= 0.0 { GOOD } else { BAD };
        sheet.text(Style::plain(8.5, colour), x, top + 51.0, &format!("{sign}{} {words}", figures.percent(change, 1)));
    }
}

fn put_chart(sheet: &mut Sheet, drawer: &mut Drawer, part: &Part, x: f32, width: f32, height: f32, figures: &Figures) -> Result<()> {
    let section = &part.section;
    let top = sheet.y;
    let title = sheet.face(true).cut(&section.title, 10.0, width);
    sheet.text(Style::bold(10.0, INK), x, top + 11.0, &title);
    let after = x + sheet.face(true).width(&title, 10.0) + 6.0;
    let note = sheet.face(false).cut(&section.note, 8.0, (x + width - after).max(0.0));
    sheet.text(Style::plain(8.0, SOFT), after, top + 11.0, &note);
    let Some(mut option) = section.answer.as_ref().and_then(|answer| answer.option.clone()) else { return Ok(()) };
    option["locale"] = figures.language.tag().into();
    let (plot_top, plot_height) = (top + 18.0, height - 18.0);
    let (drawing, labels) = svg_text::split(&drawer.svg(&option, width, plot_height)?);
    let drawing = Svg::parse(&drawing, &mut Vec::new()).map_err(Fault::internal)?;
    sheet.drawing(&drawing, x, plot_top, plot_height);
    for label in labels {
        // SVG hangs text by its middle, PDF sets it on its baseline.
        let lower = match label.baseline.as_str() {
            "central" | "middle" => label.size * 0.35,
            "hanging" | "text-before-edge" | "text-top" => label.size * 0.8,
            _ => 0.0,
        };
        let anchor = match label.anchor.as_str() {
            "middle" => Anchor::Middle,
            "end" => Anchor::End,
            _ => Anchor::Start,
        };
        let (at_x, at_y) = (x + label.x, plot_top + label.y);
        if label.degrees == 0.0 {
            sheet.anchored(Style { bold: label.bold, size: label.size, colour: label.colour }, at_x, at_y + lower, anchor, &label.text);
        } else {
            sheet.turned(Style { bold: label.bold, size: label.size, colour: label.colour }, at_x, at_y, -label.degrees, &label.text);
        }
    }
    Ok(())
}

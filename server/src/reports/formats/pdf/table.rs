//! Tables over as many pages as needed, with repeated heads.

use super::{
    Part, cells,
    sheet::{ACCENT, Anchor, HAIR, INK, MARGIN, SOFT, STRIPE, Sheet, Style},
};
use crate::fault::Result;
use app::{
    ui::figures::Figures,
    warehouse::asks::{AnswerColumn, ColumnKind, Unit},
};

const GAP: f32 = 8.0;
/// Rows by whose texts the columns are measured.
const MEASURED: usize = 200;
/// Most lines of one cell.
const LINES: usize = 3;

/// Where a column stands.
struct Column {
    x: f32,
    width: f32,
    right: bool,
}

pub fn put(sheet: &mut Sheet, part: &Part, titled: bool, figures: &Figures) -> Result<()> {
    let section = &part.section;
    let heads: Vec<String> = section.columns.iter().map(|column| head(column, figures)).collect();
    let printers = |batch: &arrow::record_batch::RecordBatch, rows: std::ops::Range<usize>| -> Result<Vec<Vec<String>>> {
        let columns = batch.columns().iter().zip(&section.columns);
        let printed = columns.map(|(array, column)| cells::printer(array.as_ref(), column, figures)).collect::<Result<Vec<_>>>()?;
        Ok(rows.map(|row| printed.iter().map(|print| print(row)).collect()).collect())
    };
    let sample = match part.batches.iter().find(|batch| batch.num_rows() > 0) {
        Some(batch) => printers(batch, 0..batch.num_rows().min(MEASURED))?,
        None => Vec::new(),
    };
    let (columns, size) = placed(sheet, &section.columns, &heads, &sample);
    if sheet.room() < 90.0 {
        sheet.turn_page();
    }
    if titled {
        sheet.y += 16.0;
        sheet.text(Style::bold(11.0, INK), MARGIN, sheet.y, &section.title);
        let after = MARGIN + sheet.face(true).width(&section.title, 11.0) + 8.0;
        sheet.text(Style::plain(8.5, SOFT), after, sheet.y, &section.note);
    }
    put_head(sheet, &columns, &heads, size);
    let mut striped = false;
    for batch in &part.batches {
        for row in printers(batch, 0..batch.num_rows())? {
            let lines: Vec<Vec<String>> = row
                .iter()
                .zip(&columns)
                .map(|(text, column)| {
                    if column.right {
                        vec![sheet.face(false).cut(text, size, column.width)]
                    } else {
                        cells::wrapped(sheet.face(false), text, size, column.width, LINES)
                    }
                })
                .collect();
            let height = lines.iter().map(Vec::len).max().unwrap_or(1) as f32 * size * 1.25 + 3.0;
            if sheet.room() < height {
                sheet.turn_page();
                put_head(sheet, &columns, &heads, size);
                striped = false;
            }
            if striped {
                sheet.fill(MARGIN, sheet.y, sheet.inner_width(), height, STRIPE);
            }
            striped = !striped;
            for (lines, column) in lines.iter().zip(&columns) {
                for (index, line) in lines.iter().enumerate() {
                    let y = sheet.y + size * 1.05 + index as f32 * size * 1.25;
                    let (x, anchor) = if column.right { (column.x + column.width, Anchor::End) } else { (column.x, Anchor::Start) };
                    sheet.anchored(Style::plain(size, INK), x, y, anchor, line);
                }
            }
            sheet.y += height;
        }
    }
    sheet.rule(MARGIN, sheet.y, sheet.inner_width(), 0.5, HAIR);
    sheet.y += 4.0;
    if part.batches.iter().all(|batch| batch.num_rows() == 0) {
        sheet.y += 12.0;
        let words = match figures.language {
            app::text::Language::En => "No rows.",
            app::text::Language::Es => "Sin filas.",
        };
        sheet.text(Style::plain(9.0, SOFT), MARGIN, sheet.y, words);
    }
    sheet.y += 10.0;
    Ok(())
}

/// Units stand in the head, not in each cell.
fn head(column: &AnswerColumn, figures: &Figures) -> String {
    let label = column.label.get(figures.language);
    match &column.unit {
        Some(Unit::Of(unit)) if unit.get(figures.language) != label => format!("{label}, {}", unit.get(figures.language)),
        _ => label.to_owned(),
    }
}

/// Columns as wide as they need, narrowed together when the page is too small; the type grows smaller with many.
fn placed(sheet: &Sheet, columns: &[AnswerColumn], heads: &[String], sample: &[Vec<String>]) -> (Vec<Column>, f32) {
    let mut size: f32 = 8.5;
    loop {
        let right = |column: &AnswerColumn| matches!(column.kind, ColumnKind::Integer | ColumnKind::Number);
        let natural: Vec<f32> = (0..columns.len())
            .map(|index| {
                let cells = sample.iter().filter_map(|row| row.get(index)).map(|text| sheet.face(false).width(text, size)).fold(0.0, f32::max);
                let words = heads[index].split(' ').map(|word| sheet.face(true).width(word, size)).fold(0.0, f32::max);
                cells.max(words) + 1.0
            })
            .collect();
        let room = sheet.inner_width() - GAP * columns.len().saturating_sub(1) as f32;
        let wanted: f32 = natural.iter().sum();
        // Figures are never broken: texts give way, down to a readable width.
        let figures: f32 = natural.iter().zip(columns).filter(|(_, column)| right(column)).map(|(width, _)| width).sum();
        let texts = wanted - figures;
        let fits = wanted <= room || (room - figures) >= 0.45 * texts;
        if fits || size <= 5.0 {
            let share = if wanted <= room { 1.0 } else { ((room - figures) / texts.max(1.0)).clamp(0.1, 1.0) };
            let squeeze = if fits { 1.0 } else { (room / (figures + texts * share)).min(1.0) };
            let spare = if wanted < room { (room - wanted) / columns.len().max(1) as f32 } else { 0.0 };
            let mut x = MARGIN;
            let placed = natural.iter().zip(columns).map(|(width, column)| {
                let width = if right(column) { width * squeeze } else { width * share * squeeze } + spare;
                let placed = Column { x, width, right: right(column) };
                x += width + GAP;
                placed
            });
            return (placed.collect(), size);
        }
        size -= 0.5;
    }
}

fn put_head(sheet: &mut Sheet, columns: &[Column], heads: &[String], size: f32) {
    let lines: Vec<Vec<String>> = heads.iter().zip(columns).map(|(head, column)| cells::wrapped(sheet.face(true), head, size, column.width, LINES)).collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or(1);
    let height = most as f32 * size * 1.25 + 6.0;
    for (lines, column) in lines.iter().zip(columns) {
        for (index, line) in lines.iter().enumerate() {
            let y = sheet.y + 4.0 + size + (most - lines.len() + index) as f32 * size * 1.25;
            let (x, anchor) = if column.right { (column.x + column.width, Anchor::End) } else { (column.x, Anchor::Start) };
            sheet.anchored(Style::bold(size, ACCENT), x, y, anchor, line);
        }
    }
    sheet.y += height + 3.0;
    sheet.rule(MARGIN, sheet.y, sheet.inner_width(), 0.75, ACCENT);
    sheet.y += 2.0;
}

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
use arrow::record_batch::RecordBatch;
use std::ops::Range;

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
    let (columns, size) = placed(sheet, &section.columns, &heads, &sample(part, figures)?);
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
        for row in printed(part, batch, 0..batch.num_rows(), figures)? {
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
        Some(Unit::Of(unit)) if unit.get(figures.language).to_lowercase() != label.to_lowercase() => format!("{label}, {}", unit.get(figures.language)),
        _ => label.to_owned(),
    }
}

/// Type sizes that are tried, the largest first.
const SIZES: [f32; 7] = [8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5];
/// Width at which a long text stays readable, in lines of a few words.
const READABLE: f32 = 60.0;

/// Whether a table is too wide for upright pages of this inner width.
pub fn is_wide(sheet: &Sheet, part: &Part, inner_width: f32, figures: &Figures) -> Result<bool> {
    let heads: Vec<String> = part.section.columns.iter().map(|column| head(column, figures)).collect();
    let natural = natural(sheet, &heads, &sample(part, figures)?, 8.0);
    Ok(natural.iter().sum::<f32>() + gaps(natural.len()) > inner_width)
}

/// The cells by which columns are measured.
fn sample(part: &Part, figures: &Figures) -> Result<Vec<Vec<String>>> {
    match part.batches.iter().find(|batch| batch.num_rows() > 0) {
        Some(batch) => printed(part, batch, 0..batch.num_rows().min(MEASURED), figures),
        None => Ok(Vec::new()),
    }
}

fn printed(part: &Part, batch: &RecordBatch, rows: Range<usize>, figures: &Figures) -> Result<Vec<Vec<String>>> {
    let columns = batch.columns().iter().zip(&part.section.columns);
    let printers = columns.map(|(array, column)| cells::printer(array.as_ref(), column, figures)).collect::<Result<Vec<_>>>()?;
    Ok(rows.map(|row| printers.iter().map(|print| print(row)).collect()).collect())
}

fn gaps(columns: usize) -> f32 {
    GAP * columns.saturating_sub(1) as f32
}

/// The width that each column needs: its widest cell in the sample, and the widest word of its head.
fn natural(sheet: &Sheet, heads: &[String], sample: &[Vec<String>], size: f32) -> Vec<f32> {
    let cells = |index: usize| sample.iter().filter_map(|row| row.get(index)).map(|text| sheet.face(false).width(text, size)).fold(0.0, f32::max);
    let words = |head: &String| head.split(' ').map(|word| sheet.face(true).width(word, size)).fold(0.0, f32::max);
    heads.iter().enumerate().map(|(index, head)| cells(index).max(words(head)) + 1.0).collect()
}

/// Columns as wide as they need. Where the page is too small only the longest texts give way, all to one width; the type
/// grows smaller until that is readable.
fn placed(sheet: &Sheet, columns: &[AnswerColumn], heads: &[String], sample: &[Vec<String>]) -> (Vec<Column>, f32) {
    let room = sheet.inner_width() - gaps(columns.len());
    let mut chosen = (Vec::new(), SIZES[SIZES.len() - 1]);
    for size in SIZES {
        let natural = natural(sheet, heads, sample, size);
        let of = |text: bool| natural.iter().zip(columns).filter(move |(_, column)| (column.kind == ColumnKind::Text) == text).map(|(width, _)| *width);
        let firm: f32 = of(false).sum();
        let longest = of(true).fold(0.0, f32::max);
        let most = even_cap(of(true).collect(), room - firm);
        let widths = natural.iter().zip(columns).map(|(width, column)| if column.kind == ColumnKind::Text { width.min(most) } else { *width });
        chosen = (widths.collect(), size);
        if most >= longest.min(READABLE) && firm <= room {
            break;
        }
    }
    let (mut widths, size) = chosen;
    let wanted: f32 = widths.iter().sum();
    for width in &mut widths {
        // So many columns that even the smallest type does not fit: all are cut alike. Spare room is shared.
        *width = if wanted > room { *width * room / wanted } else { *width + (room - wanted) / columns.len().max(1) as f32 };
    }
    let mut x = MARGIN;
    let placed = widths.into_iter().zip(columns).map(|(width, column)| {
        let placed = Column { x, width, right: matches!(column.kind, ColumnKind::Integer | ColumnKind::Number) };
        x += width + GAP;
        placed
    });
    (placed.collect(), size)
}

/// The width at which all of `widths`, cut to it, fill `room`.
fn even_cap(mut widths: Vec<f32>, room: f32) -> f32 {
    widths.sort_by(f32::total_cmp);
    let mut left = room.max(0.0);
    for (index, width) in widths.iter().enumerate() {
        let share = left / (widths.len() - index) as f32;
        if *width > share {
            return share;
        }
        left -= width;
    }
    f32::INFINITY
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

#[cfg(test)]
mod tests {
    use super::even_cap;

    #[test]
    fn only_the_longest_give_way() {
        assert_eq!(even_cap(vec![10.0, 100.0, 20.0, 300.0], 130.0), 50.0);
        assert_eq!(even_cap(vec![10.0, 20.0], 130.0), f32::INFINITY);
        assert_eq!(even_cap(vec![10.0, 20.0], 0.0), 0.0);
    }
}

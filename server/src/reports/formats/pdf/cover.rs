//! The head of the first page: title, who made it, when, under which filters and access, and what was left out.

use super::{
    super::Cover,
    sheet::{HAIR, INK, LAMP, MARGIN, SOFT, Sheet, Style},
};
use app::{
    text::{Language, Text},
    ui::figures::Figures,
};

pub fn put(sheet: &mut Sheet, title: &str, cover: &Cover, left_out: Option<&Text>, figures: &Figures) {
    let language = figures.language;
    let words = |en: &'static str, es: &'static str| match language {
        Language::En => en,
        Language::Es => es,
    };
    sheet.y += 16.0;
    let shown = sheet.face(true).cut(title, 18.0, sheet.inner_width());
    sheet.text(Style::bold(18.0, INK), MARGIN, sheet.y, &shown);
    let mut made = format!("{} · {} · {}", cover.person, cover.department.get(language), cover.made);
    if !cover.organisation.is_empty() {
        made = format!("{} · {made}", cover.organisation);
    }
    if let Some(up_to) = &cover.up_to {
        made = format!("{made} · {} {up_to}", words("data up to", "datos hasta"));
    }
    line(sheet, SOFT, &made);
    let list = |texts: &[Text]| texts.iter().map(|text| text.get(language)).collect::<Vec<_>>().join(" · ");
    if !cover.filters.is_empty() {
        line(sheet, INK, &format!("{}: {}", words("Filters", "Filtros"), list(&cover.filters)));
    }
    if !cover.access.is_empty() {
        line(sheet, LAMP, &format!("{}: {}", words("You see", "Usted ve"), list(&cover.access)));
    }
    if let Some(text) = left_out {
        line(sheet, LAMP, text.get(language));
    }
    sheet.y += 10.0;
    sheet.rule(MARGIN, sheet.y, sheet.inner_width(), 0.75, HAIR);
    sheet.y += 8.0;
}

/// A paragraph of small text, broken where it does not fit.
fn line(sheet: &mut Sheet, colour: [u8; 3], text: &str) {
    for part in super::cells::wrapped(sheet.face(false), text, 9.0, sheet.inner_width(), 6) {
        sheet.y += 13.0;
        sheet.text(Style::plain(9.0, colour), MARGIN, sheet.y, &part);
    }
}

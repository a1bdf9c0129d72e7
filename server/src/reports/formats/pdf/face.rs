//! The embedded typeface: Source Sans Pro, whose figures are of equal width, with the widths that layout needs.

use crate::fault::{Fault, Result};
use printpdf::{FontId, ParsedFont, PdfDocument};

const REGULAR: &[u8] = include_bytes!("../../../../../public/fonts/SourceSansPro-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../../../../public/fonts/SourceSansPro-Semibold.ttf");

/// One weight, added to a document.
pub struct Face {
    pub id: FontId,
    font: ParsedFont,
    /// Widths of the first 592 code points (Latin with accents), in thousandths of the size.
    latin: Vec<f32>,
}

/// Both weights.
pub struct Faces {
    pub regular: Face,
    pub semibold: Face,
}

impl Faces {
    pub fn add(document: &mut PdfDocument) -> Result<Self> {
        Ok(Self { regular: Face::add(document, REGULAR)?, semibold: Face::add(document, SEMIBOLD)? })
    }
}

impl Face {
    fn add(document: &mut PdfDocument, bytes: &[u8]) -> Result<Self> {
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or_else(|| Fault::internal("the embedded typeface does not parse"))?;
        let id = document.add_font(&font);
        let mut face = Self { id, font, latin: Vec::new() };
        face.latin = (0..0x250).map(|code| char::from_u32(code).map_or(0.0, |character| face.advance(character))).collect();
        Ok(face)
    }

    /// Width of a text at a size, in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let thousandths: f32 = text.chars().map(|character| self.latin.get(character as usize).copied().unwrap_or_else(|| self.advance(character))).sum();
        thousandths * size / 1000.0
    }

    /// The text with what the face cannot show replaced: nothing vanishes silently.
    pub fn shown(&self, text: &str) -> String {
        let shows = |character: char| character == '\u{a0}' || self.font.lookup_glyph_index(character as u32).is_some_and(|glyph| glyph != 0);
        text.chars().filter(|character| !character.is_control()).map(|character| if shows(character) { character } else { '\u{25a1}' }).collect()
    }

    /// As much of a text as fits, with an ellipsis where it was cut.
    pub fn cut(&self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let room = width - self.width("…", size);
        let mut used = 0.0;
        let mut cut: String = text
            .chars()
            .take_while(|character| {
                used += self.width(character.encode_utf8(&mut [0; 4]), size);
                used <= room
            })
            .collect();
        cut.push('…');
        cut
    }

    fn advance(&self, character: char) -> f32 {
        let glyph = self.font.lookup_glyph_index(character as u32).unwrap_or(0);
        let units = f32::from(self.font.font_metrics.units_per_em.max(1));
        self.font.get_glyph_width_internal(glyph).unwrap_or(500) as f32 * 1000.0 / units
    }
}

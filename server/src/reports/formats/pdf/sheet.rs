//! Pages being filled from the top down: text, lines, boxes and vector drawings, in points from the top left.

use super::face::{Face, Faces};
use crate::fault::Result;
use app::{text::Language, ui::figures::Figures};
use printpdf::{
    Color, ExternalXObject, Line, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect, Rgb, TextItem,
    TextMatrix, XObjectTransform,
};

/// Margins and the strip of the page number, in points.
pub const MARGIN: f32 = 36.0;
const FOOT: f32 = 30.0;

/// The ink of paper: the light theme's tokens.
pub const INK: [u8; 3] = [0x17, 0x21, 0x2b];
pub const SOFT: [u8; 3] = [0x6a, 0x75, 0x80];
pub const ACCENT: [u8; 3] = [0x0b, 0x5d, 0x6b];
pub const HAIR: [u8; 3] = [0xe2, 0xdf, 0xd6];
pub const STRIPE: [u8; 3] = [0xf6, 0xf5, 0xf1];
pub const LAMP: [u8; 3] = [0x8a, 0x52, 0x00];
pub const GOOD: [u8; 3] = [0x1b, 0x7f, 0x4b];
pub const BAD: [u8; 3] = [0xb3, 0x37, 0x2f];

/// A document being made.
pub struct Sheet {
    document: PdfDocument,
    pub faces: Faces,
    /// Of a page.
    pub width: f32,
    pub height: f32,
    /// Where the next thing stands, from the top.
    pub y: f32,
    title: String,
    done: Vec<Vec<Op>>,
    shapes: Vec<Op>,
    texts: Vec<Op>,
}

/// How a text looks: its size in points and its colour.
#[derive(Clone, Copy)]
pub struct Style {
    pub bold: bool,
    pub size: f32,
    pub colour: [u8; 3],
}

impl Style {
    pub fn plain(size: f32, colour: [u8; 3]) -> Self {
        Self { bold: false, size, colour }
    }

    pub fn bold(size: f32, colour: [u8; 3]) -> Self {
        Self { bold: true, size, colour }
    }
}

/// Where a text stands with respect to its point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Sheet {
    /// An A4 document of upright pages.
    pub fn new(title: &str) -> Result<Self> {
        let mut document = PdfDocument::new(title);
        let faces = Faces::add(&mut document)?;
        let (width, height) = (595.28, 841.89);
        Ok(Self { document, faces, width, height, y: MARGIN, title: title.to_owned(), done: Vec::new(), shapes: Vec::new(), texts: Vec::new() })
    }

    /// Turns the pages on their side; before anything stands on them.
    pub fn lie(&mut self) {
        std::mem::swap(&mut self.width, &mut self.height);
    }

    /// Between the margins.
    pub fn inner_width(&self) -> f32 {
        self.width - 2.0 * MARGIN
    }

    /// What is left of this page, from `y` down.
    pub fn room(&self) -> f32 {
        self.height - MARGIN - FOOT - self.y
    }

    pub fn turn_page(&mut self) {
        let mut ops = std::mem::take(&mut self.shapes);
        ops.push(Op::StartTextSection);
        ops.append(&mut self.texts);
        ops.push(Op::EndTextSection);
        self.done.push(ops);
        self.y = MARGIN;
    }

    /// One line of text; `y` is its baseline.
    pub fn text(&mut self, style: Style, x: f32, y: f32, text: &str) {
        self.turned(style, x, y, 0.0, text);
    }

    /// The same, turned by degrees counter-clockwise.
    pub fn turned(&mut self, style: Style, x: f32, y: f32, degrees: f32, text: &str) {
        let face = self.face(style.bold);
        let (left, up) = (Pt(x), Pt(self.height - y));
        let matrix = if degrees == 0.0 { TextMatrix::Translate(left, up) } else { TextMatrix::TranslateRotate(left, up, degrees) };
        self.texts.extend([
            Op::SetFillColor { col: rgb(style.colour) },
            Op::SetFont { font: PdfFontHandle::External(face.id.clone()), size: Pt(style.size) },
            Op::SetTextMatrix { matrix },
            Op::ShowText { items: vec![TextItem::Text(face.shown(text))] },
        ]);
    }

    /// A text that starts, is centred or ends at `x`.
    pub fn anchored(&mut self, style: Style, x: f32, y: f32, anchor: Anchor, text: &str) {
        let width = self.face(style.bold).width(text, style.size);
        let x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        self.text(style, x, y, text);
    }

    pub fn face(&self, bold: bool) -> &Face {
        if bold { &self.faces.semibold } else { &self.faces.regular }
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x: f32, y: f32, width: f32, thickness: f32, colour: [u8; 3]) {
        let at = |x: f32| LinePoint { p: Point { x: Pt(x), y: Pt(self.height - y) }, bezier: false };
        let line = Line { points: vec![at(x), at(x + width)], is_closed: false };
        self.shapes.extend([Op::SetOutlineColor { col: rgb(colour) }, Op::SetOutlineThickness { pt: Pt(thickness) }, Op::DrawLine { line }]);
    }

    /// A filled box.
    pub fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, colour: [u8; 3]) {
        let rectangle =
            Rect { x: Pt(x), y: Pt(self.height - y - height), width: Pt(width), height: Pt(height), mode: Some(PaintMode::Fill), winding_order: None };
        self.shapes.extend([Op::SetFillColor { col: rgb(colour) }, Op::DrawRectangle { rectangle }]);
    }

    /// A vector drawing with its top left corner at a point, in its own size.
    pub fn drawing(&mut self, drawing: &ExternalXObject, x: f32, y: f32, height: f32) {
        let id = self.document.add_xobject(drawing);
        let transform =
            XObjectTransform { translate_x: Some(Pt(x)), translate_y: Some(Pt(self.height - y - height)), dpi: Some(72.0), ..XObjectTransform::default() };
        self.shapes.push(Op::UseXobject { id, transform });
    }

    /// Numbers the pages and gives the file's bytes and the number of pages.
    pub fn finish(mut self, figures: &Figures) -> (Vec<u8>, u32) {
        if !self.texts.is_empty() || !self.shapes.is_empty() || self.done.is_empty() {
            self.turn_page();
        }
        let pages = std::mem::take(&mut self.done);
        let count = pages.len();
        let mut finished = Vec::with_capacity(count);
        for (index, mut ops) in pages.into_iter().enumerate() {
            let number = match figures.language {
                Language::En => format!("Page {} of {count}", index + 1),
                Language::Es => format!("Página {} de {count}", index + 1),
            };
            let y = self.height - MARGIN + 6.0;
            let title = self.faces.regular.cut(&self.title.clone(), 8.0, self.inner_width() * 0.7);
            self.text(Style::plain(8.0, SOFT), MARGIN, y, &title);
            self.anchored(Style::plain(8.0, SOFT), self.width - MARGIN, y, Anchor::End, &number);
            ops.push(Op::StartTextSection);
            ops.append(&mut self.texts);
            ops.push(Op::EndTextSection);
            finished.push(PdfPage::new(Mm::from(Pt(self.width)), Mm::from(Pt(self.height)), ops));
        }
        let bytes = self.document.with_pages(finished).save(&PdfSaveOptions { subset_fonts: true, ..PdfSaveOptions::default() }, &mut Vec::new());
        (bytes, u32::try_from(count).unwrap_or(u32::MAX))
    }
}

fn rgb([red, green, blue]: [u8; 3]) -> Color {
    let part = |byte: u8| f32::from(byte) / 255.0;
    Color::Rgb(Rgb { r: part(red), g: part(green), b: part(blue), icc_profile: None })
}

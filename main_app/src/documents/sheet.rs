//! Pages on which lines and rules are placed. They are drawn at the end, when it is known how many there are.

use foundation::MoneyError;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;

use super::fonts::{Cut, Fonts, MissingFont};
use super::shaping::{Line, shape, wrap};

/// The distance of two lines, in units of the type's size.
pub(super) const LEADING: f32 = 1.38;

/// How much of a line is above its baseline.
const ASCENT: f32 = 0.95;

/// Why a document was not drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrawingError {
    #[error(transparent)]
    MissingFont(#[from] MissingFont),
    #[error("its amounts do not add up")]
    Amount(#[from] MoneyError),
    #[error("the document could not be written: {0}")]
    Defect(String),
}

/// The colours of the house, those of its pages in the light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    Soft,
    Brand,
    Hairline,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) cut: Cut,
    pub(super) ink: Ink,
}

/// Where a text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A column on the sheet, in points from the left edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) side: Side,
}

/// A kind of paper, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) margin: f32,
    /// What is kept free at the bottom, for the foot.
    pub(super) bottom: f32,
}

enum Mark<'f> {
    Text {
        line: Line<'f>,
        x: f32,
        baseline: f32,
        style: Style,
    },
    Rule {
        x: f32,
        y: f32,
        width: f32,
        weight: f32,
        ink: Ink,
    },
}

/// The pages of a document, and how far down the last one is filled.
pub(super) struct Sheet<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) paper: Paper,
    /// Where the next thing goes, in points from the top.
    pub(super) y: f32,
    pages: Vec<Vec<Mark<'f>>>,
}

impl Style {
    pub(super) const fn new(size: f32, cut: Cut, ink: Ink) -> Self {
        Self { size, cut, ink }
    }

    pub(super) fn leading(self) -> f32 {
        self.size * LEADING
    }
}

impl Paper {
    pub(super) const A4: Self = Self {
        width: 595.28,
        height: 841.89,
        margin: 54.0,
        bottom: 76.0,
    };
    pub(super) const A6: Self = Self {
        width: 297.64,
        height: 419.53,
        margin: 20.0,
        bottom: 16.0,
    };

    pub(super) fn inside(self) -> f32 {
        self.width - 2.0 * self.margin
    }
}

impl<'f> Sheet<'f> {
    pub(super) fn new(fonts: &'f Fonts, paper: Paper) -> Self {
        Self {
            fonts,
            paper,
            y: paper.margin,
            pages: vec![Vec::new()],
        }
    }

    /// Whether so much still fits on the page.
    pub(super) fn has_room(&self, height: f32) -> bool {
        self.y + height <= self.paper.height - self.paper.bottom
    }

    /// Goes on at the top of a new page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = self.paper.margin;
    }

    pub(super) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// How wide a text is on one line.
    pub(super) fn measure(&self, style: Style, text: &str) -> Result<f32, MissingFont> {
        Ok(shape(self.fonts, style.cut, text)?.width * style.size)
    }

    /// The lines of a text in a column.
    pub(super) fn lines(
        &self,
        style: Style,
        width: f32,
        text: &str,
    ) -> Result<Vec<Line<'f>>, MissingFont> {
        wrap(self.fonts, style.cut, text, width / style.size)
    }

    /// Writes a text below what there is, with page breaks between its lines.
    pub(super) fn write(
        &mut self,
        style: Style,
        place: Place,
        text: &str,
    ) -> Result<(), MissingFont> {
        for line in self.lines(style, place.width, text)? {
            if !self.has_room(style.leading()) {
                self.turn();
            }
            let y = self.y;
            self.put(line, style, place, y);
            self.y += style.leading();
        }
        Ok(())
    }

    /// Puts a line with its top at a height of the last page.
    pub(super) fn put(&mut self, line: Line<'f>, style: Style, place: Place, top: f32) {
        let width = line.width * style.size;
        let x = match place.side {
            Side::Left => place.left,
            Side::Right => place.left + place.width - width,
        };
        let baseline = top + style.size * ASCENT;
        self.mark(Mark::Text {
            line,
            x,
            baseline,
            style,
        });
    }

    /// Draws a rule across a column, where the next thing would go.
    pub(super) fn rule(&mut self, place: Place, weight: f32, ink: Ink) {
        let y = self.y;
        self.mark(Mark::Rule {
            x: place.left,
            y,
            width: place.width,
            weight,
            ink,
        });
    }

    /// Puts a text on a page that is there already, at a height from the top.
    pub(super) fn put_on(
        &mut self,
        page: usize,
        (style, place, top): (Style, Place, f32),
        text: &str,
    ) -> Result<(), MissingFont> {
        let line = shape(self.fonts, style.cut, text)?;
        let last = self.pages.len();
        self.pages.swap(page, last - 1);
        self.put(line, style, place, top);
        self.pages.swap(page, last - 1);
        Ok(())
    }

    /// Draws all pages.
    pub(super) fn finish(self, metadata: Metadata) -> Result<Vec<u8>, DrawingError> {
        let size = PageSettings::from_wh(self.paper.width, self.paper.height);
        let size = size.ok_or_else(|| DrawingError::Defect("the paper has no size".to_owned()))?;
        let mut document = Document::new();
        document.set_metadata(metadata);
        for marks in &self.pages {
            let mut page = document.start_page_with(size.clone());
            let mut surface = page.surface();
            for mark in marks {
                draw(mark, &mut surface);
            }
            surface.finish();
            page.finish();
        }
        let written = document.finish();
        written.map_err(|error| DrawingError::Defect(format!("{error:?}")))
    }

    fn mark(&mut self, mark: Mark<'f>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

fn draw(mark: &Mark<'_>, surface: &mut Surface<'_>) {
    match mark {
        Mark::Text {
            line,
            x,
            baseline,
            style,
        } => {
            surface.set_fill(Some(fill(style.ink)));
            let mut x = *x;
            for run in &line.runs {
                let start = Point::from_xy(x, *baseline);
                let font = run.face.font();
                let size = style.size * run.face.scale;
                surface.draw_glyphs(start, &run.glyphs, font, &run.text, size, false);
                x += run.width * style.size;
            }
        }
        Mark::Rule {
            x,
            y,
            width,
            weight,
            ink,
        } => {
            surface.set_fill(Some(fill(*ink)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *weight) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = match ink {
        Ink::Black => (31, 25, 40),
        Ink::Soft => (92, 83, 105),
        Ink::Brand => (106, 30, 94),
        Ink::Hairline => (201, 193, 209),
    };
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

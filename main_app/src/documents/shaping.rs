//! Text becomes lines of glyphs. What a font does not have is drawn as an empty box, and what would steer the
//! text around it (control characters, changes of direction) is left out.

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, UnicodeBuffer};

use super::fonts::{Cut, Face, Fonts, MissingFont};

/// A stretch of text in one face. Widths are in units of the type's size.
pub(super) struct Run<'f> {
    pub(super) face: &'f Face,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// Letters that follow each other in one face and one direction.
struct Stretch<'f> {
    face: &'f Face,
    /// Whether they are written from right to left.
    leftward: bool,
    text: String,
}

/// A line of text.
#[derive(Default)]
pub(super) struct Line<'f> {
    pub(super) runs: Vec<Run<'f>>,
    pub(super) width: f32,
}

/// Shapes one line, however long.
pub(super) fn shape<'f>(fonts: &'f Fonts, cut: Cut, text: &str) -> Result<Line<'f>, MissingFont> {
    let letters: Vec<char> = text.chars().filter_map(harmless).collect();
    let mut line = Line::default();
    let mut pending: Option<Stretch<'_>> = None;
    for (at, letter) in letters.iter().copied().enumerate() {
        let mut leftward = is_leftward(letter);
        let mut face = None;
        if let Some(before) = pending.as_ref().filter(|_| is_neutral(letter)) {
            let mut after = letters[at..].iter().filter(|after| !is_neutral(**after));
            leftward = before.leftward && after.next().is_some_and(|after| is_leftward(*after));
            face = Some(before.face).filter(|face| has(face, letter));
        }
        let face = match face {
            Some(face) => face,
            None => face_for(fonts, cut, letter)?,
        };
        match &mut pending {
            Some(same) if std::ptr::eq(same.face, face) && same.leftward == leftward => {
                same.text.push(letter);
            }
            Some(_) | None => {
                line.take(pending.take());
                let text = letter.to_string();
                pending = Some(Stretch {
                    face,
                    leftward,
                    text,
                });
            }
        }
    }
    line.take(pending);
    Ok(line)
}

/// Shapes text in lines no wider than a width, in units of the type's size. Lines break at spaces, and inside
/// words that are longer than a line.
pub(super) fn wrap<'f>(
    fonts: &'f Fonts,
    cut: Cut,
    text: &str,
    width: f32,
) -> Result<Vec<Line<'f>>, MissingFont> {
    let (mut lines, mut current) = (Vec::new(), String::new());
    for word in text.split_whitespace() {
        let longer = match current.is_empty() {
            true => word.to_owned(),
            false => format!("{current} {word}"),
        };
        if shape(fonts, cut, &longer)?.width <= width {
            current = longer;
            continue;
        }
        if !current.is_empty() {
            lines.push(shape(fonts, cut, &current)?);
        }
        current = word.to_owned();
        while let Some(rest) = broken(fonts, cut, &mut current, width)? {
            lines.push(shape(fonts, cut, &current)?);
            current = rest;
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(shape(fonts, cut, &current)?);
    }
    Ok(lines)
}

/// Cuts a word to the width and hands out the rest; `None` when it fits. At least one letter stays.
fn broken(
    fonts: &Fonts,
    cut: Cut,
    word: &mut String,
    width: f32,
) -> Result<Option<String>, MissingFont> {
    if shape(fonts, cut, word)?.width <= width {
        return Ok(None);
    }
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
    // How many of the ends leave a part that fits: the width grows with the letters.
    let (mut fits, mut too_many) = (0, ends.len());
    while fits < too_many {
        let middle = (fits + too_many).div_ceil(2);
        let part = &word[..ends[middle - 1]];
        match shape(fonts, cut, part)?.width <= width {
            true => fits = middle,
            false => too_many = middle - 1,
        }
    }
    let end = ends.get(fits.max(1) - 1).copied();
    Ok(end
        .map(|end| word.split_off(end))
        .filter(|rest| !rest.is_empty()))
}

impl<'f> Line<'f> {
    fn take(&mut self, stretch: Option<Stretch<'f>>) {
        if let Some(stretch) = stretch {
            let run = Run::shaped(stretch);
            self.width += run.width;
            self.runs.push(run);
        }
    }
}

impl<'f> Run<'f> {
    fn shaped(stretch: Stretch<'f>) -> Self {
        let Stretch {
            face,
            leftward,
            text,
        } = stretch;
        let shaper = face.shaper();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(match leftward {
            true => Direction::RightToLeft,
            false => Direction::LeftToRight,
        });
        // Figures of one width and height, so that they stand below each other.
        let figures = [b"tnum", b"lnum"].map(|tag| Feature::new(Tag::from_bytes(tag), 1, ..));
        let shaped = rustybuzz::shape(shaper, &figures, buffer);
        let infos = shaped.glyph_infos();
        let mut starts: Vec<usize> = infos.iter().map(|info| start(info.cluster)).collect();
        starts.sort_unstable();
        starts.dedup();
        let end = |begin: usize| {
            let next = starts.partition_point(|start| *start <= begin);
            starts.get(next).copied().unwrap_or(text.len())
        };
        let scale = |units: i32| to_f32(units) / to_f32(shaper.units_per_em());
        let glyphs = infos.iter().zip(shaped.glyph_positions());
        let glyphs: Vec<_> = glyphs
            .map(|(info, place)| {
                let begin = start(info.cluster);
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    scale(place.x_advance),
                    scale(place.x_offset),
                    scale(place.y_offset),
                    scale(place.y_advance),
                    begin..end(begin),
                    None,
                )
            })
            .collect();
        let width: f32 = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        let width = width * face.scale;
        Self {
            face,
            text,
            glyphs,
            width,
        }
    }
}

fn start(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "font units are small enough to be exact"
)]
fn to_f32(units: i32) -> f32 {
    units as f32
}

fn face_for(fonts: &Fonts, cut: Cut, letter: char) -> Result<&Face, MissingFont> {
    let latin = fonts.latin(cut);
    if has(latin, letter) {
        return Ok(latin);
    }
    match fonts.korean(cut) {
        Some(korean) if has(korean, letter) => Ok(korean),
        None if is_east_asian(letter) => Err(MissingFont),
        Some(_) | None => Ok(latin),
    }
}

fn has(face: &Face, letter: char) -> bool {
    face.shaper().glyph_index(letter).is_some()
}

/// Letters that belong to whatever stands before them.
fn is_neutral(letter: char) -> bool {
    letter == ' ' || letter.is_ascii_punctuation()
}

/// Letters of Hebrew, Arabic and their relatives.
fn is_leftward(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

fn is_east_asian(letter: char) -> bool {
    matches!(u32::from(letter),
        0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xA960..=0xA97F | 0xAC00..=0xD7FF
        | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

/// The letter as it is set; nothing for what has no place of its own on paper and may change that of others.
fn harmless(letter: char) -> Option<char> {
    match u32::from(letter) {
        0x00AD | 0x034F | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E => None,
        0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE0FFF => None,
        _ if letter.is_whitespace() => Some(' '),
        _ if letter.is_control() => None,
        _ => Some(letter),
    }
}

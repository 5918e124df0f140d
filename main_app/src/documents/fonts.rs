//! The fonts of documents. Latin letters come with the application; Korean ones are the system's.

use std::path::PathBuf;
use std::sync::OnceLock;

use fontdb::{Database, Family, Query, Weight};
use krilla::text::Font;
use rustybuzz::Face as Shaper;
use rustybuzz::ttf_parser;

/// Families with Korean letters, the best beside Libertinus first.
const KOREAN: [&str; 10] = [
    "Noto Serif CJK KR",
    "Noto Serif KR",
    "NanumMyeongjo",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "UnBatang",
    "Baekmuk Batang",
    "AppleMyungjo",
    "Apple SD Gothic Neo",
];

/// Korean letters fill their square, and look larger than Latin ones of the same size.
const KOREAN_SCALE: f32 = 0.93;

/// A letter that every Korean font has.
const FIRST_SYLLABLE: char = '가';

/// How a face is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Regular,
    Semibold,
    Italic,
}

/// This machine has no font for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the document has Korean or other East Asian letters, and this machine has no font for them: \
     install one, such as Debian's package fonts-noto-cjk"
)]
pub(crate) struct MissingFont;

/// One face of a font: what makes glyphs of text, and what draws them.
pub(crate) struct Face {
    shaper: Shaper<'static>,
    font: Font,
    /// How large its letters are set beside those of others, which look as large then.
    pub(super) scale: f32,
}

/// The fonts that documents are set in. They are read when the first document needs them, and kept until the
/// process ends: some twenty megabytes for each Korean cut.
pub struct Fonts {
    /// Where fonts are, instead of where the system keeps them.
    folder: Option<PathBuf>,
    latin: [OnceLock<Face>; 3],
    korean: [OnceLock<Option<Face>>; 2],
}

impl Fonts {
    /// Fonts of the system, or of another folder.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            latin: Default::default(),
            korean: Default::default(),
        }
    }

    /// The face for Latin letters.
    pub(super) fn latin(&self, cut: Cut) -> &Face {
        let (place, name) = match cut {
            Cut::Regular => (0, "LibertinusSerif-Regular"),
            Cut::Semibold => (1, "LibertinusSerif-Semibold"),
            Cut::Italic => (2, "LibertinusSerif-Italic"),
        };
        self.latin[place].get_or_init(|| embedded(name))
    }

    /// The face for Korean letters, if the machine has one.
    pub(super) fn korean(&self, cut: Cut) -> Option<&Face> {
        let (place, weight) = match cut {
            Cut::Regular | Cut::Italic => (0, Weight::NORMAL),
            Cut::Semibold => (1, Weight::SEMIBOLD),
        };
        let found = self.korean[place].get_or_init(|| self.find_korean(weight));
        found.as_ref()
    }

    fn find_korean(&self, weight: Weight) -> Option<Face> {
        let mut known = Database::new();
        match &self.folder {
            Some(folder) => known.load_fonts_dir(folder),
            None => known.load_system_fonts(),
        }
        let families = KOREAN.map(Family::Name);
        let query = Query {
            families: &families,
            weight,
            ..Query::default()
        };
        let named = known.query(&query);
        let any = || {
            let mut faces = known.faces();
            let found = faces.find(|face| {
                let has = |data: &[u8], index| has_korean(data, index);
                known.with_face_data(face.id, has).unwrap_or(false)
            });
            found.map(|face| face.id)
        };
        let id = named.or_else(any)?;
        let read = |data: &[u8], index| {
            has_korean(data, index).then(|| {
                let kept: &'static [u8] = Box::leak(data.to_vec().into_boxed_slice());
                Face::read(kept, index, KOREAN_SCALE)
            })
        };
        known.with_face_data(id, read).flatten().flatten()
    }
}

impl Face {
    fn read(data: &'static [u8], index: u32, scale: f32) -> Option<Self> {
        let font = Font::new(data.into(), index)?;
        let shaper = Shaper::from_slice(data, index)?;
        Some(Self {
            shaper,
            font,
            scale,
        })
    }

    /// What draws its glyphs.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// What makes glyphs of text.
    pub(super) fn shaper(&self) -> &Shaper<'static> {
        &self.shaper
    }
}

fn has_korean(data: &[u8], index: u32) -> bool {
    let face = ttf_parser::Face::parse(data, index);
    face.is_ok_and(|face| face.glyph_index(FIRST_SYLLABLE).is_some())
}

fn embedded(name: &str) -> Face {
    let is_named = |data: &&[u8]| {
        let face = ttf_parser::Face::parse(data, 0);
        let found = face.ok().and_then(|face| {
            let mut names = face.names().into_iter();
            let postscript = ttf_parser::name_id::POST_SCRIPT_NAME;
            names.find_map(|found| match found.name_id == postscript {
                true => found.to_string(),
                false => None,
            })
        });
        found.as_deref() == Some(name)
    };
    let data = typst_assets::fonts().find(is_named);
    let face = data.and_then(|data| Face::read(data, 0, 1.0));
    face.expect("the embedded fonts have Libertinus Serif")
}

//! A picture for lots that have none: quarter circles in one of six palettes, always the same for one lot.
//!
//! Colours come from classes of the stylesheet, since the content security policy allows no inline style.

use std::fmt::Write as _;

use uuid::Uuid;

const COLUMNS: u32 = 6;
const ROWS: u32 = 3;
const PALETTES: u64 = 6;
const TILE: u32 = 10;

/// The picture as SVG.
pub(crate) fn plate(id: Uuid) -> String {
    let mut random = Dice(spread(id.as_u128()));
    let palette = random.below(PALETTES);
    let (width, height) = (COLUMNS * TILE, ROWS * TILE);
    let mut svg = format!(
        r#"<svg class="plate hue-{palette}" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">"#
    );
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            tile(&mut svg, column * TILE, row * TILE, &mut random);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// One tile: nothing, a square, or a quarter circle around one of its corners.
fn tile(svg: &mut String, x: u32, y: u32, random: &mut Dice) {
    let shape = random.below(7);
    let paint = ["a", "b", "c"][usize::try_from(random.below(3)).unwrap_or_default()];
    let (right, bottom) = (x + TILE, y + TILE);
    let path = match shape {
        0 => return,
        1 => format!("M{x} {y}h{TILE}v{TILE}h-{TILE}z"),
        2 => format!("M{x} {y}h{TILE}a{TILE} {TILE} 0 0 1-{TILE} {TILE}z"),
        3 => format!("M{right} {y}v{TILE}a{TILE} {TILE} 0 0 1-{TILE}-{TILE}z"),
        4 => format!("M{right} {bottom}h-{TILE}a{TILE} {TILE} 0 0 1 {TILE}-{TILE}z"),
        5 => format!("M{x} {bottom}v-{TILE}a{TILE} {TILE} 0 0 1 {TILE} {TILE}z"),
        _ => {
            let (middle, half) = (x + TILE / 2, TILE / 2);
            format!("M{middle} {y}a{half} {half} 0 0 1 0 {TILE}a{half} {half} 0 0 1 0-{TILE}z")
        }
    };
    write!(svg, r#"<path class="{paint}" d="{path}"/>"#).expect("a string takes every text");
}

fn spread(id: u128) -> u64 {
    let [low, high] = [id, id >> 64].map(|half| half as u64);
    low ^ high.rotate_left(29)
}

/// SplitMix64: repeatable numbers from one seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_keeps_its_plate_and_has_one_of_its_own() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(plate(one), plate(one));
        assert_ne!(plate(one), plate(other));
        assert!(!plate(one).contains("style"));
    }
}

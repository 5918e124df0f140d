//! What goods and batches are called, how many pieces there are, and when they arrive.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The stock keeping unit: which kind of goods it is. 1 to 40 letters, digits, hyphens, dots and underscores,
/// in upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Sku(String);

/// By which name a batch is known in the whole house, of the same characters as a [`Sku`], in upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BatchReference(String);

/// A number of pieces of which there is at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(u32);

/// Why a name, a number or a day was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStockName {
    /// Not a stock keeping unit.
    #[error(
        "an SKU has 1 to 40 letters, digits, hyphens, dots or underscores, and begins with a letter or a digit"
    )]
    Sku,
    /// Not the reference of a batch.
    #[error(
        "a batch's reference has 1 to 40 letters, digits, hyphens, dots or underscores, and begins with a letter or a digit"
    )]
    BatchReference,
    /// Too few or too many pieces.
    #[error("a quantity is a number from 1 to {}", Quantity::MOST)]
    Quantity,
    /// Not a day.
    #[error("an eta is a date such as 2026-12-24, or nothing")]
    Eta,
}

const LIMIT: usize = 40;

fn written(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let short = (1..=LIMIT).contains(&name.len());
    // A name that begins with a sign would be taken for a formula by a spreadsheet.
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (short && begins_well && name.chars().all(fits)).then(|| name.to_ascii_uppercase())
}

/// The day on which a batch is expected; nothing, or white space, for what is in the warehouse.
pub fn parse_eta(typed: &str) -> Result<Option<NaiveDate>, InvalidStockName> {
    match typed.trim() {
        "" => Ok(None),
        day => NaiveDate::parse_from_str(day, "%Y-%m-%d")
            .map(Some)
            .map_err(|_| InvalidStockName::Eta),
    }
}

impl Sku {
    /// Checks and trims a name.
    pub fn parse(typed: &str) -> Result<Self, InvalidStockName> {
        written(typed).map(Self).ok_or(InvalidStockName::Sku)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BatchReference {
    /// Checks and trims a name.
    pub fn parse(typed: &str) -> Result<Self, InvalidStockName> {
        let name = written(typed);
        name.map(Self).ok_or(InvalidStockName::BatchReference)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Quantity {
    /// More pieces than this are a slip of the keyboard.
    pub const MOST: u32 = 1_000_000;
    /// A single piece.
    pub const ONE: Self = Self(1);

    /// Checks a number.
    pub fn try_new(pieces: i64) -> Result<Self, InvalidStockName> {
        match u32::try_from(pieces) {
            Ok(pieces @ 1..=Self::MOST) => Ok(Self(pieces)),
            Ok(_) | Err(_) => Err(InvalidStockName::Quantity),
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number, to count with.
    pub(crate) fn pieces(self) -> i64 {
        i64::from(self.0)
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BatchReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" small-table ", Some("SMALL-TABLE"))]
    #[case("A-1.b_2", Some("A-1.B_2"))]
    #[case("", None)]
    #[case("a/b", None)]
    #[case("two words", None)]
    #[case("=1+1", None)]
    #[case("-TABLE", None)]
    #[case("책상", None)]
    #[case("12345678901234567890123456789012345678901", None)]
    fn a_name_is_short_and_plain(#[case] typed: &str, #[case] name: Option<&str>) {
        assert_eq!(Sku::parse(typed).ok().as_ref().map(Sku::as_str), name);
        let reference = BatchReference::parse(typed).ok();
        assert_eq!(reference.as_ref().map(BatchReference::as_str), name);
    }

    #[rstest]
    #[case(0, false)]
    #[case(-1, false)]
    #[case(1, true)]
    #[case(1_000_000, true)]
    #[case(1_000_001, false)]
    #[case(i64::MAX, false)]
    fn there_is_at_least_one_piece(#[case] pieces: i64, #[case] good: bool) {
        assert_eq!(Quantity::try_new(pieces).is_ok(), good);
    }
}

//! What a sale is called, and on which terms its lots are sold.

use std::fmt;

use super::increments::Increments;
use super::lot_text::{InvalidLotText, one_line};
use super::terms::SoftCloseChoice;

/// What a sale is called: one line of 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleTitle(String);

impl SaleTitle {
    /// Checks a title; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidLotText> {
        one_line("a title", 200, text).map(Self)
    }

    /// The title as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the buyer pays on top of the hammer price, in hundredths of a percent: 0 to 50 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct BuyersPremium(u16);

/// The text or number is no buyer's premium.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBuyersPremium {
    /// Not a plain decimal number, or one with more than two decimals.
    #[error("a buyer's premium must be a percentage with at most two decimals, such as 12.5")]
    NotAPercentage,
    /// Negative or above the most that may be asked.
    #[error("a buyer's premium must be between 0 and 50 percent")]
    OutOfRange,
}

impl BuyersPremium {
    const MOST: u16 = 5_000;

    /// Takes hundredths of a percent.
    pub fn from_basis_points(basis_points: i64) -> Result<Self, InvalidBuyersPremium> {
        u16::try_from(basis_points)
            .ok()
            .filter(|points| *points <= Self::MOST)
            .map(Self)
            .ok_or(InvalidBuyersPremium::OutOfRange)
    }

    /// Reads a percentage with at most two decimals: `25`, `12.5`, `0.25`.
    pub fn parse(percent: &str) -> Result<Self, InvalidBuyersPremium> {
        let percent = percent.trim();
        let (whole, decimals) = percent.split_once('.').unwrap_or((percent, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 2 {
            return Err(InvalidBuyersPremium::NotAPercentage);
        }
        // More digits than a number holds are a percentage all the same, and one that is too high.
        let points = format!("{whole}{decimals:0<2}").parse().unwrap_or(i64::MAX);
        Self::from_basis_points(points)
    }

    /// Hundredths of a percent.
    pub const fn basis_points(self) -> i64 {
        self.0 as i64
    }
}

impl fmt::Display for BuyersPremium {
    /// The percentage without needless zeros and without the sign: `25`, `12.5`, `0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match (hundredths, hundredths % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", hundredths / 10),
            (_, _) => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

/// On which terms the lots of a sale are sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleTerms {
    /// What the buyer pays on top of the hammer price.
    pub buyers_premium: BuyersPremium,
    /// By how much bids must rise. They are in the sale's currency.
    pub increments: Increments,
    /// How late bids prolong a lot that says nothing else. The usual one prolongs lots with proxy bidding alone.
    pub soft_close: SoftCloseChoice,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0", 0, "0")]
    #[case("25", 2_500, "25")]
    #[case(" 12.5 ", 1_250, "12.5")]
    #[case("12.50", 1_250, "12.5")]
    #[case("0.05", 5, "0.05")]
    #[case("007.25", 725, "7.25")]
    #[case("50.00", 5_000, "50")]
    fn a_premium_is_a_percentage(#[case] text: &str, #[case] points: i64, #[case] shown: &str) {
        let premium = BuyersPremium::parse(text).unwrap();
        assert_eq!(premium.basis_points(), points);
        assert_eq!(premium.to_string(), shown);
    }

    #[rstest]
    #[case("", InvalidBuyersPremium::NotAPercentage)]
    #[case(".", InvalidBuyersPremium::NotAPercentage)]
    #[case(".5", InvalidBuyersPremium::NotAPercentage)]
    #[case("5.", InvalidBuyersPremium::NotAPercentage)]
    #[case("-1", InvalidBuyersPremium::NotAPercentage)]
    #[case("+1", InvalidBuyersPremium::NotAPercentage)]
    #[case("1e1", InvalidBuyersPremium::NotAPercentage)]
    #[case("NaN", InvalidBuyersPremium::NotAPercentage)]
    #[case("12,5", InvalidBuyersPremium::NotAPercentage)]
    #[case("1.234", InvalidBuyersPremium::NotAPercentage)]
    #[case("50.01", InvalidBuyersPremium::OutOfRange)]
    #[case("99999999999999999999999", InvalidBuyersPremium::OutOfRange)]
    fn what_is_no_premium_is_refused(#[case] text: &str, #[case] refusal: InvalidBuyersPremium) {
        assert_eq!(BuyersPremium::parse(text), Err(refusal));
    }

    #[rstest]
    #[case(-1)]
    #[case(5_001)]
    #[case(i64::MAX)]
    fn basis_points_out_of_range_are_refused(#[case] points: i64) {
        let refused = BuyersPremium::from_basis_points(points);
        assert_eq!(refused, Err(InvalidBuyersPremium::OutOfRange));
    }

    #[test]
    fn a_title_has_1_to_200_characters_in_one_line() {
        assert_eq!(SaleTitle::parse(" Autumn ").unwrap().as_str(), "Autumn");
        assert!(SaleTitle::parse(&"의".repeat(200)).is_ok());
        for bad in ["", "  ", "A\nB", &"의".repeat(201)] {
            assert!(SaleTitle::parse(bad).is_err(), "{bad:?}");
        }
    }
}

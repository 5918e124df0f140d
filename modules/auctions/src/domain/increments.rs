//! By how much the next bid must exceed the price.

use std::fmt::Write;
use std::sync::Arc;

use foundation::{Currency, Money};

/// The most bands that a table has.
const LONGEST: usize = 50;

/// eBay's default table in hundredths: up to the first number, rise by the second.
#[expect(clippy::inconsistent_digit_grouping, reason = "hundredths stand apart")]
const STANDARD: [(i64, i64); 9] = [
    (99, 5),
    (4_99, 25),
    (24_99, 50),
    (99_99, 1_00),
    (249_99, 2_50),
    (499_99, 5_00),
    (999_99, 10_00),
    (2_499_99, 25_00),
    (4_999_99, 50_00),
];
const STANDARD_ABOVE: i64 = 10_000;

/// A table of increments: the step that is added to the price, by the height of the price.
///
/// Its bands follow each other without a gap, every step is positive, and what the next bid must reach never
/// falls when the price rises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increments {
    currency: Currency,
    bands: Arc<[Band]>,
    above: i64,
}

/// Prices up to this one, which is included, rise by this step; both in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The highest price of the band.
    pub up_to: i64,
    /// What is added to it.
    pub step: i64,
}

/// Why a table of increments was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIncrements {
    /// A step is zero or less.
    #[error("every increment must be more than zero")]
    NotPositive,
    /// A band does not reach beyond the one before.
    #[error("the bands of an increment table must rise")]
    NotRising,
    /// A step is so much smaller than the one before that a higher price would ask for less.
    #[error("a higher price must never make the next bid lower")]
    NextBidFalls,
    /// There are too many bands.
    #[error("an increment table has at most {LONGEST} bands")]
    TooLong,
    /// Amounts are in several currencies.
    #[error("an increment table is in one currency")]
    MixedCurrencies,
    /// The text is no table.
    #[error("'{0}' is no increment table")]
    Unreadable(String),
}

impl Increments {
    /// Checks a table: its bands, and the step for every price above them.
    pub fn try_new(
        currency: Currency,
        bands: Vec<Band>,
        above: i64,
    ) -> Result<Self, InvalidIncrements> {
        if bands.len() > LONGEST {
            return Err(InvalidIncrements::TooLong);
        }
        let steps = bands.iter().map(|band| band.step).chain([above]);
        if steps.clone().any(|step| step <= 0) {
            return Err(InvalidIncrements::NotPositive);
        }
        let ends = bands.iter().map(|band| band.up_to);
        let mut beyond = -1;
        for up_to in ends {
            if up_to <= beyond {
                return Err(InvalidIncrements::NotRising);
            }
            beyond = up_to;
        }
        // From the last price of a band to the first of the next, the price rises by one.
        if steps
            .clone()
            .zip(steps.skip(1))
            .any(|(step, next)| step - 1 > next)
        {
            return Err(InvalidIncrements::NextBidFalls);
        }
        Ok(Self {
            currency,
            bands: bands.into(),
            above,
        })
    }

    /// The same step for every price.
    pub fn fixed(step: Money) -> Result<Self, InvalidIncrements> {
        Self::try_new(step.currency(), Vec::new(), step.minor_units())
    }

    /// One minor unit (a cent) for every price.
    pub fn smallest(currency: Currency) -> Self {
        Self::try_new(currency, Vec::new(), 1).expect("one is positive")
    }

    /// The table that houses are offered when they name none: eBay's default steps. Its hundredths are
    /// scaled to currencies with three or more decimals; in those without decimals the unit itself, which
    /// is worth about a cent, takes the cent's place.
    pub fn standard(currency: Currency) -> Self {
        let scale = 10_i64.pow(currency.decimals().saturating_sub(2));
        let band = |&(up_to, step)| Band {
            up_to: (up_to + 1) * scale - 1,
            step: step * scale,
        };
        Self::try_new(
            currency,
            STANDARD.iter().map(band).collect(),
            STANDARD_ABOVE * scale,
        )
        .expect("eBay's steps rise")
    }

    /// The currency of the table.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What is added to a price, in minor units.
    pub fn step(&self, price: i64) -> i64 {
        let index = self.bands.partition_point(|band| band.up_to < price);
        self.bands.get(index).map_or(self.above, |band| band.step)
    }

    /// The bands, and the step above them.
    pub fn bands(&self) -> (&[Band], i64) {
        (&self.bands, self.above)
    }

    /// The table as a column keeps it: `99:5 499:25 10000`.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for band in &*self.bands {
            write!(text, "{}:{} ", band.up_to, band.step).expect("strings take everything");
        }
        write!(text, "{}", self.above).expect("strings take everything");
        text
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub fn from_text(currency: Currency, text: &str) -> Result<Self, InvalidIncrements> {
        let unreadable = || InvalidIncrements::Unreadable(text.chars().take(80).collect());
        let number = |part: &str| part.parse::<i64>().map_err(|_| unreadable());
        let mut parts = text.split(' ');
        let above = number(parts.next_back().unwrap_or_default())?;
        let bands = parts.map(|part| {
            let (up_to, step) = part.split_once(':').ok_or_else(unreadable)?;
            Ok(Band {
                up_to: number(up_to)?,
                step: number(step)?,
            })
        });
        Self::try_new(currency, bands.collect::<Result<_, _>>()?, above)
    }
}

#[cfg(test)]
#[expect(clippy::inconsistent_digit_grouping, reason = "hundredths stand apart")]
mod tests {
    use rstest::rstest;

    use super::*;

    fn table(bands: &[(i64, i64)], above: i64) -> Result<Increments, InvalidIncrements> {
        let band = |&(up_to, step)| Band { up_to, step };
        let bands = bands.iter().map(band).collect();
        Increments::try_new(Currency::USD, bands, above)
    }

    #[rstest]
    #[case(Currency::USD, 0, 5)]
    #[case(Currency::USD, 99, 5)]
    #[case(Currency::USD, 1_00, 25)]
    #[case(Currency::USD, 4_99, 25)]
    #[case(Currency::USD, 24_99, 50)]
    #[case(Currency::USD, 25_00, 1_00)]
    #[case(Currency::USD, 99_99, 1_00)]
    #[case(Currency::USD, 249_99, 2_50)]
    #[case(Currency::USD, 499_99, 5_00)]
    #[case(Currency::USD, 999_99, 10_00)]
    #[case(Currency::USD, 2_499_99, 25_00)]
    #[case(Currency::USD, 4_999_99, 50_00)]
    #[case(Currency::USD, 5_000_00, 100_00)]
    #[case(Currency::KRW, 99, 5)]
    #[case(Currency::KRW, 100, 25)]
    #[case(Currency::KWD, 999, 50)]
    #[case(Currency::KWD, 1_000, 250)]
    fn the_standard_table(#[case] currency: Currency, #[case] price: i64, #[case] step: i64) {
        assert_eq!(Increments::standard(currency).step(price), step);
    }

    #[rstest]
    #[case::no_step(&[(100, 0)], 1, InvalidIncrements::NotPositive)]
    #[case::nothing_above(&[(100, 1)], 0, InvalidIncrements::NotPositive)]
    #[case::negative(&[(100, -5)], 1, InvalidIncrements::NotPositive)]
    #[case::overlapping(&[(100, 1), (100, 2)], 3, InvalidIncrements::NotRising)]
    #[case::backwards(&[(100, 1), (50, 2)], 3, InvalidIncrements::NotRising)]
    #[case::below_zero(&[(-1, 1)], 3, InvalidIncrements::NotRising)]
    #[case::falling(&[(100, 10)], 8, InvalidIncrements::NextBidFalls)]
    fn what_is_no_table(
        #[case] bands: &[(i64, i64)],
        #[case] above: i64,
        #[case] because: InvalidIncrements,
    ) {
        assert_eq!(table(bands, above).unwrap_err(), because);
    }

    #[test]
    fn the_next_bid_may_stay_where_it_is() {
        let table = table(&[(100, 10)], 9).unwrap();
        assert_eq!(100 + table.step(100), 101 + table.step(101));
    }

    #[rstest]
    #[case(Increments::standard(Currency::KWD))]
    #[case(Increments::smallest(Currency::JPY))]
    fn what_is_written_is_what_is_read(#[case] table: Increments) {
        let read = Increments::from_text(table.currency(), &table.to_text());
        assert_eq!(read.unwrap(), table);
    }

    #[rstest]
    #[case("")]
    #[case("5:1")]
    #[case("5 1")]
    #[case("a:1 1")]
    fn text_that_is_no_table(#[case] text: &str) {
        let refused = Increments::from_text(Currency::USD, text);
        assert!(matches!(refused, Err(InvalidIncrements::Unreadable(_))));
    }
}

//! Sums, shares and splits of money, to the last minor unit.

use std::fmt;

use foundation::{Currency, Money, MoneyError};

const WHOLE: u32 = 10_000;

/// A share in ten-thousandths: 2500 is a quarter. At most the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BasisPoints(u32);

/// A share is no more than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a share has at most {WHOLE} basis points, which is the whole")]
pub struct TooManyBasisPoints;

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Checks that the share is at most the whole.
    pub const fn try_new(basis_points: u32) -> Result<Self, TooManyBasisPoints> {
        if basis_points > WHOLE {
            return Err(TooManyBasisPoints);
        }
        Ok(Self(basis_points))
    }

    /// The bare number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// This share of an amount, half a minor unit rounded up.
    pub fn of(self, amount: Money) -> Money {
        let scaled = i128::from(amount.minor_units()) * i128::from(self.0);
        let rounded = (scaled + i128::from(WHOLE / 2)) / i128::from(WHOLE);
        minor(amount.currency(), rounded)
    }
}

impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} %", self.0 / 100, self.0 % 100)
    }
}

/// The sum of amounts of one currency.
pub(crate) fn sum(
    currency: Currency,
    amounts: impl IntoIterator<Item = Money>,
) -> Result<Money, MoneyError> {
    let mut amounts = amounts.into_iter();
    amounts.try_fold(Money::zero(currency), Money::checked_add)
}

/// The smaller of two amounts of one currency.
pub(crate) fn lesser(one: Money, other: Money) -> Result<Money, MoneyError> {
    Ok(match one.compare(other)? {
        std::cmp::Ordering::Greater => other,
        std::cmp::Ordering::Less | std::cmp::Ordering::Equal => one,
    })
}

/// So much of an amount as a part is of a whole, half a minor unit rounded up: all of it for the whole, and
/// nothing of a whole that is nothing.
pub(crate) fn proportion(amount: Money, part: Money, whole: Money) -> Money {
    let [of, part, whole] = [amount, part, whole].map(|money| i128::from(money.minor_units()));
    match whole {
        0 => Money::zero(amount.currency()),
        _ => minor(amount.currency(), (of * part + whole / 2) / whole),
    }
}

/// Spreads an amount over others in proportion. The parts add up to the amount, and no part is larger than
/// what it falls upon, as long as the amount is not larger than all of them: what rounding leaves over goes
/// to the first ones, a minor unit each.
pub(crate) fn spread(amount: Money, over: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let currency = amount.currency();
    let whole = i128::from(sum(currency, over.iter().copied())?.minor_units());
    let amount = i128::from(amount.minor_units());
    if whole == 0 {
        return Ok(over.to_vec());
    }
    let exact = |part: &Money| i128::from(part.minor_units()) * amount;
    let floors = over.iter().map(|part| exact(part) / whole);
    let mut left = amount - floors.clone().sum::<i128>();
    let parts = over.iter().zip(floors).map(|(part, floor)| {
        let takes_one = left > 0 && exact(part) % whole != 0;
        left -= i128::from(takes_one);
        minor(currency, floor + i128::from(takes_one))
    });
    Ok(parts.collect())
}

fn minor(currency: Currency, units: i128) -> Money {
    let units = i64::try_from(units).expect("a share of an amount is at most the amount");
    Money::from_minor_units(currency, units).expect("a share of an amount is not negative")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn money(currency: Currency, units: i64) -> Money {
        Money::from_minor_units(currency, units).unwrap()
    }

    #[rstest]
    #[case(Currency::USD, 1999, 2500, 500)] // 4.9975
    #[case(Currency::USD, 1998, 2500, 500)] // 4.995: half a cent
    #[case(Currency::USD, 1997, 2500, 499)] // 4.9925
    #[case(Currency::KRW, 15_990, 1000, 1599)]
    #[case(Currency::KRW, 15, 1000, 2)] // 1.5
    #[case(Currency::JPY, 14, 1000, 1)] // 1.4
    #[case(Currency::KWD, 1234, 1250, 154)] // 0.15425
    #[case(Currency::KWD, 1236, 1250, 155)] // 0.1545: half a fils
    #[case(Currency::USD, 0, 2500, 0)]
    #[case(Currency::USD, 1999, 0, 0)]
    #[case(Currency::USD, i64::MAX, 10_000, i64::MAX)]
    #[case(Currency::USD, i64::MAX, 9_999, 9_222_449_699_651_090_329)]
    fn a_share_is_rounded_half_up(
        #[case] currency: Currency,
        #[case] amount: i64,
        #[case] basis_points: u32,
        #[case] share: i64,
    ) {
        let basis_points = BasisPoints::try_new(basis_points).unwrap();
        let amount = money(currency, amount);
        assert_eq!(basis_points.of(amount), money(currency, share));
    }

    #[test]
    fn a_share_is_at_most_the_whole() {
        assert!(BasisPoints::try_new(10_000).is_ok());
        assert_eq!(BasisPoints::try_new(10_001), Err(TooManyBasisPoints));
        assert_eq!(BasisPoints::try_new(1_250).unwrap().to_string(), "12.50 %");
    }

    #[test]
    fn three_times_19_99_is_59_97() {
        let three = [money(Currency::USD, 1999); 3];
        assert_eq!(sum(Currency::USD, three).unwrap().to_string(), "59.97 USD");
        let parts = spread(money(Currency::USD, 1000), &three).unwrap();
        assert_eq!(parts.map_units(), [334, 333, 333]);
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused() {
        let two = [money(Currency::USD, i64::MAX), money(Currency::USD, 1)];
        assert_eq!(sum(Currency::USD, two), Err(MoneyError::TooLarge));
        let mixed = [money(Currency::EUR, 1)];
        assert!(sum(Currency::USD, mixed).is_err());
    }

    trait Units {
        fn map_units(&self) -> Vec<i64>;
    }

    impl Units for Vec<Money> {
        fn map_units(&self) -> Vec<i64> {
            self.iter().map(|part| part.minor_units()).collect()
        }
    }

    proptest! {
        #[test]
        fn a_spread_amount_adds_up_and_fits(
            over in prop::collection::vec(0..=i64::MAX / 8, 1..8),
            share in 0..=10_000_u32,
        ) {
            let over: Vec<_> = over.into_iter().map(|units| money(Currency::KRW, units)).collect();
            let whole = sum(Currency::KRW, over.clone()).unwrap();
            let amount = BasisPoints::try_new(share).unwrap().of(whole);
            let parts = spread(amount, &over).unwrap();
            prop_assert_eq!(sum(Currency::KRW, parts.clone()).unwrap(), amount);
            for (part, over) in parts.iter().zip(&over) {
                prop_assert!(part.minor_units() <= over.minor_units());
            }
        }
    }
}

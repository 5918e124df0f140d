//! What a refund takes back of an order, line by line.

use foundation::{Currency, Money, MoneyError};

use crate::domain::amounts::{proportion, spread, sum};

/// What is left of an order in the ledger, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) hammer: Money,
    pub(crate) premium: Money,
    pub(crate) tax: Money,
    /// What the coupon took off.
    pub(crate) discount: Money,
    /// What the house keeps of the hammer price.
    pub(crate) commission: Money,
}

impl Lines {
    /// The part of each line that goes with a refund, in proportion to what is left of it: price, premium and
    /// tax less the coupon's part add up to the refund, no line gives more than it has, and whoever gets all
    /// that is left gets all of every line. What rounding leaves over goes to the first line that has a
    /// remainder.
    pub(crate) fn part(&self, refund: Money) -> Result<Self, MoneyError> {
        let over = [self.hammer, self.premium, self.tax];
        let paid = sum(self.currency(), over)?.checked_sub(self.discount)?;
        paid.checked_sub(refund)?;
        let discount = proportion(self.discount, refund, paid);
        let parts = spread(refund.checked_add(discount)?, &over)?;
        let [hammer, premium, tax] = parts.try_into().unwrap_or(over);
        Ok(Self {
            hammer,
            premium,
            tax,
            discount,
            commission: proportion(self.commission, hammer, self.hammer),
        })
    }

    fn currency(&self) -> Currency {
        self.hammer.currency()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn krw(units: i64) -> Money {
        Money::from_minor_units(Currency::KRW, units).unwrap()
    }

    fn lines([hammer, premium, tax, discount, commission]: [i64; 5]) -> Lines {
        Lines {
            hammer: krw(hammer),
            premium: krw(premium),
            tax: krw(tax),
            discount: krw(discount),
            commission: krw(commission),
        }
    }

    fn less(left: Lines, part: Lines) -> Lines {
        let sub = |left: Money, part: Money| left.checked_sub(part).unwrap();
        Lines {
            hammer: sub(left.hammer, part.hammer),
            premium: sub(left.premium, part.premium),
            tax: sub(left.tax, part.tax),
            discount: sub(left.discount, part.discount),
            commission: sub(left.commission, part.commission),
        }
    }

    #[test]
    fn half_of_what_was_paid_is_half_of_every_line() {
        let whole = lines([1_000, 200, 120, 320, 100]);
        assert_eq!(whole.part(krw(500)), Ok(lines([500, 100, 60, 160, 50])));
        assert_eq!(whole.part(krw(1_000)), Ok(whole));
        assert!(whole.part(krw(1_001)).is_err());
    }

    #[test]
    fn the_largest_amounts_are_shared_without_a_loss() {
        let whole = lines([i64::MAX - 2, 1, 1, 0, i64::MAX / 2]);
        assert_eq!(whole.part(krw(i64::MAX)), Ok(whole));
        let part = whole.part(krw(i64::MAX / 2)).unwrap();
        let gross = sum(Currency::KRW, [part.hammer, part.premium, part.tax]);
        assert_eq!(gross, Ok(krw(i64::MAX / 2)));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_together_they_are_the_whole(
            hammer in 1..100_000_i64,
            premium in 0..30_000_i64,
            tax in 0..30_000_i64,
            discount in 0..=10_000_i64,
            commission in 0..=10_000_i64,
            cuts in prop::collection::vec(1..40_000_i64, 0..6),
        ) {
            let total = hammer + premium + tax;
            let whole = lines([
                hammer, premium, tax, total * discount / 10_000, hammer * commission / 10_000,
            ]);
            let mut left = whole;
            let paid = |lines: Lines| {
                let gross = sum(Currency::KRW, [lines.hammer, lines.premium, lines.tax]).unwrap();
                gross.checked_sub(lines.discount).unwrap()
            };
            for cut in cuts {
                let refund = krw(cut.min(paid(left).minor_units()));
                let part = left.part(refund).unwrap();
                prop_assert_eq!(paid(part), refund);
                left = less(left, part);
            }
            let rest = left.part(paid(left)).unwrap();
            if paid(left).minor_units() > 0 {
                prop_assert_eq!(rest, left);
            }
        }
    }
}

//! Sums of many amounts.

use std::fmt;

use foundation::Currency;

/// An amount that may be below zero, or beyond what a single amount may be: the sum of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// In minor units.
    pub minor_units: i128,
    /// The currency.
    pub currency: Currency,
}

impl Sum {
    /// A plain decimal with the decimals of its currency, such as `-15.99`.
    pub fn amount(&self) -> String {
        let decimals = self.currency.decimals();
        let sign = if self.minor_units < 0 { "-" } else { "" };
        let units = self.minor_units.unsigned_abs();
        let whole = 10_u128.pow(decimals);
        match decimals {
            0 => format!("{sign}{units}"),
            _ => {
                let (units, rest, width) = (units / whole, units % whole, decimals as usize);
                format!("{sign}{units}.{rest:0width$}")
            }
        }
    }

    /// Whether it is nothing.
    pub const fn is_zero(&self) -> bool {
        self.minor_units == 0
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Currency::USD, 1599, "15.99 USD")]
    #[case(Currency::USD, -5, "-0.05 USD")]
    #[case(Currency::USD, 0, "0.00 USD")]
    #[case(Currency::KRW, -15_990, "-15990 KRW")]
    #[case(Currency::KWD, 1_001, "1.001 KWD")]
    #[case(Currency::USD, 3 * i64::MAX as i128, "276701161105643274.21 USD")]
    fn a_sum_has_the_decimals_of_its_currency(
        #[case] currency: Currency,
        #[case] minor_units: i128,
        #[case] shown: &str,
    ) {
        let sum = Sum {
            minor_units,
            currency,
        };
        assert_eq!(sum.to_string(), shown);
    }
}

//! Amounts of money that are valid from the moment they exist.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize};

use crate::currency::{Currency, UnknownCurrency};

/// A non-negative amount in one currency, held as whole minor units (cents, won, fils).
///
/// `1` and `1.00` dollars are the same value. Amounts in different currencies neither compare nor add:
/// both give [`MoneyError::CurrencyMismatch`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor_units: i64,
    currency: Currency,
}

/// Why an amount was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The text is not a plain decimal number such as `15.99`.
    #[error("'{0}' is not an amount such as 15.99")]
    NotANumber(String),
    /// The amount is below zero.
    #[error("an amount must not be negative")]
    Negative,
    /// The amount has more decimals than its currency.
    #[error("{currency} has {allowed} decimals, but the amount has {given}")]
    TooManyDecimals {
        /// The currency of the amount.
        currency: Currency,
        /// The decimals that the currency has.
        allowed: u32,
        /// The decimals that the amount has.
        given: u32,
    },
    /// The amount does not fit 64 bits of minor units.
    #[error("the amount is too large")]
    TooLarge,
    /// The code names no currency.
    #[error(transparent)]
    UnknownCurrency(#[from] UnknownCurrency),
    /// Two amounts in different currencies cannot be compared or combined.
    #[error("an amount in {left} cannot be set against one in {right}")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
}

impl Money {
    /// Checks a decimal amount against the rules of its currency.
    pub fn try_new(currency: Currency, amount: Decimal) -> Result<Self, MoneyError> {
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(MoneyError::Negative);
        }
        let amount = amount.normalize();
        let allowed = currency.decimals();
        if amount.scale() > allowed {
            return Err(MoneyError::TooManyDecimals {
                currency,
                allowed,
                given: amount.scale(),
            });
        }
        let minor_units = amount
            .checked_mul(Decimal::from(10_i64.pow(allowed)))
            .and_then(|scaled| scaled.to_i64())
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self {
            minor_units,
            currency,
        })
    }

    /// Reads a plain decimal such as `15.99`: digits with at most one point, no exponent, no grouping.
    pub fn parse(currency: Currency, amount: &str) -> Result<Self, MoneyError> {
        let not_a_number = || MoneyError::NotANumber(amount.chars().take(40).collect());
        let plain = amount.strip_prefix('-').unwrap_or(amount);
        let digits = plain.starts_with(|c: char| c.is_ascii_digit())
            && plain.ends_with(|c: char| c.is_ascii_digit())
            && plain.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !digits || plain.matches('.').count() > 1 {
            return Err(not_a_number());
        }
        if plain.len() > 28 {
            return Err(MoneyError::TooLarge);
        }
        let amount = Decimal::from_str(amount).map_err(|_| not_a_number())?;
        Self::try_new(currency, amount)
    }

    /// Reads an amount and the code of its currency.
    pub fn parse_with_code(code: &str, amount: &str) -> Result<Self, MoneyError> {
        Self::parse(Currency::parse(code)?, amount)
    }

    /// Takes whole minor units, as the database and the card networks hold them.
    pub fn from_minor_units(currency: Currency, minor_units: i64) -> Result<Self, MoneyError> {
        if minor_units < 0 {
            return Err(MoneyError::Negative);
        }
        Ok(Self {
            minor_units,
            currency,
        })
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self {
            minor_units: 0,
            currency,
        }
    }

    /// The amount in whole minor units.
    pub const fn minor_units(self) -> i64 {
        self.minor_units
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a decimal with exactly the decimals of its currency.
    pub fn amount(self) -> Decimal {
        Decimal::new(self.minor_units, self.currency.decimals())
    }

    /// Whether this is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor_units == 0
    }

    /// The sum of two amounts in one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor_units = self
            .minor_units
            .checked_add(other.minor_units)
            .ok_or(MoneyError::TooLarge)?;
        Self::from_minor_units(self.currency, minor_units)
    }

    /// The difference of two amounts in one currency; below zero is [`MoneyError::Negative`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::from_minor_units(self.currency, self.minor_units - other.minor_units)
    }

    /// Which of two amounts in one currency is larger.
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor_units.cmp(&other.minor_units))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch {
            left: self.currency,
            right: other.currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How money looks in JSON: `{"amount": "15.99", "currency": "USD"}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyFields {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MoneyFields {
            amount: self.amount().to_string(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = MoneyFields::deserialize(deserializer)?;
        Self::parse(fields.currency, &fields.amount).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn usd(amount: &str) -> Money {
        Money::parse(Currency::USD, amount).unwrap()
    }

    #[test]
    fn trailing_zeros_do_not_matter() {
        assert_eq!(usd("1"), usd("1.00"));
        assert_eq!(usd("1.500"), usd("1.5"));
        assert_eq!(usd("100").to_string(), "100.00 USD");
    }

    #[rstest]
    #[case("USD", "15.99", 1599)]
    #[case("KRW", "15990", 15990)]
    #[case("JPY", "3", 3)]
    #[case("KWD", "1.234", 1234)]
    #[case("USD", "0", 0)]
    #[case("USD", "92233720368547758.07", i64::MAX)]
    fn an_amount_is_held_in_minor_units(
        #[case] code: &str,
        #[case] amount: &str,
        #[case] minor: i64,
    ) {
        let money = Money::parse_with_code(code, amount).unwrap();
        assert_eq!(money.minor_units(), minor);
    }

    #[rstest]
    #[case("USD", "-0.01", "must not be negative")]
    #[case("USD", "1.001", "USD has 2 decimals, but the amount has 3")]
    #[case("JPY", "1.5", "JPY has 0 decimals, but the amount has 1")]
    #[case("XYZ", "1", "'XYZ' is not a currency")]
    #[case("usd", "1", "'usd' is not a currency")]
    #[case("USD", "1E2", "not an amount")]
    #[case("USD", "NaN", "not an amount")]
    #[case("USD", "", "not an amount")]
    #[case("USD", "1.", "not an amount")]
    #[case("USD", ".5", "not an amount")]
    #[case("USD", "1.2.3", "not an amount")]
    #[case("USD", "1,000", "not an amount")]
    #[case("USD", "92233720368547758.08", "too large")]
    #[case("USD", "99999999999999999999999999999999999", "too large")]
    fn a_bad_amount_is_refused_by_name_of_the_rule(
        #[case] code: &str,
        #[case] amount: &str,
        #[case] rule: &str,
    ) {
        let refusal = Money::parse_with_code(code, amount).unwrap_err();
        assert!(refusal.to_string().contains(rule), "{refusal}");
    }

    #[test]
    fn currencies_do_not_mix() {
        let dollars = usd("1");
        let euros = Money::parse(Currency::EUR, "1").unwrap();
        assert!(dollars.compare(euros).is_err());
        assert!(dollars.checked_add(euros).is_err());
        assert_ne!(dollars, euros);
    }

    #[test]
    fn json_is_an_amount_and_a_currency() {
        let json = serde_json::to_string(&usd("15.9")).unwrap();
        assert_eq!(json, r#"{"amount":"15.90","currency":"USD"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), usd("15.9"));
        let unknown = r#"{"amount":"1","currency":"USD","x":1}"#;
        assert!(serde_json::from_str::<Money>(unknown).is_err());
    }

    proptest! {
        #[test]
        fn minor_units_survive_text_and_json(minor in 0..=i64::MAX, three in any::<bool>()) {
            let currency = if three { Currency::KWD } else { Currency::USD };
            let money = Money::from_minor_units(currency, minor).unwrap();
            let text = money.amount().to_string();
            prop_assert_eq!(Money::parse(currency, &text).unwrap(), money);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }
    }
}

//! What the payer pays with, as the gateway knows it.

use std::fmt;

const MAX_LENGTH: usize = 255;
const SHORTEST_CARD_NUMBER: usize = 12;

/// A gateway's name for a card or another means to pay. The card itself never reaches this server.
///
/// Whoever holds the gateway's secret key can charge with it, so it is not shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentToken(String);

/// Why a token was refused. The token itself is not repeated: it may be a card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPaymentToken {
    /// Not 1 to 255 letters, digits, `_`, `-` or `.`.
    #[error("a payment token has 1 to 255 letters, digits, '_', '-' or '.'")]
    Malformed,
    /// A card number must never be sent to this server.
    #[error("this looks like a card number; send the token that the payment gateway gave for it")]
    CardNumber,
}

impl PaymentToken {
    /// Checks a token's form; only the gateway can say whether it exists.
    pub fn parse(text: &str) -> Result<Self, InvalidPaymentToken> {
        let card_number = |c: char| c.is_ascii_digit() || c == ' ' || c == '-';
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if text.chars().all(card_number) && digits >= SHORTEST_CARD_NUMBER {
            return Err(InvalidPaymentToken::CardNumber);
        }
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if text.is_empty() || text.len() > MAX_LENGTH || !text.chars().all(fit) {
            return Err(InvalidPaymentToken::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// Stands for the token where the payer chooses at the gateway what to pay with.
    pub(crate) fn chosen_there() -> Self {
        Self("chosen-there".to_owned())
    }

    /// The token, for the gateway.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("pm_card_visa", None)]
    #[case("tok_approved", None)]
    #[case("", Some(InvalidPaymentToken::Malformed))]
    #[case("two words", Some(InvalidPaymentToken::Malformed))]
    #[case("pm_\u{e9}", Some(InvalidPaymentToken::Malformed))]
    #[case("4242424242424242", Some(InvalidPaymentToken::CardNumber))]
    #[case("4242 4242 4242 4242", Some(InvalidPaymentToken::CardNumber))]
    #[case("4242-4242-4242-4242", Some(InvalidPaymentToken::CardNumber))]
    fn a_token_is_a_name_and_never_a_card_number(
        #[case] text: &str,
        #[case] refusal: Option<InvalidPaymentToken>,
    ) {
        assert_eq!(PaymentToken::parse(text).err(), refusal);
    }

    #[test]
    fn a_token_of_256_characters_is_too_long() {
        assert!(PaymentToken::parse(&"x".repeat(255)).is_ok());
        assert!(PaymentToken::parse(&"x".repeat(256)).is_err());
    }

    #[test]
    fn a_token_is_not_shown_when_debugged() {
        let token = PaymentToken::parse("pm_secretive").unwrap();
        assert_eq!(format!("{token:?}"), "PaymentToken(***)");
    }
}

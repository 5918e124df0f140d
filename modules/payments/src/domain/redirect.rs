//! Where a payer is sent to confirm a payment, and where they come back to.

use std::fmt;

/// KakaoPay takes addresses of up to 255 characters; some are left for what gateways and this module add.
const MAX_LENGTH: usize = 200;

/// The page of this house to which a gateway sends the payer back. Gateways append to its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnUrl(String);

/// The text is no address to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a return address starts with http:// or https:// and has at most {MAX_LENGTH} characters, no space and no '#'"
)]
pub struct InvalidReturnUrl;

/// Where the payer confirms the payment, at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The address for a large screen.
    pub desktop: String,
    /// The address for a phone; the same where the gateway makes no difference.
    pub mobile: String,
}

impl ReturnUrl {
    /// Checks an address's form.
    pub fn parse(text: &str) -> Result<Self, InvalidReturnUrl> {
        let rest = text.strip_prefix("https://");
        let rest = rest.or_else(|| text.strip_prefix("http://"));
        let fit = |c: char| c.is_ascii_graphic() && c != '#';
        let has_host = rest
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['));
        if has_host && text.len() <= MAX_LENGTH && text.chars().all(fit) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidReturnUrl)
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same place with one more word in its query.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let joint = match self.0.contains('?') {
            true => '&',
            false => '?',
        };
        format!("{}{joint}{name}={value}", self.0)
    }
}

impl fmt::Display for ReturnUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://gavel.example/checkout/1", true)]
    #[case("http://127.0.0.1:8080/checkout?of=1", true)]
    #[case("http://[::1]/", true)]
    #[case("ftp://gavel.example/", false)]
    #[case("javascript:alert(1)", false)]
    #[case("https://", false)]
    #[case("https:///nowhere", false)]
    #[case("https://gavel.example/a b", false)]
    #[case("https://gavel.example/#part", false)]
    #[case("/checkout/1", false)]
    fn a_return_address_is_a_whole_web_address(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(ReturnUrl::parse(text).is_ok(), fits);
    }

    #[rstest]
    #[case("https://a.example/b", "https://a.example/b?outcome=cancelled")]
    #[case("https://a.example/b?c=d", "https://a.example/b?c=d&outcome=cancelled")]
    fn a_word_is_added_to_the_query(#[case] text: &str, #[case] expected: &str) {
        let place = ReturnUrl::parse(text).unwrap();
        assert_eq!(place.with("outcome", "cancelled"), expected);
    }
}

//! Addresses that mail can be sent to.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress as Rfc5322Address, Options};

/// The longest address that fits SMTP's path of 256 characters (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// An e-mail address such as `ada@example.org`: in ASCII, without quotes, comments or a bracketed host.
///
/// Capitals are kept for the server that receives the mail, but do not make a different address.
#[derive(Debug, Clone)]
pub struct EmailAddress(String);

/// The text is no e-mail address that the house can write to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an e-mail address such as ada@example.org")]
pub struct EmailAddressError(pub String);

impl EmailAddress {
    /// Reads an address; space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        let options = Options::default()
            .without_display_text()
            .without_domain_literal()
            .with_required_tld();
        let fit = text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && !text.contains('"')
            && Rfc5322Address::parse_with_options(text, options).is_ok();
        if fit {
            return Ok(Self(text.to_owned()));
        }
        Err(EmailAddressError(text.chars().take(80).collect()))
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in small letters: two addresses with the same key are the same.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ada@example.org")]
    #[case(" Ada.Lovelace+lots@mail.example.org ")]
    #[case("o'brien@example.org")]
    #[case("x@xn--9n2bp8q.xn--3e0b707e")]
    fn an_address_is_kept_as_given(#[case] text: &str) {
        assert_eq!(EmailAddress::parse(text).unwrap().as_str(), text.trim());
    }

    #[rstest]
    #[case("")]
    #[case("ada")]
    #[case("ada@")]
    #[case("@example.org")]
    #[case("ada@localhost")]
    #[case("ada@@example.org")]
    #[case("ada@example..org")]
    #[case("ada lovelace@example.org")]
    #[case("ada@example.org\r\nBcc: eve@example.org")]
    #[case("ada@example.org, eve@example.org")]
    #[case("Ada <ada@example.org>")]
    #[case("\"ada lovelace\"@example.org")]
    #[case("ada@[192.0.2.1]")]
    #[case("아다@example.org")]
    fn what_is_no_address_is_refused(#[case] text: &str) {
        assert!(EmailAddress::parse(text).is_err());
    }

    #[test]
    fn an_overlong_address_is_refused() {
        let domain = "example.".repeat(31) + "org";
        assert!(EmailAddress::parse(&format!("ada@{domain}")).is_err());
    }

    #[test]
    fn capitals_make_no_difference() {
        let small = EmailAddress::parse("ada@example.org").unwrap();
        let capital = EmailAddress::parse("Ada@Example.ORG").unwrap();
        assert_eq!(small, capital);
        assert_eq!(small.key(), capital.key());
    }
}

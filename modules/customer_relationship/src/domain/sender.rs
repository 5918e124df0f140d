//! Who the house's e-mails come from.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress as Rfc5322Address, Options};

/// The address that e-mails come from, with or without a name: `Gavel <mail@gavel.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    name: Option<String>,
    address: String,
}

/// The text is no sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a sender such as Gavel <mail@gavel.example>")]
pub struct InvalidSender(pub String);

impl Sender {
    /// Reads `Name <address>` or a bare address. The host may be a local one.
    pub fn parse(text: &str) -> Result<Self, InvalidSender> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(rest) => rest.split_once('<').unwrap_or_default(),
            None => ("", text.trim()),
        };
        let name = name.trim().trim_matches('"');
        let options = Options::default()
            .without_display_text()
            .without_domain_literal();
        let fit = !name.chars().any(char::is_control)
            && address.bytes().all(|byte| byte.is_ascii_graphic())
            && !address.contains('"')
            && Rfc5322Address::parse_with_options(address, options).is_ok();
        if !fit {
            return Err(InvalidSender(text.chars().take(120).collect()));
        }
        Ok(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            address: address.to_owned(),
        })
    }

    /// The name, where there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The bare address.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The host of the address.
    pub(crate) fn host(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or_default()
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Gavel <mail@gavel.example>", Some("Gavel"), "mail@gavel.example")]
    #[case(
        "\"Gavel, the house\" <mail@gavel.example>",
        Some("Gavel, the house"),
        "mail@gavel.example"
    )]
    #[case("경매장 <mail@gavel.example>", Some("경매장"), "mail@gavel.example")]
    #[case(" gavel@localhost ", None, "gavel@localhost")]
    #[case("<gavel@localhost>", None, "gavel@localhost")]
    fn a_sender_is_a_name_and_an_address(
        #[case] text: &str,
        #[case] name: Option<&str>,
        #[case] address: &str,
    ) {
        let sender = Sender::parse(text).unwrap();
        assert_eq!((sender.name(), sender.address()), (name, address));
    }

    #[rstest]
    #[case("")]
    #[case("Gavel")]
    #[case("Gavel mail@gavel.example>")]
    #[case("Gavel <mail@gavel.example")]
    #[case("Gavel\r\nBcc: x <mail@gavel.example>")]
    fn what_is_no_sender_is_refused(#[case] text: &str) {
        assert!(Sender::parse(text).is_err());
    }
}

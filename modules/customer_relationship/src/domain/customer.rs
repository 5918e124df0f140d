//! A customer: whom the house writes to, and how.

use chrono::{DateTime, Utc};

use super::email_address::EmailAddress;
use super::locale::{CustomerTimeZone, Language};
use crate::ids::CustomerId;

const LONGEST_NAME: usize = 100;

/// The name that a customer is addressed by: 1 to 100 characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomerName(String);

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerNameError {
    /// There is no name.
    #[error("a name must not be empty")]
    Empty,
    /// The name does not fit.
    #[error("a name must not be longer than {LONGEST_NAME} characters")]
    TooLong,
    /// The name has line breaks or the like.
    #[error("a name must not contain line breaks or other control characters")]
    ControlCharacter,
}

impl CustomerName {
    /// Reads a name; space around it is dropped.
    pub(crate) fn parse(text: &str) -> Result<Self, CustomerNameError> {
        let name = text.trim();
        if name.is_empty() {
            return Err(CustomerNameError::Empty);
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(CustomerNameError::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(CustomerNameError::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody whom the house writes to.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: CustomerId,
    pub(crate) email: EmailAddress,
    pub(crate) name: CustomerName,
    pub(crate) language: Language,
    pub(crate) time_zone: CustomerTimeZone,
    pub(crate) created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(CustomerName::parse(" 김하나 ").unwrap().as_str(), "김하나");
        assert!(CustomerName::parse(&"가".repeat(100)).is_ok());
        let too_long = CustomerName::parse(&"가".repeat(101));
        assert_eq!(too_long, Err(CustomerNameError::TooLong));
        assert_eq!(CustomerName::parse(" \n"), Err(CustomerNameError::Empty));
    }

    #[test]
    fn a_name_that_would_add_a_header_is_refused() {
        let name = CustomerName::parse("Eve\r\nBcc: all@example.org");
        assert_eq!(name, Err(CustomerNameError::ControlCharacter));
    }
}

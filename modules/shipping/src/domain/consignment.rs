//! Who carries a package, and by which number.

/// What a carrier is called, of 1 to 60 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierName(String);

/// The number by which a carrier knows a package: 1 to 60 letters, digits, blanks, hyphens, dots and slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingNumber(String);

/// Why a carrier's name or a tracking number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConsignment {
    /// The carrier's name is empty, too long, or cannot be printed.
    #[error("a carrier's name has 1 to 60 characters")]
    CarrierName,
    /// The tracking number is empty, too long, or has characters that no carrier uses.
    #[error("a tracking number has 1 to 60 letters, digits, blanks, hyphens, dots or slashes")]
    TrackingNumber,
}

/// What is written down when a package leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consignment {
    pub(crate) carrier: String,
    pub(crate) tracking_number: String,
}

const LIMIT: usize = 60;

fn is_short(text: &str) -> bool {
    (1..=LIMIT).contains(&text.chars().count())
}

impl CarrierName {
    /// Checks and trims a name.
    pub fn parse(name: &str) -> Result<Self, InvalidConsignment> {
        let name = name.trim();
        if !is_short(name) || name.chars().any(char::is_control) {
            return Err(InvalidConsignment::CarrierName);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TrackingNumber {
    /// Checks and trims a number.
    pub fn parse(number: &str) -> Result<Self, InvalidConsignment> {
        let number = number.trim();
        let fits = |c: char| c.is_ascii_alphanumeric() || " -./".contains(c);
        if !is_short(number) || !number.chars().all(fits) {
            return Err(InvalidConsignment::TrackingNumber);
        }
        Ok(Self(number.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", false)]
    #[case("   ", false)]
    #[case(" 6123-4567 89/A.1 ", true)]
    #[case("12\n34", false)]
    #[case("<b>", false)]
    #[case("1234567890123456789012345678901234567890123456789012345678901", false)]
    fn a_tracking_number_is_short_and_plain(#[case] typed: &str, #[case] good: bool) {
        assert_eq!(TrackingNumber::parse(typed).is_ok(), good);
    }

    #[rstest]
    #[case("Korea Post", true)]
    #[case("우체국", true)]
    #[case(" ", false)]
    #[case("a\tb", false)]
    fn a_carrier_has_a_name(#[case] typed: &str, #[case] good: bool) {
        assert_eq!(CarrierName::parse(typed).is_ok(), good);
    }
}

//! Texts of a lot, checked when they are made.

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLotText {
    /// Nothing but white space.
    #[error("{what} must not be empty")]
    Empty {
        /// Which text.
        what: &'static str,
    },
    /// More characters than allowed.
    #[error("{what} must not be longer than {limit} characters")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// The most characters it may have.
        limit: usize,
    },
    /// A control character: a title goes into the subject of e-mails, and the databases refuse some.
    #[error("{what} must not contain control characters")]
    ControlCharacter {
        /// Which text.
        what: &'static str,
    },
}

/// What a lot is called: one line of 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuctionTitle(String);

impl AuctionTitle {
    const WHAT: &'static str = "a title";
    const LIMIT: usize = 200;

    /// Checks a title; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidLotText> {
        one_line(Self::WHAT, Self::LIMIT, text).map(Self)
    }

    /// The title as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is said about a lot: up to 5000 characters, possibly none, in several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotDescription(String);

impl LotDescription {
    const WHAT: &'static str = "a description";
    const LIMIT: usize = 5000;

    /// Checks a description; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidLotText> {
        let text = text.trim();
        at_most(Self::WHAT, Self::LIMIT, text)?;
        let layout = |c: char| matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(|c| c.is_control() && !layout(c)) {
            return Err(InvalidLotText::ControlCharacter { what: Self::WHAT });
        }
        Ok(Self(text.to_owned()))
    }

    /// The description as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line that says something.
pub(super) fn one_line(
    what: &'static str,
    limit: usize,
    text: &str,
) -> Result<String, InvalidLotText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(InvalidLotText::Empty { what });
    }
    at_most(what, limit, text)?;
    if text.chars().any(char::is_control) {
        return Err(InvalidLotText::ControlCharacter { what });
    }
    Ok(text.to_owned())
}

fn at_most(what: &'static str, limit: usize, text: &str) -> Result<(), InvalidLotText> {
    if text.chars().count() > limit {
        return Err(InvalidLotText::TooLong { what, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" A chair ", "A chair")]
    #[case("의자", "의자")]
    fn a_title_is_trimmed(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(AuctionTitle::parse(text).unwrap().as_str(), kept);
    }

    #[test]
    fn lengths_are_counted_in_characters_after_trimming() {
        assert!(AuctionTitle::parse(&format!(" {} ", "의".repeat(200))).is_ok());
        assert!(AuctionTitle::parse(&"의".repeat(201)).is_err());
        assert!(LotDescription::parse(&"의".repeat(5000)).is_ok());
        assert!(LotDescription::parse(&"의".repeat(5001)).is_err());
        assert!(LotDescription::parse("").is_ok());
    }

    #[rstest]
    #[case("", "must not be empty")]
    #[case(" \n ", "must not be empty")]
    #[case("A\nBcc: everybody@example.com", "control characters")]
    #[case("A\0B", "control characters")]
    fn a_bad_title_is_refused_by_name_of_the_rule(#[case] text: &str, #[case] rule: &str) {
        let refusal = AuctionTitle::parse(text).unwrap_err();
        assert!(refusal.to_string().contains(rule), "{refusal}");
    }

    #[test]
    fn a_description_may_have_lines_but_no_other_control_characters() {
        assert!(LotDescription::parse("One.\r\n\tTwo.").is_ok());
        assert!(LotDescription::parse("One.\0Two.").is_err());
    }
}

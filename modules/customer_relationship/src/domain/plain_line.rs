//! Text that stays on its line.

use std::fmt;

/// Text on one line, without characters that would end the line, hide text or turn its direction.
///
/// Everything that goes into an e-mail is made of such lines. A name or a title with a line break in it
/// therefore cannot add a header to a message, nor a paragraph to its plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlainLine(String);

impl PlainLine {
    /// Puts the text on one line: any run of spaces, control and formatting characters becomes one space.
    pub(crate) fn new(text: &str) -> Self {
        let words = text.split(breaks_a_line).filter(|word| !word.is_empty());
        Self(words.collect::<Vec<_>>().join(" "))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// White space, control characters, the line and paragraph separators of Unicode, and the marks that turn
/// the direction of what follows.
fn breaks_a_line(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

impl fmt::Display for PlainLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a chair", "a chair")]
    #[case("  a \t chair  ", "a chair")]
    #[case("a chair\r\nBcc: eve@example.org", "a chair Bcc: eve@example.org")]
    #[case("a\u{2028}b\u{2029}c\u{85}d\0e\u{7f}f", "a b c d e f")]
    #[case("invoice \u{202E}gnp.exe", "invoice gnp.exe")]
    #[case("의자 🪑", "의자 🪑")]
    #[case("\n", "")]
    fn a_line_stays_one_line(#[case] text: &str, #[case] line: &str) {
        assert_eq!(PlainLine::new(text).as_str(), line);
    }
}

//! The numbers of invoices and credit notes: each series counts from 1 in each year, without gaps.

use std::fmt;
use std::str::FromStr;

use crate::domain::operation::UnknownWord;

/// What a document is. Each kind has a series of numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceKind {
    /// It says what was paid for.
    Invoice,
    /// It says what was given back.
    CreditNote,
}

/// The number of an invoice, `2026-000001`, or of a credit note, `C2026-000001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvoiceNumber {
    kind: InvoiceKind,
    year: i32,
    sequence: i64,
}

/// The text is no such number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a number looks like 2026-000001, or C2026-000001 for a credit note")]
pub struct InvalidInvoiceNumber;

impl InvoiceKind {
    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "INVOICE",
            Self::CreditNote => "CREDIT_NOTE",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Invoice => "",
            Self::CreditNote => "C",
        }
    }
}

impl fmt::Display for InvoiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for InvoiceKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Invoice, Self::CreditNote].into_iter();
        let found = all.find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl InvoiceNumber {
    /// A number of a series.
    pub(crate) const fn new(kind: InvoiceKind, year: i32, sequence: i64) -> Self {
        Self {
            kind,
            year,
            sequence,
        }
    }

    /// Reads a number, in the one way in which it is written.
    pub fn parse(text: &str) -> Result<Self, InvalidInvoiceNumber> {
        let (kind, digits) = match text.strip_prefix('C') {
            Some(digits) => (InvoiceKind::CreditNote, digits),
            None => (InvoiceKind::Invoice, text),
        };
        let (year, sequence) = digits.split_once('-').ok_or(InvalidInvoiceNumber)?;
        let number = Self {
            kind,
            year: year.parse().map_err(|_| InvalidInvoiceNumber)?,
            sequence: sequence.parse().map_err(|_| InvalidInvoiceNumber)?,
        };
        let as_written = number.to_string() == text && number.sequence > 0;
        as_written.then_some(number).ok_or(InvalidInvoiceNumber)
    }

    /// Of which kind the document is.
    pub const fn kind(self) -> InvoiceKind {
        self.kind
    }

    /// The year of its date.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Its place in the year's series, from 1.
    pub const fn sequence(self) -> i64 {
        self.sequence
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, year, sequence) = (self.kind.prefix(), self.year, self.sequence);
        write!(f, "{prefix}{year:04}-{sequence:06}")
    }
}

impl FromStr for InvoiceNumber {
    type Err = InvalidInvoiceNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(InvoiceKind::Invoice, 2026, 1, "2026-000001")]
    #[case(InvoiceKind::CreditNote, 2026, 12, "C2026-000012")]
    #[case(InvoiceKind::Invoice, 2027, 1_234_567, "2027-1234567")]
    fn a_number_is_read_as_it_is_written(
        #[case] kind: InvoiceKind,
        #[case] year: i32,
        #[case] sequence: i64,
        #[case] text: &str,
    ) {
        let number = InvoiceNumber::new(kind, year, sequence);
        assert_eq!(number.to_string(), text);
        assert_eq!(InvoiceNumber::parse(text), Ok(number));
    }

    #[rstest]
    #[case("")]
    #[case("2026")]
    #[case("2026-1")]
    #[case("2026-0000001")]
    #[case("2026-000000")]
    #[case("+2026-000001")]
    #[case("2026-+00001")]
    #[case("c2026-000001")]
    #[case("2026-000001 ")]
    #[case("../2026-000001")]
    fn anything_else_is_no_number(#[case] text: &str) {
        assert_eq!(InvoiceNumber::parse(text), Err(InvalidInvoiceNumber));
    }
}

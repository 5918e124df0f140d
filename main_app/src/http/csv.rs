//! Tables for spreadsheets.

use actix_web::HttpResponse;
use actix_web::http::header;

/// A table in the form of RFC 4180, with a header line.
#[derive(Debug)]
pub(crate) struct Csv(String);

impl Csv {
    /// A table with these columns.
    pub(crate) fn with(columns: &[&str]) -> Self {
        let mut table = Self(String::new());
        table.row(columns);
        table
    }

    /// Adds a line.
    pub(crate) fn row<C: AsRef<str>>(&mut self, cells: &[C]) {
        let cells: Vec<_> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The whole table as a file to be kept.
    pub(crate) fn answer(self, name: &str) -> HttpResponse {
        let kept = format!("attachment; filename=\"{name}.csv\"");
        HttpResponse::Ok()
            .insert_header((
                header::CONTENT_TYPE,
                "text/csv; charset=utf-8; header=present",
            ))
            .insert_header((header::CONTENT_DISPOSITION, kept))
            .body(self.0)
    }
}

/// Words that somebody else has written. A spreadsheet takes a cell that begins like a formula for one, and
/// runs it: an apostrophe keeps it from that.
pub(crate) fn words(text: &str) -> String {
    let begins_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n');
    match text
        .trim_start_matches([' ', '\u{a0}'])
        .starts_with(begins_formula)
    {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_cell_with_commas_quotes_or_breaks_stays_one_cell() {
        let mut table = Csv::with(&["date", "description"]);
        table.row(&["2026-11-21", "a \"fine\" lamp,\nold"]);
        let expected = "date,description\r\n2026-11-21,\"a \"\"fine\"\" lamp,\nold\"\r\n";
        assert_eq!(table.0, expected);
    }

    #[rstest]
    #[case("=HYPERLINK(\"http://evil\")", "'=HYPERLINK(\"http://evil\")")]
    #[case("+1", "'+1")]
    #[case("-1", "'-1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\t=1", "'\t=1")]
    #[case("  =1", "'  =1")]
    #[case("a = b", "a = b")]
    #[case("", "")]
    fn words_are_no_formula(#[case] typed: &str, #[case] kept: &str) {
        assert_eq!(words(typed), kept);
    }
}

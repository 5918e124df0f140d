//! The terms that the forms for lots and for sales have in common: by how much bids rise, how late ones move
//! the end, and times.

use auctions::{Band, Increments, InvalidIncrements, InvalidSoftClose, SoftClose, SoftCloseChoice};
use chrono::{DateTime, NaiveDateTime, Utc};
use foundation::{Currency, Money, MoneyError};

use crate::http::FieldErrors;

/// What browsers send for a date and a time of day, and what the forms offer.
pub(crate) const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M";

/// What was typed about the increments.
pub(crate) struct TypedSteps<'t> {
    /// `usual`, `standard`, `fixed` or `table`; nothing is `usual`, or `fixed` where a step was typed.
    pub(crate) choice: &'t str,
    /// The one step of `fixed`.
    pub(crate) fixed: &'t str,
    /// The lines of `table`.
    pub(crate) table: &'t str,
}

/// What was typed about the soft close; times are in minutes.
pub(crate) struct TypedSoftClose<'t> {
    /// `usual`, `off` or `on`; nothing is `usual`.
    pub(crate) choice: &'t str,
    pub(crate) window: &'t str,
    pub(crate) cap: &'t str,
}

/// Why a table of increments cannot be taken.
#[derive(Debug, thiserror::Error)]
enum BadTable {
    #[error(
        "write each line as '0.99 0.05' (up to this price, this step), and the last as 'above 100'"
    )]
    Unreadable,
    #[error(transparent)]
    Amount(#[from] MoneyError),
    #[error(transparent)]
    Rule(#[from] InvalidIncrements),
}

impl TypedSteps<'_> {
    /// The chosen increments; nothing where the usual ones are wanted, or something was noted as wrong.
    pub(crate) fn read(
        &self,
        currency: Option<Currency>,
        errors: &mut FieldErrors,
    ) -> Option<Increments> {
        match self.choice {
            "" if self.fixed.trim().is_empty() => None,
            "usual" => None,
            "standard" => currency.map(Increments::standard),
            "" | "fixed" => {
                let step = errors.take("increment", Money::parse(currency?, self.fixed.trim()));
                errors.take("increment", Increments::fixed(step?))
            }
            "table" => errors.take("table", read_table(currency?, self.table)),
            _ => {
                errors.note("steps", "choose one of the increments");
                None
            }
        }
    }
}

impl TypedSoftClose<'_> {
    /// What was chosen; the usual one where something was noted as wrong.
    pub(crate) fn read(&self, errors: &mut FieldErrors) -> SoftCloseChoice {
        match self.choice {
            "" | "usual" => SoftCloseChoice::Usual,
            "off" => SoftCloseChoice::Off,
            "on" => self.window(errors).unwrap_or_default(),
            _ => {
                errors.note("soft_close", "choose how late bids move the end");
                SoftCloseChoice::Usual
            }
        }
    }

    fn window(&self, errors: &mut FieldErrors) -> Option<SoftCloseChoice> {
        let window = errors.take("window", seconds(self.window));
        let cap = match self.cap.trim() {
            "" => None,
            typed => Some(errors.take("cap", seconds(typed))?),
        };
        match SoftClose::try_new(window?, cap) {
            Ok(soft_close) => Some(SoftCloseChoice::On(soft_close)),
            Err(rule @ InvalidSoftClose::Window) => {
                errors.note("window", rule);
                None
            }
            Err(rule @ InvalidSoftClose::Cap) => {
                errors.note("cap", rule);
                None
            }
        }
    }
}

fn seconds(minutes: &str) -> Result<i64, &'static str> {
    let minutes = minutes.trim().parse::<i64>().ok();
    minutes
        .and_then(|minutes| minutes.checked_mul(60))
        .ok_or("write a whole number of minutes")
}

/// Reads lines such as `0.99 0.05`, and a last one such as `above 100`.
fn read_table(currency: Currency, text: &str) -> Result<Increments, BadTable> {
    let amount = |word: &str| Money::parse(currency, word).map(Money::minor_units);
    let (mut bands, mut above) = (Vec::new(), None);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            _ if above.is_some() => return Err(BadTable::Unreadable),
            ["above", step] => above = Some(amount(step)?),
            [up_to, step] => bands.push(Band {
                up_to: amount(up_to)?,
                step: amount(step)?,
            }),
            _ => return Err(BadTable::Unreadable),
        }
    }
    let above = above.ok_or(BadTable::Unreadable)?;
    Ok(Increments::try_new(currency, bands, above)?)
}

/// Reads what browsers send for a date and a time of day; the pages say that it is UTC.
pub(crate) fn utc(typed: &str) -> Result<DateTime<Utc>, &'static str> {
    let typed = typed.trim();
    [TIME_FORMAT, "%Y-%m-%dT%H:%M:%S%.f"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok())
        .map(|time| time.and_utc())
        .ok_or("write date and time as 2026-12-24T18:00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("usual", "", "", None)]
    #[case("", "", "", None)]
    #[case("", "2.50", "", Some("250"))]
    #[case("fixed", "2.50", "", Some("250"))]
    #[case(
        "table",
        "",
        "9.99 1\r\n\r\n99.99 5\r\nabove 10",
        Some("999:100 9999:500 1000")
    )]
    #[case("table", "", "above 10", Some("1000"))]
    fn increments_are_chosen_or_typed(
        #[case] choice: &str,
        #[case] fixed: &str,
        #[case] table: &str,
        #[case] read: Option<&str>,
    ) {
        let mut errors = FieldErrors::default();
        let typed = TypedSteps {
            choice,
            fixed,
            table,
        };
        let increments = typed.read(Some(Currency::USD), &mut errors);
        assert_eq!(increments.map(|table| table.to_text()).as_deref(), read);
        assert!(errors.is_empty());
    }

    #[rstest]
    #[case("9.99 1", "write each line")]
    #[case("9.99 1\nabove 5\n99 5", "write each line")]
    #[case("9.99\nabove 5", "write each line")]
    #[case("9,99 1\nabove 5", "is not an amount")]
    #[case("9.99 0\nabove 5", "must be more than zero")]
    #[case("9.99 1\n5.00 2\nabove 5", "must rise")]
    fn what_is_no_table_is_refused_with_the_rule(#[case] table: &str, #[case] rule: &str) {
        let refused = read_table(Currency::USD, table).unwrap_err().to_string();
        assert!(refused.contains(rule), "{refused}");
    }
}

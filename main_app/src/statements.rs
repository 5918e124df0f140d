//! Statements as people keep them: which days they are about, and as tables for spreadsheets.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use payments::{CustomerStatement, Occasion, Period, SellerStatement, Sum};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::Problem;
use crate::http::csv::{Csv, words};
use crate::http::errors::INVALID_QUERY;

/// Which days a statement is about: all when not given.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementDays {
    /// The first day, in UTC.
    #[param(example = "2026-11-01")]
    pub(crate) from: Option<NaiveDate>,
    /// The last day, in UTC.
    #[param(example = "2026-11-30")]
    pub(crate) to: Option<NaiveDate>,
}

impl StatementDays {
    /// The same as the query of an address.
    pub(crate) fn query(self) -> String {
        let days = [("from", self.from), ("to", self.to)];
        let given = days
            .into_iter()
            .filter_map(|(name, day)| Some(format!("{name}={}", day?)));
        let given: Vec<_> = given.collect();
        match given.is_empty() {
            true => String::new(),
            false => format!("?{}", given.join("&")),
        }
    }

    /// From the beginning of the first day to the end of the last.
    pub(crate) fn period(self) -> Result<Period, Problem> {
        let begin = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(begin);
        let period = Period {
            from: self.from.map_or(DateTime::<Utc>::MIN_UTC, begin),
            until: self.to.and_then(after).unwrap_or(DateTime::<Utc>::MAX_UTC),
        };
        if period.from < period.until {
            return Ok(period);
        }
        let rule = "a statement ends on the day on which it begins, or later";
        Err(Problem::new(INVALID_QUERY, rule).at("to", rule))
    }
}

/// A seller's statements as a table: a line for each line, and none for what was before.
pub(crate) fn seller_table(statements: &[SellerStatement]) -> Csv {
    let mut table = Csv::with(&[
        "date",
        "entry",
        "id",
        "description",
        "currency",
        "hammer_price",
        "commission",
        "payout",
        "balance",
    ]);
    for line in statements.iter().flat_map(|statement| &statement.lines) {
        let sums = [&line.hammer, &line.commission, &line.payout, &line.balance];
        table.row(&cells(&line.occasion, &line.balance, sums));
    }
    table
}

/// A customer's statements as a table.
pub(crate) fn customer_table(statements: &[CustomerStatement]) -> Csv {
    let mut table = Csv::with(&[
        "date",
        "entry",
        "id",
        "description",
        "currency",
        "hammer_price",
        "premium",
        "tax",
        "discount",
        "credit",
        "paid",
        "balance",
        "credit_left",
    ]);
    for line in statements.iter().flat_map(|statement| &statement.lines) {
        let sums = [
            &line.hammer,
            &line.premium,
            &line.tax,
            &line.discount,
            &line.credit,
            &line.paid,
            &line.balance,
            &line.credit_left,
        ];
        table.row(&cells(&line.occasion, &line.balance, sums));
    }
    table
}

fn cells<'s>(
    occasion: &Occasion,
    balance: &Sum,
    sums: impl IntoIterator<Item = &'s Sum>,
) -> Vec<String> {
    let mut cells = vec![
        occasion.at.format("%F").to_string(),
        occasion.entry.as_str().to_owned(),
        occasion.subject.to_string(),
        words(&occasion.description),
        balance.currency.code().to_owned(),
    ];
    cells.extend(sums.into_iter().map(Sum::amount));
    cells
}

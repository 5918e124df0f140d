//! On which terms a lot is sold, in words.

use auctions::Increments;
use chrono::TimeDelta;
use foundation::Money;

use super::filters::spoken;
use super::lot_view::Lot;

/// One line of an increment table.
pub(crate) struct Step {
    pub(crate) prices: String,
    pub(crate) step: String,
}

/// By how much bids rise, in a sentence.
pub(crate) fn increment_rule(lot: &Lot) -> String {
    let (bands, above) = lot.increments.bands();
    let money = |minor_units| in_words(&lot.increments, minor_units);
    if bands.is_empty() {
        return format!(
            "Each bid must exceed the price by at least {}.",
            money(above)
        );
    }
    let step = lot.increments.step(lot.current_price.minor_units());
    format!(
        "At the present price a bid must exceed it by at least {}; the step grows with the price.",
        money(step)
    )
}

/// The increment table, where the step depends on the price.
pub(crate) fn increment_table(increments: &Increments) -> Vec<Step> {
    let (bands, above) = increments.bands();
    let money = |minor_units| in_words(increments, minor_units);
    let Some(last) = bands.last() else {
        return Vec::new();
    };
    let mut table: Vec<Step> = bands
        .iter()
        .map(|band| Step {
            prices: format!("up to {}", money(band.up_to)),
            step: money(band.step),
        })
        .collect();
    table.push(Step {
        prices: format!("above {}", money(last.up_to)),
        step: money(above),
    });
    table
}

/// How late bids move the end.
pub(crate) fn soft_close_rule(window: Option<TimeDelta>) -> String {
    let Some(window) = window.map(duration) else {
        return "The end is final: late bids do not move it.".to_owned();
    };
    format!(
        "Nobody wins by bidding last alone: a bid with less than {window} left gives everybody {window} again."
    )
}

/// A duration in the largest unit that says it without a remainder: `2 minutes`.
pub(crate) fn duration(time: TimeDelta) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let seconds = time.num_seconds();
    let fits = |(length, _): &&(i64, &str)| seconds >= *length && seconds % *length == 0;
    let (length, unit) = UNITS.iter().find(fits).copied().unwrap_or(UNITS[3]);
    match seconds / length {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    }
}

fn in_words(increments: &Increments, minor_units: i64) -> String {
    let money = Money::from_minor_units(increments.currency(), minor_units);
    money.map(|money| spoken(&money)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::Currency;
    use rstest::rstest;

    #[rstest]
    #[case(1, "1 second")]
    #[case(90, "90 seconds")]
    #[case(120, "2 minutes")]
    #[case(3_600, "1 hour")]
    #[case(7 * 86_400, "7 days")]
    fn a_duration_is_said_without_a_remainder(#[case] seconds: i64, #[case] words: &str) {
        assert_eq!(duration(TimeDelta::seconds(seconds)), words);
    }

    #[test]
    fn a_table_says_every_band_and_what_is_above_them() {
        let table = increment_table(&Increments::standard(Currency::USD));
        let (first, last) = (&table[0], &table[table.len() - 1]);
        assert_eq!(
            (&*first.prices, &*first.step),
            ("up to 0.99 USD", "0.05 USD")
        );
        assert_eq!(
            (&*last.prices, &*last.step),
            ("above 4,999.99 USD", "100.00 USD")
        );
        assert!(increment_table(&Increments::smallest(Currency::USD)).is_empty());
    }
}

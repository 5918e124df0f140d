//! How templates write money, times and counts.

use askama::filters::Safe;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use foundation::Money;
use payments::Sum;

use super::assets;

/// An amount with its thousands apart and its currency: `1,250.00 USD`.
#[askama::filter_fn]
pub(crate) fn money(amount: &Money, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let (amount, currency) = (grouped(amount), amount.currency());
    Ok(Safe(format!(
        r#"<span class="money">{amount} <small>{currency}</small></span>"#
    )))
}

/// A sum with its thousands apart and its currency, below zero too: `−1,250.00 USD`.
#[askama::filter_fn]
pub(crate) fn sum(amount: &Sum, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let (figures, currency) = (apart(&amount.amount()), amount.currency);
    Ok(Safe(format!(
        r#"<span class="money">{figures} <small>{currency}</small></span>"#
    )))
}

/// A sum without its currency, in a table that says it elsewhere; a dash for nothing.
#[askama::filter_fn]
pub(crate) fn figure(amount: &Sum, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    Ok(Safe(match amount.is_zero() {
        true => r#"<span class="nothing">–</span>"#.to_owned(),
        false => apart(&amount.amount()),
    }))
}

/// A moment to the minute, with its zone.
#[askama::filter_fn]
pub(crate) fn moment(time: &DateTime<Utc>, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    Ok(Safe(time_element(time, "%-d %b %Y, %H:%M UTC")))
}

/// A day without its time.
#[askama::filter_fn]
pub(crate) fn day(date: &NaiveDate, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(date.format("%-d %b %Y").to_string())
}

/// A moment to the second, with its zone.
#[askama::filter_fn]
pub(crate) fn exact_moment(
    time: &DateTime<Utc>,
    _: &dyn askama::Values,
) -> askama::Result<Safe<String>> {
    Ok(Safe(time_element(time, "%-d %b %Y, %H:%M:%S UTC")))
}

/// A moment as programs read it.
#[askama::filter_fn]
pub(crate) fn machine_time(
    time: &DateTime<Utc>,
    _: &dyn askama::Values,
) -> askama::Result<Safe<String>> {
    Ok(Safe(machine(time)))
}

/// How many bids, in words.
#[askama::filter_fn]
pub(crate) fn bids(count: &i64, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(match count {
        0 => "no bids yet".to_owned(),
        1 => "1 bid".to_owned(),
        many => format!("{many} bids"),
    })
}

/// The address of an embedded file, which changes with its content.
#[askama::filter_fn]
pub(crate) fn asset(name: &str, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    Ok(Safe(assets::address(name)))
}

/// Money as text for sentences: `1,250.00 USD`.
pub(crate) fn spoken(amount: &Money) -> String {
    format!("{} {}", grouped(amount), amount.currency())
}

fn machine(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn time_element(time: &DateTime<Utc>, format: &str) -> String {
    let (machine, human) = (machine(time), time.format(format));
    format!(r#"<time datetime="{machine}">{human}</time>"#)
}

/// An amount with its thousands apart, without its currency.
pub(crate) fn grouped(amount: &Money) -> String {
    apart(&amount.amount().to_string())
}

/// A plain decimal with its thousands apart.
fn apart(plain: &str) -> String {
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(plain) => ("−", plain),
        None => ("", plain),
    };
    let (whole, decimals) = match plain.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (plain, None),
    };
    let mut text = String::with_capacity(plain.len() + whole.len() / 3 + 1);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("USD", "0", "0.00 USD")]
    #[case("USD", "999.5", "999.50 USD")]
    #[case("USD", "1250", "1,250.00 USD")]
    #[case("KRW", "1234567", "1,234,567 KRW")]
    #[case("KWD", "1000.125", "1,000.125 KWD")]
    fn thousands_stand_apart(#[case] code: &str, #[case] amount: &str, #[case] text: &str) {
        assert_eq!(spoken(&Money::parse_with_code(code, amount).unwrap()), text);
    }
}

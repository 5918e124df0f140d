//! Lots over the API.

use std::net::SocketAddr;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::json;

use crate::calls;
use crate::house::Person;
use crate::wire::Shown;

/// Enough connections to keep the server busy while lots are made.
const AT_ONCE: usize = 16;
const PAGE: usize = 100;

/// An amount as the API tells it, in the currency that all lots here have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Amount<'a> {
    /// A decimal with two digits after the point.
    pub amount: &'a str,
}

impl Amount<'_> {
    /// In cents.
    pub fn cents(&self) -> anyhow::Result<i64> {
        cents(self.amount)
    }
}

/// A lot's bid as its history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoricBid {
    /// Its place.
    pub sequence: i64,
    /// How much, in cents.
    pub amount: i64,
}

/// When a lot was to end, and when it did.
#[derive(Debug, Clone, Deserialize)]
pub struct Ending {
    /// When bids became too late.
    pub ends_at: DateTime<Utc>,
    /// When the hammer fell.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Puts up lots that end at these moments; returns their ids.
pub fn put_up(
    address: SocketAddr,
    seller: &Person,
    ends: impl Iterator<Item = DateTime<Utc>>,
) -> anyhow::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct New {
        id: String,
    }
    let requests = ends.enumerate().map(|(number, end)| {
        let body = json!({
            "title": format!("Lot {number}"),
            "starting_price": {"amount": "1.00", "currency": "USD"},
            "ends_at": end.to_rfc3339_opts(SecondsFormat::Micros, true),
        });
        calls::post("/api/auctions", Shown::Token(&seller.token), &body)
    });
    let replies = calls::all(address, requests.collect(), AT_ONCE)?;
    let ids = replies.iter().map(|reply| Ok(reply.read::<New>(201)?.id));
    ids.collect()
}

/// All bids on a lot, the first one first.
pub fn history(address: SocketAddr, lot: &str) -> anyhow::Result<Vec<HistoricBid>> {
    #[derive(Deserialize)]
    struct Money {
        amount: String,
    }
    #[derive(Deserialize)]
    struct Bid {
        sequence: i64,
        amount: Money,
    }
    let path = format!("/api/auctions/{lot}/bids");
    let mut bids = all_pages::<Bid>(address, &path, Shown::Nothing)?
        .into_iter()
        .map(|bid| {
            Ok(HistoricBid {
                sequence: bid.sequence,
                amount: cents(&bid.amount.amount)?,
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    bids.reverse();
    Ok(bids)
}

/// When the seller's lots ended.
pub fn endings(address: SocketAddr, seller: &Person) -> anyhow::Result<Vec<Ending>> {
    all_pages(address, "/api/my/lots", Shown::Token(&seller.token))
}

fn all_pages<T: for<'de> Deserialize<'de>>(
    address: SocketAddr,
    path: &str,
    shown: Shown<'_>,
) -> anyhow::Result<Vec<T>> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    struct List<T> {
        items: Vec<T>,
        next: Option<String>,
    }
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let page = format!("{path}?limit={PAGE}{after}");
        let reply = calls::one(address, calls::get(&page, shown))?;
        let list: List<T> = serde_json::from_slice({
            reply.expect(200)?;
            &reply.body
        })
        .context("the list is not what it should be")?;
        items.extend(list.items);
        match list.next {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(items),
        }
    }
}

/// Cents of a decimal with two digits after the point.
pub fn cents(amount: &str) -> anyhow::Result<i64> {
    let parts = amount.split_once('.').filter(|(_, cents)| cents.len() == 2);
    let (whole, cents) = parts.with_context(|| format!("'{amount}' has no cents"))?;
    Ok(whole.parse::<i64>()? * 100 + cents.parse::<i64>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_cents() {
        assert_eq!(cents("15.99").unwrap(), 1_599);
        assert_eq!(cents("100.05").unwrap(), 10_005);
        assert!(cents("100").is_err());
        assert!(cents("1.5").is_err());
    }
}

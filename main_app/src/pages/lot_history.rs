//! The bids on a lot as its page shows them.

use std::collections::HashMap;

use auctions::{BidId, BidView, BidderId};
use chrono::{DateTime, Utc};
use foundation::Money;

use super::lot_view::Lot;

/// As many bids as the page shows.
pub(crate) const SHOWN_BIDS: usize = 100;

/// A bid as the page shows it.
pub(crate) struct ShownBid {
    pub(crate) id: BidId,
    pub(crate) sequence: i64,
    pub(crate) who: String,
    pub(crate) is_mine: bool,
    pub(crate) leads: bool,
    pub(crate) stands: bool,
    pub(crate) placed_at: DateTime<Utc>,
    pub(crate) amount: Money,
}

/// Bidders appear under letters in the order of their first bids: who they are is nobody's business, nor that
/// somebody bids on several lots. Paddles are known for the eyes of staff only.
pub(crate) fn shown(
    lot: &Lot,
    bids: Vec<BidView>,
    viewer: Option<BidderId>,
    paddles: &HashMap<BidderId, i64>,
) -> Vec<ShownBid> {
    let is_whole = bids.len() < SHOWN_BIDS;
    let mut known: Vec<BidderId> = Vec::new();
    for bid in bids.iter().rev() {
        if !known.contains(&bid.bidder) {
            known.push(bid.bidder);
        }
    }
    let name = |bidder| {
        let position = known.iter().position(|other| *other == bidder);
        let name = match position.and_then(letters) {
            _ if Some(bidder) == viewer => "You".to_owned(),
            Some(letters) if is_whole => format!("Bidder {letters}"),
            Some(_) | None => "Another bidder".to_owned(),
        };
        match paddles.get(&bidder) {
            Some(paddle) => format!("{name} (paddle {paddle})"),
            None => name,
        }
    };
    // With proxy bidding the newest bid may be one that the leader's maximum has beaten.
    let leading = bids
        .iter()
        .find(|bid| bid.withdrawn_at.is_none() && lot.is_led_by(bid.bidder))
        .map(|bid| bid.id);
    let shown = bids.into_iter().map(|bid| ShownBid {
        id: bid.id,
        sequence: bid.sequence,
        who: name(bid.bidder),
        is_mine: Some(bid.bidder) == viewer,
        leads: Some(bid.id) == leading,
        stands: bid.withdrawn_at.is_none(),
        placed_at: bid.placed_at,
        amount: bid.amount,
    });
    shown.collect()
}

/// A, B, … Z, AA, AB, …
fn letters(position: usize) -> Option<String> {
    let letter = |index: usize| char::from_u32(u32::from(b'A') + u32::try_from(index).ok()?);
    let last = letter(position % 26)?;
    match (position / 26).checked_sub(1) {
        None => Some(last.to_string()),
        Some(before) => Some(letters(before)? + &last.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn there_is_a_letter_for_every_bidder() {
        let names: Vec<String> = [0, 25, 26, 51, 52]
            .into_iter()
            .filter_map(letters)
            .collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA"]);
    }
}

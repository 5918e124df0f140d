//! One bid, as the lot's history keeps it.

use chrono::{DateTime, Utc};

use crate::ids::{BidId, BidderId};

/// An accepted bid. It is never deleted, but may be withdrawn.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bid {
    pub(crate) id: BidId,
    /// The line of the log that accepted it: its place among all commands on the lot.
    pub(crate) line: i64,
    /// Its place among the bids that everybody sees, counted from 1. A leader who raises the own maximum
    /// without moving the price has none.
    pub(crate) number: Option<i64>,
    pub(crate) bidder: BidderId,
    /// What was bid, in minor units. With proxy bidding nobody else may see it.
    pub(crate) maximum: i64,
    /// The price that the bid left.
    pub(crate) price: i64,
    pub(crate) placed_at: DateTime<Utc>,
    pub(crate) withdrawn: bool,
}

/// Without the maximum.
impl std::fmt::Debug for Bid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bid")
            .field("id", &self.id)
            .field("line", &self.line)
            .field("number", &self.number)
            .field("bidder", &self.bidder)
            .field("price", &self.price)
            .field("placed_at", &self.placed_at)
            .field("withdrawn", &self.withdrawn)
            .finish_non_exhaustive()
    }
}

/// Bids taken back by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    pub(crate) bids: Vec<BidId>,
    pub(crate) at: DateTime<Utc>,
    /// The staff member who did it and why; nothing when the bidder did.
    pub(crate) by_staff: Option<(String, String)>,
}

//! One bid, as the lot's history keeps it.

use chrono::{DateTime, Utc};
use foundation::Money;

use crate::ids::{BidId, BidderId};

/// An accepted bid. It is never deleted, but may be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bid {
    pub(crate) id: BidId,
    /// Its place among the bids of its lot, counted from 1.
    pub(crate) sequence: i64,
    pub(crate) bidder: BidderId,
    pub(crate) amount: Money,
    pub(crate) placed_at: DateTime<Utc>,
    pub(crate) withdrawn: bool,
}

/// Bids taken back by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    pub(crate) bids: Vec<BidId>,
    pub(crate) at: DateTime<Utc>,
    /// The staff member who did it and why; nothing when the bidder did.
    pub(crate) by_staff: Option<(String, String)>,
}

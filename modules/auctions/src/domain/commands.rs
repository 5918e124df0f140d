//! What the auction room can be asked to do, and what it answers.

use chrono::{DateTime, Utc};
use foundation::Money;

use super::lot_text::{AuctionTitle, LotDescription};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};

/// Puts a lot up for bids, from now on.
#[derive(Debug, Clone)]
pub struct BeginAuction {
    /// The id of the new auction, chosen by the caller so that a repeated command is recognised.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: AuctionTitle,
    /// What is said about it.
    pub description: LotDescription,
    /// The least first bid. Its currency is the lot's.
    pub starting_price: Money,
    /// By how much a bid must exceed the price; one minor unit (a cent) unless given.
    pub increment: Option<Money>,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
}

/// Bids on a lot.
#[derive(Debug, Clone)]
pub struct PlaceBid {
    /// The auction.
    pub auction: AuctionId,
    /// Who bids.
    pub bidder: BidderId,
    /// How much.
    pub amount: Money,
    /// When the server received the bid, stamped once: this decides whether it is in time.
    pub arrived_at: DateTime<Utc>,
}

/// What became of a bid. One that is too low has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the bid is now the highest.
    pub is_winner: bool,
    /// The price, as this bid leaves it.
    pub current_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
    /// How many bids the lot has ever accepted, this one included when it won. Of two answers about one
    /// lot, the greater number is the newer one.
    pub sequence: i64,
}

/// Takes bids back.
#[derive(Debug, Clone)]
pub struct WithdrawBids {
    /// The auction.
    pub auction: AuctionId,
    /// Who withdraws, and what.
    pub by: WithdrawnBy,
}

/// Who withdraws bids.
#[derive(Debug, Clone)]
pub enum WithdrawnBy {
    /// The bidder: all of their bids while more than twelve hours are left, later only the latest.
    Bidder(BidderId),
    /// Staff: any bids.
    Staff {
        /// The bids.
        bids: Vec<BidId>,
        /// Who of the staff.
        staff: String,
        /// Why, in up to 500 characters: those affected are told.
        reason: String,
    },
}

/// What became of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// The bids that no longer count.
    pub bids: Vec<BidId>,
    /// The price as recomputed from the bids that remain.
    pub current_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
}

/// Lets the hammer fall on a lot that is due.
#[derive(Debug, Clone)]
pub struct EndAuction {
    /// The auction.
    pub auction: AuctionId,
}

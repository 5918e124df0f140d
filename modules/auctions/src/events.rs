//! What this module tells the others.

use chrono::{DateTime, Utc};
use foundation::{AnyEvent, Event, Money};
use serde::{Deserialize, Serialize};

use crate::ids::{AuctionId, BidderId, SellerId};

/// A lot is open for bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionBegan {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// The least first bid.
    pub starting_price: Money,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
}

/// A bid changed the price or the leader. With proxy bidding the leader may be the one from before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WinningBidPlaced {
    /// The auction.
    pub auction: AuctionId,
    /// Who leads now.
    pub bidder: BidderId,
    /// What the lot is called.
    pub title: String,
    /// The price now.
    pub price: Money,
    /// The least next bid.
    pub minimum_next: Money,
}

/// Whoever led does so no more, because somebody else bid higher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidderHasBeenOverbid {
    /// The auction.
    pub auction: AuctionId,
    /// Who led before.
    pub bidder: BidderId,
    /// What the lot is called.
    pub title: String,
    /// The price now.
    pub new_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
}

/// Bids were withdrawn, and the standing was recomputed from what remains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidsWithdrawn {
    /// The auction.
    pub auction: AuctionId,
    /// What the lot is called.
    pub title: String,
    /// Whoever lost bids, and whoever leads because of it or no longer meets the reserve; each once.
    pub affected: Vec<BidderId>,
    /// Who leads now.
    pub leader: Option<BidderId>,
    /// The price now; it may have fallen.
    pub new_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
    /// Why staff withdrew the bids; nothing when the bidder did.
    pub reason: Option<String>,
}

/// The hammer fell. It falls once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionEnded {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Who bought; nobody when there was no bid.
    pub winner: Option<BidderId>,
    /// The hammer price; where the lot was not sold, the price that was reached.
    pub price: Money,
    /// Whether the reserve was met, where there was one.
    #[serde(default)]
    pub reserve_met: Option<bool>,
}

/// A bid in the last minutes moved the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionExtended {
    /// The auction.
    pub auction: AuctionId,
    /// What the lot is called.
    pub title: String,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
}

/// A lot was taken off before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionCancelled {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Everybody who has bid on it.
    pub bidders: Vec<BidderId>,
    /// Why.
    pub reason: String,
}

/// A lot that was not paid or not sold is offered to the next bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChanceOffered {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Who is asked.
    pub bidder: BidderId,
    /// The bidder's own highest bid.
    pub price: Money,
    /// Until when the bidder may answer.
    pub expires_at: DateTime<Utc>,
}

/// The bidder buys the lot that was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChanceAccepted {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Who buys.
    pub bidder: BidderId,
    /// For how much.
    pub price: Money,
}

/// The bidder does not want the lot that was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChanceDeclined {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Who was asked.
    pub bidder: BidderId,
}

/// The bidder did not answer in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChanceExpired {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: String,
    /// Who was asked.
    pub bidder: BidderId,
}

/// A timer: nobody may have answered the second chance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChanceDue {
    /// The auction.
    pub auction: AuctionId,
    /// Which of the lot's second chances, counted from 1.
    pub number: usize,
}

/// A timer: the auction is to be ended now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingDue {
    /// The auction.
    pub auction: AuctionId,
}

impl Event for AuctionBegan {
    const NAME: &'static str = "auctions.auction_began";
}

impl Event for WinningBidPlaced {
    const NAME: &'static str = "auctions.winning_bid_placed";
}

impl Event for BidderHasBeenOverbid {
    const NAME: &'static str = "auctions.bidder_has_been_overbid";
}

impl Event for BidsWithdrawn {
    const NAME: &'static str = "auctions.bids_withdrawn";
}

impl Event for AuctionEnded {
    const NAME: &'static str = "auctions.auction_ended";
}

impl Event for ClosingDue {
    const NAME: &'static str = "auctions.closing_due";
}

impl Event for AuctionExtended {
    const NAME: &'static str = "auctions.auction_extended";
}

impl Event for AuctionCancelled {
    const NAME: &'static str = "auctions.auction_cancelled";
}

impl Event for SecondChanceOffered {
    const NAME: &'static str = "auctions.second_chance_offered";
}

impl Event for SecondChanceAccepted {
    const NAME: &'static str = "auctions.second_chance_accepted";
}

impl Event for SecondChanceDeclined {
    const NAME: &'static str = "auctions.second_chance_declined";
}

impl Event for SecondChanceExpired {
    const NAME: &'static str = "auctions.second_chance_expired";
}

impl Event for SecondChanceDue {
    const NAME: &'static str = "auctions.second_chance_due";
}

/// Any event of an auction, as the aggregate records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuctionEvent {
    Began(AuctionBegan),
    WinningBidPlaced(WinningBidPlaced),
    BidderOverbid(BidderHasBeenOverbid),
    BidsWithdrawn(BidsWithdrawn),
    Extended(AuctionExtended),
    Cancelled(AuctionCancelled),
    Ended(AuctionEnded),
    SecondChanceOffered(SecondChanceOffered),
    SecondChanceAccepted(SecondChanceAccepted),
    SecondChanceDeclined(SecondChanceDeclined),
    SecondChanceExpired(SecondChanceExpired),
}

impl AuctionEvent {
    /// The event as the bus takes it.
    pub(crate) fn as_any_event(&self) -> &dyn AnyEvent {
        match self {
            Self::Began(event) => event,
            Self::WinningBidPlaced(event) => event,
            Self::BidderOverbid(event) => event,
            Self::BidsWithdrawn(event) => event,
            Self::Extended(event) => event,
            Self::Cancelled(event) => event,
            Self::Ended(event) => event,
            Self::SecondChanceOffered(event) => event,
            Self::SecondChanceAccepted(event) => event,
            Self::SecondChanceDeclined(event) => event,
            Self::SecondChanceExpired(event) => event,
        }
    }
}

//! Why the auction room says no.

use chrono::{DateTime, Utc};
use foundation::{Currency, Failure};

use super::lot_text::InvalidLotText;
use crate::ids::BidId;

/// Why an auction did not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginAuctionError {
    /// The end is not in the future.
    #[error("an auction must end in the future")]
    EndingInThePast,
    /// The end is further away than any auction lasts.
    #[error("an auction must end within ten years")]
    EndingTooFarAway,
    /// The starting price is zero.
    #[error("the starting price must be more than zero")]
    PriceNotPositive,
    /// The starting price leaves no room for a higher bid.
    #[error("the starting price is too large")]
    PriceTooLarge,
    /// The increment is zero.
    #[error("the increment must be more than zero")]
    IncrementNotPositive,
    /// The increment is in another currency than the starting price.
    #[error("the increment must be in {expected}, as the starting price is")]
    CurrencyMismatch {
        /// The currency of the starting price.
        expected: Currency,
    },
    /// An auction of this id has begun before.
    #[error("this auction has already begun")]
    AlreadyBegun,
    /// The machinery failed.
    #[error("the auction could not begin")]
    Unexpected(#[from] Failure),
}

/// Why a bid was not even considered. One that is too low is considered: see [`Verdict`](super::Verdict).
#[derive(Debug, thiserror::Error)]
pub enum PlaceBidError {
    /// There is no such auction.
    #[error("there is no such auction")]
    NotFound,
    /// The bid arrived after the end.
    #[error("the auction has ended")]
    HasEnded,
    /// Sellers do not bid on their own lots.
    #[error("a seller may not bid on their own lot")]
    OwnLot,
    /// The bid is in another currency than the lot.
    #[error("bids on this lot must be in {expected}")]
    WrongCurrency {
        /// The lot's currency.
        expected: Currency,
    },
    /// The bid leaves no room for a higher one.
    #[error("the bid is too large")]
    AmountTooLarge,
    /// The machinery failed.
    #[error("the bid could not be placed")]
    Unexpected(#[from] Failure),
}

/// Why no bid was withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawBidsError {
    /// There is no such auction.
    #[error("there is no such auction")]
    NotFound,
    /// A lot that has ended cannot be changed.
    #[error("the auction has ended")]
    HasEnded,
    /// The bidder has no bid on this lot that stands, or staff named none.
    #[error("there is no bid to withdraw")]
    NothingToWithdraw,
    /// In the last twelve hours a bidder may withdraw only the latest bid, within an hour of placing it.
    #[error("the latest bid was placed more than an hour ago and can no longer be withdrawn")]
    TooLate,
    /// The lot has no such bid.
    #[error("the lot has no bid {0}")]
    UnknownBid(BidId),
    /// The bid was withdrawn before.
    #[error("bid {0} has already been withdrawn")]
    AlreadyWithdrawn(BidId),
    /// Staff must say why.
    #[error("the reason was refused")]
    BadReason(#[source] InvalidLotText),
    /// The machinery failed.
    #[error("the bids could not be withdrawn")]
    Unexpected(#[from] Failure),
}

/// Why an auction was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndAuctionError {
    /// There is no such auction.
    #[error("there is no such auction")]
    NotFound,
    /// Bids that arrived in time may still be waiting for their turn.
    #[error("the auction is not due to end before {due_at}")]
    NotDueYet {
        /// From this moment on it may be ended.
        due_at: DateTime<Utc>,
    },
    /// The hammer falls once.
    #[error("the auction has already ended")]
    AlreadyEnded,
    /// The machinery failed.
    #[error("the auction could not be ended")]
    Unexpected(#[from] Failure),
}

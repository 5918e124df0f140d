//! Why the auction room says no.

use chrono::{DateTime, Utc};
use foundation::{Currency, Failure, MoneyError};
use serde::{Deserialize, Serialize};

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
    /// Bidding would begin in the past.
    #[error("bidding must not begin in the past")]
    OpeningInThePast,
    /// Bidding would begin when it is over.
    #[error("bidding must begin before it ends")]
    OpeningAfterTheEnd,
    /// The starting price is zero.
    #[error("the starting price must be more than zero")]
    PriceNotPositive,
    /// A price leaves no room for a higher bid.
    #[error("the price is too large")]
    PriceTooLarge,
    /// The reserve is below the starting price.
    #[error("the reserve must not be below the starting price")]
    ReserveBelowStart,
    /// The lot could be bought at once for less than it may be sold for.
    #[error("the price to buy now must not be below the starting price or the reserve")]
    BuyNowTooLow,
    /// Amounts are in different currencies.
    #[error("all amounts of this lot must be in {expected}")]
    CurrencyMismatch {
        /// The currency of the starting price.
        expected: Currency,
    },
    /// There is no such sale.
    #[error("there is no such sale")]
    NoSuchSale,
    /// The sale is in another currency.
    #[error("lots of this sale must be in {expected}")]
    NotTheSalesCurrency {
        /// The currency of the sale.
        expected: Currency,
    },
    /// The lot would open before its sale.
    #[error("a lot must not open before its sale")]
    OpeningBeforeTheSale,
    /// An auction of this id has begun before.
    #[error("this auction has already begun")]
    AlreadyBegun,
    /// The machinery failed.
    #[error("the auction could not begin")]
    Unexpected(#[from] Failure),
}

/// Which rule a command on a lot broke. It changed nothing but the lot's log, where it is written down.
///
/// One enum for all commands, because one engine decides them and one log keeps what it decided: the names
/// here are the words of the log and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Bidding has not begun.
    #[error("bidding on this lot has not begun")]
    NotOpenYet,
    /// A lot that has ended cannot be changed.
    #[error("the auction has ended")]
    HasEnded,
    /// Sellers do not bid on their own lots.
    #[error("a seller may not bid on their own lot")]
    OwnLot,
    /// In a sale, only approved paddles bid.
    #[error("only bidders with an approved paddle of this sale may bid")]
    NotAdmitted,
    /// The bid leaves no room for a higher one.
    #[error("the bid is too large")]
    AmountTooLarge,
    /// The bid is below the least next one.
    #[error("the bid is too low")]
    TooLow,
    /// The lot has no price to buy now, or the bidding has gone past it.
    #[error("this lot cannot be bought at once")]
    NotForSaleAtOnce,
    /// There is no bid that stands, or staff named none.
    #[error("there is no bid to withdraw")]
    NothingToWithdraw,
    /// In the last twelve hours a bidder may withdraw only the latest bid, within an hour of placing it.
    #[error("the latest bid was placed more than an hour ago and can no longer be withdrawn")]
    TooLateToWithdraw,
    /// A bid that staff named was withdrawn before.
    #[error("one of these bids has already been withdrawn")]
    AlreadyWithdrawn,
    /// This is the seller's to do.
    #[error("only the seller of this lot may do that")]
    NotYourLot,
    /// After the first bid only staff cancel a lot.
    #[error("a lot that has been bid on can only be cancelled by the house")]
    HasBids,
    /// The lot is sold at any price.
    #[error("this lot has no reserve")]
    NoReserve,
    /// A reserve that is met stays.
    #[error("the reserve is already met")]
    ReserveMet,
    /// A reserve may only be lowered.
    #[error("the reserve may only be lowered")]
    ReserveNotLower,
    /// A reserve below the starting price would mean nothing.
    #[error("the reserve must not be below the starting price")]
    ReserveBelowStart,
    /// Bids that arrived in time may still be waiting for their turn.
    #[error("the auction is not due to end yet")]
    NotDueYet,
    /// A second chance comes after the end.
    #[error("the auction has not ended")]
    NotEnded,
    /// The lot has a buyer.
    #[error("this lot is sold")]
    Sold,
    /// The lot was not sold to anybody who could fail to pay.
    #[error("this lot was not sold")]
    NotSold,
    /// One offer is live at a time.
    #[error("a second chance is already offered")]
    OfferOpen,
    /// Nobody is left who has not been asked.
    #[error("there is no further bidder to offer this lot to")]
    NobodyToOffer,
    /// The next bidder has bid less than the reserve, for which only the seller may give the lot.
    #[error("the next bidder's highest bid is below the reserve")]
    BelowReserve,
    /// There is no open offer to this person.
    #[error("there is no offer to answer")]
    NoOffer,
    /// The answer comes too late.
    #[error("the offer has expired")]
    OfferExpired,
    /// The offer still stands.
    #[error("the offer has not expired yet")]
    OfferNotOver,
}

/// Why a command on a lot was not carried out. A bid that is too low is not among these: see
/// [`Verdict`](super::Verdict).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such auction.
    #[error("there is no such auction")]
    NotFound,
    /// The amount is in another currency than the lot.
    #[error("amounts on this lot must be in {expected}")]
    WrongCurrency {
        /// The lot's currency.
        expected: Currency,
    },
    /// The amount is none in the lot's currency.
    #[error("the amount was refused")]
    BadAmount(#[source] MoneyError),
    /// The lot has no such bid.
    #[error("the lot has no bid {0}")]
    UnknownBid(BidId),
    /// Staff must say why.
    #[error("the reason was refused")]
    BadReason(#[source] InvalidLotText),
    /// Another bid of this bidder on this lot has the same key.
    #[error("this idempotency key belongs to another bid")]
    KeyReused,
    /// A rule of the auction room.
    #[error(transparent)]
    Refused(#[from] Refusal),
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

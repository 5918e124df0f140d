//! Refusals of the auction room.

use actix_web::http::StatusCode;
use auctions::{BeginAuctionError, CommandError, DeskError, EndAuctionError, Refusal};

use super::{
    AUCTION_HAS_ENDED, INVALID_FIELDS, NOT_DUE, NOT_FOUND, NOT_WITHDRAWABLE, OWN_LOT, UNAVAILABLE,
    WRONG_CURRENCY, WRONG_STATE,
};
use crate::http::problem::{Kind, Problem};

/// Bidding has not begun.
const NOT_OPEN_YET: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-open-yet",
    "Bidding on this lot has not begun",
);
/// In a sale, only approved paddles bid.
const NO_PADDLE: Kind = Kind::new(
    StatusCode::FORBIDDEN,
    "no-paddle",
    "You have no approved paddle for this sale",
);
/// The lot cannot be bought at once.
const NO_BUY_NOW: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-buy-now",
    "This lot cannot be bought at once",
);
/// An idempotency key is used for another bid.
const KEY_REUSED: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "idempotency-key-reused",
    "This idempotency key belongs to another bid",
);
/// A rule of lowering reserves.
const RESERVE_RULE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "reserve-rule",
    "The reserve cannot be changed like that",
);
/// After the first bid only staff cancel.
const LOT_HAS_BIDS: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "lot-has-bids",
    "This lot has been bid on",
);
/// A rule of second chances.
const NO_SECOND_CHANCE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-second-chance",
    "There is no such second chance",
);

impl From<BeginAuctionError> for Problem {
    fn from(error: BeginAuctionError) -> Self {
        let field = match error {
            BeginAuctionError::EndingInThePast | BeginAuctionError::EndingTooFarAway => "ends_at",
            BeginAuctionError::OpeningInThePast
            | BeginAuctionError::OpeningAfterTheEnd
            | BeginAuctionError::OpeningBeforeTheSale => "opens_at",
            BeginAuctionError::PriceNotPositive | BeginAuctionError::PriceTooLarge => {
                "starting_price"
            }
            BeginAuctionError::ReserveBelowStart => "reserve",
            BeginAuctionError::BuyNowTooLow => "buy_now",
            BeginAuctionError::NoSuchSale => "sale",
            BeginAuctionError::CurrencyMismatch { .. } => {
                return Self::new(WRONG_CURRENCY, &error).at("increment", &error);
            }
            BeginAuctionError::NotTheSalesCurrency { .. } => {
                return Self::new(WRONG_CURRENCY, &error).at("starting_price", &error);
            }
            BeginAuctionError::AlreadyBegun => return Self::new(WRONG_STATE, &error),
            BeginAuctionError::Unexpected(failure) => return failure.into(),
        };
        Self::new(INVALID_FIELDS, &error).at(field, &error)
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::NotFound => Self::not_found("auction"),
            CommandError::WrongCurrency { .. } => {
                Self::new(WRONG_CURRENCY, &error).at("currency", &error)
            }
            CommandError::BadAmount(rule) => Self::new(INVALID_FIELDS, &rule).at("amount", &rule),
            CommandError::UnknownBid(_) => Self::new(NOT_WITHDRAWABLE, &error).at("bids", &error),
            CommandError::BadReason(rule) => Self::new(INVALID_FIELDS, &rule).at("reason", &rule),
            CommandError::KeyReused => Self::new(KEY_REUSED, &error),
            CommandError::Refused(refusal) => refusal.into(),
        }
    }
}

/// The problem of a command whose amount is a reserve.
pub fn about_the_reserve(error: CommandError) -> Problem {
    if let CommandError::WrongCurrency { .. } = error {
        return Problem::new(WRONG_CURRENCY, &error).at("reserve", &error);
    }
    error.into()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::NotOpenYet => NOT_OPEN_YET,
            Refusal::HasEnded => AUCTION_HAS_ENDED,
            Refusal::OwnLot => OWN_LOT,
            Refusal::NotAdmitted => NO_PADDLE,
            Refusal::AmountTooLarge | Refusal::TooLow => {
                return Self::new(INVALID_FIELDS, refusal).at("amount", refusal);
            }
            Refusal::NotForSaleAtOnce => NO_BUY_NOW,
            Refusal::NothingToWithdraw | Refusal::TooLateToWithdraw | Refusal::AlreadyWithdrawn => {
                NOT_WITHDRAWABLE
            }
            // Whose lot it is, is nobody else's business.
            Refusal::NotYourLot => NOT_FOUND,
            Refusal::HasBids => LOT_HAS_BIDS,
            Refusal::NoReserve
            | Refusal::ReserveMet
            | Refusal::ReserveNotLower
            | Refusal::ReserveBelowStart => RESERVE_RULE,
            Refusal::NotDueYet => NOT_DUE,
            Refusal::NotEnded
            | Refusal::Sold
            | Refusal::NotSold
            | Refusal::OfferOpen
            | Refusal::NobodyToOffer
            | Refusal::BelowReserve
            | Refusal::NoOffer
            | Refusal::OfferExpired
            | Refusal::OfferNotOver => NO_SECOND_CHANCE,
        };
        Self::new(kind, refusal)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Full => {
                Self::new(UNAVAILABLE, "Too many bids are waiting; try again.").retry_after(1)
            }
            DeskError::Closed => {
                Self::new(UNAVAILABLE, "The house is closing; try again.").retry_after(5)
            }
            DeskError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<EndAuctionError> for Problem {
    fn from(error: EndAuctionError) -> Self {
        match error {
            EndAuctionError::NotFound => Self::not_found("auction"),
            EndAuctionError::NotDueYet { .. } => Self::new(NOT_DUE, &error),
            EndAuctionError::AlreadyEnded => Self::new(AUCTION_HAS_ENDED, &error),
            EndAuctionError::Unexpected(failure) => failure.into(),
        }
    }
}

//! Refusals of the auction room.

use auctions::{BeginAuctionError, EndAuctionError, PlaceBidError, WithdrawBidsError};

use crate::http::problem::Problem;

use super::{
    AUCTION_HAS_ENDED, INVALID_FIELDS, NOT_DUE, NOT_WITHDRAWABLE, OWN_LOT, WRONG_CURRENCY,
    WRONG_STATE,
};

impl From<BeginAuctionError> for Problem {
    fn from(error: BeginAuctionError) -> Self {
        let field = match error {
            BeginAuctionError::EndingInThePast | BeginAuctionError::EndingTooFarAway => "ends_at",
            BeginAuctionError::PriceNotPositive | BeginAuctionError::PriceTooLarge => {
                "starting_price"
            }
            BeginAuctionError::IncrementNotPositive => "increment",
            BeginAuctionError::CurrencyMismatch { .. } => {
                return Self::new(WRONG_CURRENCY, &error).at("increment", &error);
            }
            BeginAuctionError::AlreadyBegun => return Self::new(WRONG_STATE, &error),
            BeginAuctionError::Unexpected(failure) => return failure.into(),
        };
        Self::new(INVALID_FIELDS, &error).at(field, &error)
    }
}

impl From<PlaceBidError> for Problem {
    fn from(error: PlaceBidError) -> Self {
        match error {
            PlaceBidError::NotFound => Self::not_found("auction"),
            PlaceBidError::HasEnded => Self::new(AUCTION_HAS_ENDED, &error),
            PlaceBidError::OwnLot => Self::new(OWN_LOT, &error),
            PlaceBidError::WrongCurrency { .. } => {
                Self::new(WRONG_CURRENCY, &error).at("currency", &error)
            }
            PlaceBidError::AmountTooLarge => Self::new(INVALID_FIELDS, &error).at("amount", &error),
            PlaceBidError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<WithdrawBidsError> for Problem {
    fn from(error: WithdrawBidsError) -> Self {
        match error {
            WithdrawBidsError::NotFound => Self::not_found("auction"),
            WithdrawBidsError::HasEnded => Self::new(AUCTION_HAS_ENDED, &error),
            WithdrawBidsError::NothingToWithdraw
            | WithdrawBidsError::TooLate
            | WithdrawBidsError::AlreadyWithdrawn(_) => Self::new(NOT_WITHDRAWABLE, &error),
            WithdrawBidsError::UnknownBid(_) => {
                Self::new(NOT_WITHDRAWABLE, &error).at("bids", &error)
            }
            WithdrawBidsError::BadReason(rule) => {
                Self::new(INVALID_FIELDS, &rule).at("reason", &rule)
            }
            WithdrawBidsError::Unexpected(failure) => failure.into(),
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

//! The rules of the auction room: pure, without clock, database or framework.

mod auction;
mod bid;
mod commands;
mod lot_text;
mod refusals;
mod standing;
#[cfg(test)]
mod tests;
mod withdrawal;

pub(crate) use auction::{Auction, AuctionState, Changes, Ending};
pub(crate) use bid::{Bid, Withdrawal};
pub use commands::{
    BeginAuction, EndAuction, PlaceBid, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
pub use lot_text::{AuctionTitle, InvalidLotText, LotDescription};
pub use refusals::{BeginAuctionError, EndAuctionError, PlaceBidError, WithdrawBidsError};
pub(crate) use standing::{Standing, Terms};

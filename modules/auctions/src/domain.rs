//! The rules of the auction room: pure, without clock, database or framework.

mod auction;
mod bid;
mod commands;
mod increments;
mod lot_text;
mod refusals;
mod soft_close;
mod standing;
#[cfg(test)]
mod tests;
mod withdrawal;

pub(crate) use auction::{Auction, AuctionState, Changes, Ending};
pub(crate) use bid::{Bid, Withdrawal};
pub use commands::{
    BeginAuction, EndAuction, PlaceBid, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
pub use increments::{Band, Increments, InvalidIncrements};
pub use lot_text::{AuctionTitle, InvalidLotText, LotDescription};
pub use refusals::{BeginAuctionError, EndAuctionError, PlaceBidError, WithdrawBidsError};
pub use soft_close::{InvalidSoftClose, SoftClose};
pub(crate) use standing::{Standing, Terms};

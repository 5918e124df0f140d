//! The rules of the auction room: pure, without clock, database or framework.

mod announcements;
mod auction;
mod bid;
mod commands;
mod increments;
mod log;
mod lot;
mod lot_text;
mod refusals;
mod rules;
mod secrecy;
mod soft_close;
mod standing;
mod terms;
#[cfg(test)]
mod tests;
mod verify;
mod withdrawal;

pub(crate) use auction::{Auction, AuctionState, Changes};
pub(crate) use bid::{Bid, Withdrawal};
pub use commands::{
    AnswerSecondChance, BeginAuction, BidAmount, Bought, BuyNow, CancelAuction, CancelledBy,
    EndAuction, IdempotencyKey, InvalidIdempotencyKey, LowerReserve, OfferSecondChance, PlaceBid,
    SecondChance, SecondChanceReason, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
pub use increments::{Band, Increments, InvalidIncrements};
pub(crate) use log::{BoardState, Entry, EntryCommand, Line, LogHead};
pub(crate) use lot::{EndResult, Ending, Lot, Offer};
pub use lot::OfferState;
pub use lot_text::{AuctionTitle, InvalidLotText, LotDescription};
pub use refusals::{BeginAuctionError, CommandError, EndAuctionError, Refusal};
pub(crate) use secrecy::{LotSecret, hex};
pub use soft_close::{InvalidSoftClose, SoftClose};
pub(crate) use standing::{Place, Standing};
pub use terms::{Bidding, LotTerms, SoftCloseChoice};
pub(crate) use terms::{Reserve, SaleRules, Terms};
pub(crate) use verify::{ExportedLine, Opening};
pub use verify::{Break, BrokenLog, LotLog, VerifiedLot, verify_log};

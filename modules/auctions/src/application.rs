//! Use cases, the ports they need, and the read models.

mod auctions;
mod begin_auction;
mod commands;
mod end_auction;
mod place_bids;
mod queries;

use crate::domain::CommandError;

pub(crate) use auctions::{Auctions, BidKey};
pub(crate) use begin_auction::{begin_auction, fresh_secret};
pub(crate) use commands::{
    answer_second_chance, buy_now, cancel_auction, expire_second_chance, lower_reserve,
    offer_second_chance, withdraw_bids,
};
pub(crate) use end_auction::{end_auction, end_or_rearm};
pub(crate) use place_bids::place_bids;
pub(crate) use queries::AuctionQueries;
pub use queries::{AuctionStatus, AuctionView, BidView, Page, SecondChanceView};

/// What came of a command on a lot. A refusal is an answer and no failure: it is written into the lot's log,
/// so its unit of work is committed like any other.
pub type Decided<T> = Result<T, CommandError>;

//! Use cases, the ports they need, and the read models.

mod auctions;
mod begin_auction;
mod commands;
mod create_sale;
mod end_auction;
mod log_export;
mod place_bids;
mod queries;
mod registrations;
mod sale_queries;
mod sales;

use crate::domain::CommandError;

pub(crate) use auctions::{Auctions, BidKey};
pub(crate) use begin_auction::{begin_auction, fresh_secret};
pub(crate) use commands::{
    answer_second_chance, buy_now, cancel_auction, expire_second_chance, lower_reserve,
    offer_second_chance, withdraw_bids,
};
pub(crate) use create_sale::create_sale;
pub(crate) use end_auction::{end_auction, end_or_rearm};
pub use log_export::LogExport;
pub(crate) use log_export::{export_log, next_part};
pub(crate) use place_bids::place_bids;
pub(crate) use queries::AuctionQueries;
pub use queries::{AuctionStatus, AuctionView, BidView, LogAccess, Page, SecondChanceView};
pub(crate) use registrations::{
    approve_registration, cancel_registration, refuse_registration, register_bidder,
};
pub(crate) use sale_queries::SaleQueries;
pub use sale_queries::{RegistrationView, SaleView};
pub(crate) use sales::{Paddles, Sales};

/// What came of a command on a lot. A refusal is an answer and no failure: it is written into the lot's log,
/// so its unit of work is committed like any other.
pub type Decided<T> = Result<T, CommandError>;

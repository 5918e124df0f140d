//! Use cases, the ports they need, and the read models.

mod auctions;
mod begin_auction;
mod create_sale;
mod end_auction;
mod place_bid;
mod queries;
mod registrations;
mod sale_queries;
mod sales;
mod withdraw_bids;

pub(crate) use auctions::Auctions;
pub(crate) use begin_auction::begin_auction;
pub(crate) use create_sale::create_sale;
pub(crate) use end_auction::{end_auction, end_or_rearm};
pub(crate) use place_bid::place_bid;
pub(crate) use queries::AuctionQueries;
pub use queries::{AuctionStatus, AuctionView, BidView, Page};
pub(crate) use registrations::{
    approve_registration, cancel_registration, refuse_registration, register_bidder,
};
pub(crate) use sale_queries::SaleQueries;
pub use sale_queries::{RegistrationView, SaleView};
pub(crate) use sales::{Paddles, Sales};
pub(crate) use withdraw_bids::withdraw_bids;

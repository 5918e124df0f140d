//! Auctions in the database.

mod auctions;
mod queries;
mod rows;

pub(crate) use auctions::DieselAuctions;
pub(crate) use queries::DieselAuctionQueries;

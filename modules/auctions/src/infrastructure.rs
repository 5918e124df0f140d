//! Auctions in the database.

mod auctions;
mod queries;
mod rows;
#[cfg(test)]
mod tests;

pub(crate) use auctions::DieselAuctions;
pub(crate) use queries::DieselAuctionQueries;

//! Auctions in the database.

mod auctions;
mod log_export;
mod part_rows;
mod queries;
mod rows;
mod sale_queries;
mod sale_rows;
#[cfg(test)]
mod sale_tests;
mod sales;
#[cfg(test)]
mod tests;

pub(crate) use auctions::DieselAuctions;
pub(crate) use queries::DieselAuctionQueries;
pub(crate) use sale_queries::DieselSaleQueries;
pub(crate) use sales::{DieselPaddles, DieselSales};

//! Tables and gateways.

mod https;
pub(crate) mod kakaopay;
mod kakaopay_api;
pub(crate) mod payments;
pub(crate) mod queries;
mod rows;
pub(crate) mod stripe;
mod stripe_api;
mod stripe_notice;
pub(crate) mod test_gateway;

//! Tables and gateways.

pub(crate) mod payments;
pub(crate) mod queries;
mod rows;
pub(crate) mod stripe;
mod stripe_api;
pub(crate) mod test_gateway;

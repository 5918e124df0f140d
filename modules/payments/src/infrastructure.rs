//! Tables and gateways.

pub(crate) mod billing_queries;
mod billing_rows;
pub(crate) mod billings;
pub(crate) mod coupons;
pub(crate) mod credit_accounts;
pub(crate) mod differences;
mod invoice_rows;
pub(crate) mod invoices;
pub(crate) mod kakaopay;
mod kakaopay_api;
pub(crate) mod ledger;
pub(crate) mod ledger_queries;
mod ledger_rows;
pub(crate) mod notices;
mod operation_rows;
pub(crate) mod payments;
pub(crate) mod queries;
mod rows;
pub(crate) mod slots;
pub(crate) mod statements;
pub(crate) mod stripe;
mod stripe_api;
mod stripe_notice;
pub(crate) mod test_gateway;

//! The use cases, and what they need of the outside.

pub(crate) mod billing_queries;
pub(crate) mod catalogue;
pub(crate) mod charging;
pub(crate) mod checkouts;
pub(crate) mod comparing;
pub(crate) mod gateway;
pub(crate) mod invoice_queries;
pub(crate) mod invoicing;
pub(crate) mod ledger;
pub(crate) mod notices;
pub(crate) mod opening;
pub(crate) mod operations;
pub(crate) mod paying;
pub(crate) mod payments;
pub(crate) mod payouts;
pub(crate) mod proving;
pub(crate) mod queries;
pub(crate) mod refunds;
pub(crate) mod settling;
pub(crate) mod starting;
pub(crate) mod statements;
pub(crate) mod stores;

//! What is paid, and the rules of it.

pub(crate) mod amounts;
pub(crate) mod billing;
pub(crate) mod checkout;
pub(crate) mod coupon;
pub(crate) mod credit;
pub(crate) mod difference;
pub(crate) mod instruction;
pub(crate) mod invoice;
pub(crate) mod ledger;
pub(crate) mod operation;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod redirect;
pub(crate) mod refund;
pub(crate) mod slot;
pub(crate) mod statement;
pub(crate) mod status;
pub(crate) mod token;

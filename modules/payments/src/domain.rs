//! The payment and its rules.

pub(crate) mod instruction;
pub(crate) mod operation;
pub(crate) mod payment;
pub(crate) mod redirect;
pub(crate) mod status;
pub(crate) mod token;

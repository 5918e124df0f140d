//! The use cases, and what they need of the outside.

pub(crate) mod gateway;
pub(crate) mod operations;
pub(crate) mod payments;
pub(crate) mod queries;
pub(crate) mod starting;

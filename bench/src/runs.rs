//! What can be measured.

pub mod contest;
pub mod hot_lot;

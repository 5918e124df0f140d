//! What can be measured.

pub mod close;
pub mod contest;
pub mod growth;
pub mod hot_lot;
mod pgbench;
pub mod read;
mod reading;
pub mod spread;
pub mod stock;
mod visitors;

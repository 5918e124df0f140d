//! The process of paying for a won item, with the real modules around it, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "process/bench.rs"]
mod bench;
#[path = "process/disorder.rs"]
mod disorder;
#[path = "process/pushing_on.rs"]
mod pushing_on;
#[path = "process/simulator.rs"]
mod simulator;
#[path = "process/to_the_parcel.rs"]
mod to_the_parcel;
#[path = "process/unpaid.rs"]
mod unpaid;

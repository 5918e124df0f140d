//! Shipping through its facade, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "shipping/addresses.rs"]
mod addresses;
#[path = "shipping/bench.rs"]
mod bench;
#[path = "shipping/packages.rs"]
mod packages;
#[path = "shipping/packing_desk.rs"]
mod packing_desk;

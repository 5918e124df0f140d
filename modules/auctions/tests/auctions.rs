//! The module through its facade, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "auctions/beginning.rs"]
mod beginning;
#[path = "auctions/bench.rs"]
mod bench;
#[path = "auctions/bidding.rs"]
mod bidding;
#[path = "auctions/ending.rs"]
mod ending;
#[path = "auctions/racing.rs"]
mod racing;
#[path = "auctions/reading.rs"]
mod reading;
#[path = "auctions/withdrawing.rs"]
mod withdrawing;

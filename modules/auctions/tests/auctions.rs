//! The module through its facade, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "auctions/beginning.rs"]
mod beginning;
#[path = "auctions/bench.rs"]
mod bench;
#[path = "auctions/bidding.rs"]
mod bidding;
#[path = "auctions/desk.rs"]
mod desk;
#[path = "auctions/ending.rs"]
mod ending;
#[path = "auctions/racing.rs"]
mod racing;
#[path = "auctions/reading.rs"]
mod reading;
#[path = "auctions/sales.rs"]
mod sales;
#[path = "auctions/sales_bench.rs"]
mod sales_bench;
#[path = "auctions/sales_racing.rs"]
mod sales_racing;
#[path = "auctions/sales_reading.rs"]
mod sales_reading;
#[path = "auctions/withdrawing.rs"]
mod withdrawing;

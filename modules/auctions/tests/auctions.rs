//! The module through its facade, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "auctions/batches.rs"]
mod batches;
#[path = "auctions/beginning.rs"]
mod beginning;
#[path = "auctions/bench.rs"]
mod bench;
#[path = "auctions/bench_commands.rs"]
mod bench_commands;
#[path = "auctions/bidding.rs"]
mod bidding;
#[path = "auctions/closing_outcome.rs"]
mod closing_outcome;
#[path = "auctions/closing_races.rs"]
mod closing_races;
#[path = "auctions/desk.rs"]
mod desk;
#[path = "auctions/ending.rs"]
mod ending;
#[path = "auctions/exporting.rs"]
mod exporting;
#[path = "auctions/keys.rs"]
mod keys;
#[path = "auctions/lots_in_sales.rs"]
mod lots_in_sales;
#[path = "auctions/migrating.rs"]
mod migrating;
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
#[path = "auctions/second_chances.rs"]
mod second_chances;
#[path = "auctions/secrecy.rs"]
mod secrecy;
#[path = "auctions/terms.rs"]
mod terms;
#[path = "auctions/withdrawing.rs"]
mod withdrawing;

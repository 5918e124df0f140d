//! Foundation's machinery on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "foundation/batches.rs"]
mod batches;
#[path = "foundation/bench.rs"]
mod bench;
#[path = "foundation/claims.rs"]
mod claims;
#[path = "foundation/clocks.rs"]
mod clocks;
#[path = "foundation/dedicated.rs"]
mod dedicated;
#[path = "foundation/deliveries.rs"]
mod deliveries;
#[path = "foundation/each.rs"]
mod each;
#[path = "foundation/locks.rs"]
mod locks;
#[path = "foundation/lost_commits.rs"]
mod lost_commits;
#[path = "foundation/numbers.rs"]
mod numbers;
#[path = "foundation/outbox.rs"]
mod outbox;
#[path = "foundation/schema.rs"]
mod schema;
#[path = "foundation/transactions.rs"]
mod transactions;
#[path = "foundation/wiring.rs"]
mod wiring;
#[path = "foundation/workers.rs"]
mod workers;

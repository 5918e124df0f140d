//! Foundation's machinery on both databases.

#[path = "foundation/bench.rs"]
mod bench;
#[path = "foundation/deliveries.rs"]
mod deliveries;

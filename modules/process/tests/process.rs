//! The process of paying for a won item, with the real modules around it, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "process/bench.rs"]
mod bench;
#[path = "process/bench_lots.rs"]
mod bench_lots;
#[path = "process/disorder.rs"]
mod disorder;
#[path = "process/goods_letters.rs"]
mod goods_letters;
#[path = "process/out_of_stock.rs"]
mod out_of_stock;
#[path = "process/pushing_on.rs"]
mod pushing_on;
#[path = "process/second_chances.rs"]
mod second_chances;
#[path = "process/second_chances_of_others.rs"]
mod second_chances_of_others;
#[path = "process/second_chances_pushed.rs"]
mod second_chances_pushed;
#[path = "process/simulated_past.rs"]
mod simulated_past;
#[path = "process/simulator.rs"]
mod simulator;
#[path = "process/simulator_checks.rs"]
mod simulator_checks;
#[path = "process/to_the_parcel.rs"]
mod to_the_parcel;
#[path = "process/unpaid.rs"]
mod unpaid;

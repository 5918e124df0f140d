//! Shipping through its facade, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "shipping/addresses.rs"]
mod addresses;
#[path = "shipping/bench.rs"]
mod bench;
#[path = "shipping/consignors.rs"]
mod consignors;
#[path = "shipping/easypost.rs"]
mod easypost;
#[path = "shipping/fake_easypost.rs"]
mod fake_easypost;
#[path = "shipping/packages.rs"]
mod packages;
#[path = "shipping/packing_desk.rs"]
mod packing_desk;
#[path = "shipping/service.rs"]
mod service;
#[path = "shipping/service_edges.rs"]
mod service_edges;
#[path = "shipping/service_history.rs"]
mod service_history;
#[path = "shipping/stock.rs"]
mod stock;
#[path = "shipping/stock_history.rs"]
mod stock_history;
#[path = "shipping/stock_lists.rs"]
mod stock_lists;
#[path = "shipping/stock_races.rs"]
mod stock_races;
#[path = "shipping/warehouse.rs"]
mod warehouse;

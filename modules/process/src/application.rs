//! What a process does in each of its steps, and what it takes.

mod out_of_stock;
mod paying_for_won_item;
mod ports;
mod push_on;
mod second_chances;
mod settings;
mod views;

pub(crate) use paying_for_won_item::PayingForWonItems;
pub(crate) use ports::{Correlation, ProcessQueries, Processes};
pub use push_on::PushOnError;
pub use settings::ProcessSettings;
pub use views::{NextStep, ProcessView, WaitsFor};

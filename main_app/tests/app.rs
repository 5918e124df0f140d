//! The application as a whole.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "app/accounts.rs"]
mod accounts;
#[path = "app/ending.rs"]
mod ending;
#[path = "app/faults.rs"]
mod faults;
#[path = "app/gavel_process.rs"]
mod gavel_process;
#[path = "app/instances.rs"]
mod instances;
#[path = "app/story.rs"]
mod story;
#[path = "app/support.rs"]
mod support;

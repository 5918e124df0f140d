//! The application as a whole.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "app/accounts.rs"]
mod accounts;
#[path = "app/architecture.rs"]
mod architecture;
#[path = "app/arrival.rs"]
mod arrival;
#[path = "app/authorisation.rs"]
mod authorisation;
#[path = "app/browsing.rs"]
mod browsing;
#[path = "app/command_line.rs"]
mod command_line;
#[path = "app/crowd.rs"]
mod crowd;
#[path = "app/demo.rs"]
mod demo;
#[path = "app/ending.rs"]
mod ending;
#[path = "app/faults.rs"]
mod faults;
#[path = "app/forms.rs"]
mod forms;
#[path = "app/gavel_process.rs"]
mod gavel_process;
#[path = "app/hot_lot.rs"]
mod hot_lot;
#[path = "app/instances.rs"]
mod instances;
#[path = "app/invoices.rs"]
mod invoices;
#[path = "app/keys.rs"]
mod keys;
#[path = "app/lot_log.rs"]
mod lot_log;
#[path = "app/lot_pages.rs"]
mod lot_pages;
#[path = "app/lot_secrets.rs"]
mod lot_secrets;
#[path = "app/no_rest.rs"]
mod no_rest;
#[path = "app/not_paid.rs"]
mod not_paid;
#[path = "app/operation.rs"]
mod operation;
#[path = "app/packing_papers.rs"]
mod packing_papers;
#[path = "app/pages.rs"]
mod pages;
#[path = "app/premium.rs"]
mod premium;
#[path = "app/proxy_bidding.rs"]
mod proxy_bidding;
#[path = "app/refusals.rs"]
mod refusals;
#[path = "app/remembering.rs"]
mod remembering;
#[path = "app/sale_pages.rs"]
mod sale_pages;
#[path = "app/sales.rs"]
mod sales;
#[path = "app/second_chances.rs"]
mod second_chances;
#[path = "app/secrecy.rs"]
mod secrecy;
#[path = "app/selling.rs"]
mod selling;
#[path = "app/starting.rs"]
mod starting;
#[path = "app/story.rs"]
mod story;
#[path = "app/support.rs"]
mod support;
#[path = "app/webhooks.rs"]
mod webhooks;
#[path = "app/withdrawing.rs"]
mod withdrawing;

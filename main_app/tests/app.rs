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
#[path = "app/billing_races.rs"]
mod billing_races;
#[path = "app/billing_refusals.rs"]
mod billing_refusals;
#[path = "app/billings.rs"]
mod billings;
#[path = "app/browsing.rs"]
mod browsing;
#[path = "app/cashier_pages.rs"]
mod cashier_pages;
#[path = "app/checkout_pages.rs"]
mod checkout_pages;
#[path = "app/command_line.rs"]
mod command_line;
#[path = "app/consignors.rs"]
mod consignors;
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
#[path = "app/kakaopay.rs"]
mod kakaopay;
#[path = "../../modules/payments/tests/payments/kakaopay_fields.rs"]
mod kakaopay_fields;
#[path = "../../modules/payments/tests/payments/kakaopay_server.rs"]
#[expect(dead_code, reason = "the tests of its own module ask more of it")]
mod kakaopay_server;
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
#[path = "app/payment_secrets.rs"]
mod payment_secrets;
#[path = "app/premium.rs"]
mod premium;
#[path = "app/proxy_bidding.rs"]
mod proxy_bidding;
#[path = "app/refunds.rs"]
mod refunds;
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
#[path = "app/shopping.rs"]
mod shopping;
#[path = "app/starting.rs"]
mod starting;
#[path = "app/statements.rs"]
mod statements;
#[path = "app/stock.rs"]
mod stock;
#[path = "app/story.rs"]
mod story;
#[path = "app/support.rs"]
mod support;
#[path = "app/webhooks.rs"]
mod webhooks;
#[path = "app/withdrawing.rs"]
mod withdrawing;

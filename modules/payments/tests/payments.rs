//! Payments through their facade and desk, on both databases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "payments/at_once.rs"]
mod at_once;
#[path = "payments/bank.rs"]
mod bank;
#[path = "payments/bench.rs"]
mod bench;
#[path = "payments/capture_in_time.rs"]
mod capture_in_time;
#[path = "payments/comparing.rs"]
mod comparing;
#[path = "payments/crash_table.rs"]
mod crash_table;
#[path = "payments/crashes.rs"]
mod crashes;
#[path = "payments/gateway.rs"]
mod gateway;
#[path = "payments/house.rs"]
mod house;
#[path = "payments/invoice_numbers.rs"]
mod invoice_numbers;
#[path = "payments/invoices.rs"]
mod invoices;
#[path = "payments/kakaopay.rs"]
mod kakaopay;
#[path = "payments/kakaopay_fields.rs"]
mod kakaopay_fields;
#[path = "payments/kakaopay_house.rs"]
mod kakaopay_house;
#[path = "payments/kakaopay_refunds.rs"]
mod kakaopay_refunds;
#[path = "payments/kakaopay_server.rs"]
mod kakaopay_server;
#[path = "payments/ledger.rs"]
mod ledger;
#[path = "payments/ledger_upgrade.rs"]
mod ledger_upgrade;
#[path = "payments/life_cycle.rs"]
mod life_cycle;
#[path = "payments/localstripe.rs"]
mod localstripe;
#[path = "payments/model.rs"]
mod model;
#[path = "payments/notices.rs"]
mod notices;
#[path = "payments/office.rs"]
mod office;
#[path = "payments/premium.rs"]
mod premium;
#[path = "payments/refusals.rs"]
mod refusals;
#[path = "payments/secrets.rs"]
mod secrets;
#[path = "payments/shop.rs"]
mod shop;
#[path = "payments/simultaneous.rs"]
mod simultaneous;
#[path = "payments/statements.rs"]
mod statements;
#[path = "payments/stripe.rs"]
mod stripe;
#[path = "payments/stripe_confirming.rs"]
mod stripe_confirming;
#[path = "payments/stripe_refunds.rs"]
mod stripe_refunds;
#[path = "payments/stripe_server.rs"]
mod stripe_server;
#[path = "payments/test_gateway.rs"]
mod test_gateway;
#[path = "payments/till.rs"]
mod till;

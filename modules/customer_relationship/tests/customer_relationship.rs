//! Customers and their e-mails, through the facade, on both databases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "customer_relationship/aiosmtpd.rs"]
mod aiosmtpd;
#[path = "customer_relationship/bench.rs"]
mod bench;
#[path = "customer_relationship/customers.rs"]
mod customers;
#[path = "customer_relationship/letters.rs"]
mod letters;
#[path = "customer_relationship/notices.rs"]
mod notices;
#[path = "customer_relationship/sales.rs"]
mod sales;
#[path = "customer_relationship/scripted_server.rs"]
mod scripted_server;
#[path = "customer_relationship/sending.rs"]
mod sending;

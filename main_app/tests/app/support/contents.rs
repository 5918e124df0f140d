//! What the database holds, so that a test can say: nothing changed.

use std::collections::BTreeMap;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::Failure;

use super::TestApp;

/// Tables whose rows have a version, which tells a changed row from an unchanged one.
const VERSIONED: [&str; 10] = [
    "auctions_sales",
    "payments_payments",
    "payments_billings",
    "payments_coupons",
    "payments_credit_accounts",
    "payments_slots",
    "customer_relationship_emails",
    "shipping_address_books",
    "shipping_packages",
    "process_paying_for_won_item",
];

/// Tables in which rows are only added or removed.
const GROWING: [&str; 16] = [
    "auctions_bids",
    "auctions_offers",
    "auctions_registrations",
    "payments_operations",
    "payments_orders",
    "payments_refunds",
    "payments_coupon_claims",
    "customer_relationship_customers",
    "shipping_addresses",
    "process_earlier_buyers",
    "main_app_users",
    "main_app_credentials",
    "foundation_events",
    "foundation_deliveries",
    "foundation_locks",
    "foundation_audit",
];

/// What everybody sees of all lots. Their version counts refusals too, since the lots' logs keep those.
const LOTS: &str = "SELECT CAST(coalesce(sum(price_minor + 1000 * last_sequence + bids), 0)
    + 1000000 * count(*) + 1000 * count(ended_at) AS BIGINT) AS number FROM auctions_auctions";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl TestApp {
    /// A number for each table that changes when the table does.
    pub fn contents(&self) -> BTreeMap<&'static str, i64> {
        let versioned = VERSIONED.map(|table| {
            let sum = "CAST(coalesce(sum(version), 0) + 1000000 * count(*) AS BIGINT)";
            (table, format!("SELECT {sum} AS number FROM {table}"))
        });
        let growing =
            GROWING.map(|table| (table, format!("SELECT count(*) AS number FROM {table}")));
        let numbers: Result<BTreeMap<_, _>, Failure> = self.transactions().read(|reader| {
            let lots = [("auctions_auctions", LOTS.to_owned())];
            let queries = lots.iter().chain(&versioned).chain(&growing);
            let read = queries.map(|(table, query)| {
                let row: Number = sql_query(query).get_result(reader.connection())?;
                Ok((*table, row.number))
            });
            read.collect()
        });
        numbers.unwrap()
    }
}

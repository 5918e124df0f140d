//! What must be true at the end of the story, read from the database itself.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::TestDatabase;
use foundation::{Clock, Failure, SystemClock};
use main_app::composition::{component, compose};
use main_app::configuration::Settings;

use crate::gavel_process::until;

#[derive(QueryableByName)]
struct Tally {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Everything that the story leaves behind, counted.
const EVERYTHING: &str = "
    SELECT 'users' AS what, count(*) AS count FROM main_app_users
    UNION ALL SELECT 'lots ' || status, count(*) FROM auctions_auctions GROUP BY status
    UNION ALL SELECT 'bids', count(*) FROM auctions_bids
    UNION ALL SELECT 'payments ' || status, count(*) FROM payments_payments GROUP BY status
    UNION ALL SELECT 'operations ' || kind || ' succeeded', count(*) FROM payments_operations
              WHERE state = 'succeeded' GROUP BY kind
    UNION ALL SELECT 'packages ' || status, count(*) FROM shipping_packages GROUP BY status
    UNION ALL SELECT 'processes ' || state, count(*) FROM process_paying_for_won_item GROUP BY state
    UNION ALL SELECT 'e-mail ' || kind || ' to ' || recipient || ' ' || state, count(*)
              FROM customer_relationship_emails GROUP BY kind, recipient, state
    UNION ALL SELECT 'deliveries ' || state, count(*) FROM foundation_deliveries
              WHERE state IN ('running', 'dead') GROUP BY state
    UNION ALL SELECT 'locks', count(*) FROM foundation_locks HAVING count(*) > 0";

fn everything(database: &TestDatabase) -> BTreeMap<String, i64> {
    let settings = Settings::default();
    let clock = Box::new(SystemClock::default());
    let app = compose(&settings, database.database().clone(), clock);
    let transactions = component::<foundation::Transactions>(&app);
    let rows: Result<Vec<Tally>, Failure> =
        transactions.read(|reader| Ok(sql_query(EVERYTHING).load(reader.connection())?));
    let rows = rows.unwrap().into_iter();
    rows.map(|row| (row.what, row.count)).collect()
}

/// Waits until nothing is under way any more, and compares.
pub fn is_reached(database: &TestDatabase) {
    let expected: BTreeMap<String, i64> = [
        ("users", 4),
        ("lots SOLD", 1),
        ("bids", 2),
        ("payments CAPTURED", 1),
        ("operations authorise succeeded", 1),
        ("operations capture succeeded", 1),
        ("packages SHIPPED", 1),
        ("processes SHIPPED", 1),
        ("e-mail overbid to alice@bidder.example sent", 1),
        ("e-mail won to bob@bidder.example sent", 1),
        ("e-mail payment_succeeded to bob@bidder.example sent", 1),
        ("e-mail shipped to bob@bidder.example sent", 1),
    ]
    .map(|(what, count)| (what.to_owned(), count))
    .into();
    let reached = until_settled(database, &expected);
    assert_eq!(reached, expected);
}

fn until_settled(
    database: &TestDatabase,
    expected: &BTreeMap<String, i64>,
) -> BTreeMap<String, i64> {
    let deadline = SystemClock::default().now() + chrono::TimeDelta::seconds(120);
    until("the end is looked at", || {
        let now = everything(database);
        (now == *expected || SystemClock::default().now() > deadline).then_some(now)
    })
}

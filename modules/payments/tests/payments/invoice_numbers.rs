//! The numbers of invoices have no gaps, whatever fails and however many are written at once.

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use foundation::testing::Backend;
use foundation::{Clock as _, Failure, Money};
use payments::{BillingCaptured, PayerId};
use rstest::rstest;

use crate::bench::Bench;
use crate::office::{Customers, Office, first, house, module, rates};

const WORKERS: usize = 8;
const ROUNDS: usize = 4;

/// Every capture is told twice, so that two write the same invoice at the same time: whoever comes second has
/// taken a number already, and gives it back.
#[rstest]
fn simultaneous_captures_and_conflicts_leave_no_gap(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let customers = Customers::asked_by(WORKERS);
    let Some(office) = Office::with(backend, customers, rates(0, 0)) else {
        return;
    };
    let year = office.bench.clock.now().format("%Y").to_string();
    for round in 1..=ROUNDS {
        let payers: Vec<_> = (0..WORKERS).map(|_| captured(&office)).collect();
        office.bench.app.deliver_due();
        for payer in payers {
            office.customers.are_called(payer, "Ada");
        }
        office.bench.clock.advance(TimeDelta::hours(1));
        deliver_at_once(&office);
        assert_eq!(office.numbers(), first(&year, round * WORKERS));
    }
}

/// Nobody knows the customer yet, so that the invoice has to wait; meanwhile its capture is told again.
fn captured(office: &Office) -> PayerId {
    let payer = PayerId::generate();
    let amount = Money::parse_with_code("USD", "19.99").unwrap();
    let payment = office.buys(payer, amount, "A lamp");
    let billing = office.pays(payer, &[payment], (None, None));
    let told = BillingCaptured {
        billing,
        payer,
        amount,
    };
    let soon = office.bench.clock.now() + TimeDelta::minutes(30);
    let transactions = office.bench.app.transactions();
    let scheduled: Result<(), Failure> = transactions.run(|uow| uow.schedule(soon, &told));
    scheduled.unwrap();
    payer
}

fn deliver_at_once(office: &Office) {
    let barrier = Barrier::new(WORKERS);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                barrier.wait();
                office.bench.app.deliver_due();
            });
        }
    });
    // Whoever lost too often has another try.
    office.bench.after(TimeDelta::hours(1));
}

/// The invoice is written and its lines are not: the transaction is undone after the number was taken.
#[rstest]
fn a_failure_after_the_number_was_taken_leaves_no_gap(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    office.sells("19.99");
    office.bench.app.deliver_due();
    changes_schema(&office, "ALTER TABLE payments_invoice_lines RENAME TO away");
    for _ in 0..3 {
        office.sells("5.00");
        office.bench.app.deliver_due();
    }
    changes_schema(&office, "ALTER TABLE away RENAME TO payments_invoice_lines");
    let year = office.bench.clock.now().format("%Y").to_string();
    assert_eq!(office.numbers(), first(&year, 1));
    office.bench.after(TimeDelta::hours(1));
    assert_eq!(office.numbers(), first(&year, 4));
}

fn changes_schema(office: &Office, statement: &str) {
    let changed: Result<usize, Failure> = office.bench.app.transactions().run(|uow| {
        let query = diesel::sql_query(statement);
        Ok(diesel::RunQueryDsl::execute(query, uow.connection())?)
    });
    changed.unwrap();
}

/// Seoul's new year is nine hours before that of UTC.
#[rstest]
fn a_new_year_of_the_house_begins_at_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let customers = Customers::default();
    let seoul = module(&customers, house("Gavel", Tz::Asia__Seoul), rates(0, 0));
    let Some(bench) = Bench::of_module(backend, seoul) else {
        return;
    };
    customers.are_called(bench.payer, "Ada");
    let office = Office { bench, customers };
    let eve: DateTime<Utc> = "2026-12-31T14:59:00Z".parse().unwrap();
    office.bench.clock.advance(eve - office.bench.clock.now());
    for _ in 0..2 {
        office.sells("19.99");
        office.bench.app.deliver_due();
    }
    office.bench.clock.advance(TimeDelta::minutes(2));
    office.sells("19.99");
    office.bench.app.deliver_due();
    let expected = ["2026-000001", "2026-000002", "2027-000001"];
    assert_eq!(office.numbers(), expected);
    let days = expected.map(|number| office.invoice(number).issued_on.to_string());
    assert_eq!(days, ["2026-12-31", "2026-12-31", "2027-01-01"]);
}

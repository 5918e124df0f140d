//! What is held is taken before the gateway lets go of it, even when the first way there was lost.

use chrono::TimeDelta;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::Backend;
use foundation::{Clock, Failure};
use payments::{Answer, PaymentStatus};
use rstest::rstest;

use crate::bench::{Bench, states};
use crate::gateway::{ScriptedGateway, unknown};

/// For so long the gateway holds the amount.
const HELD_FOR: TimeDelta = TimeDelta::days(7);

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn dead_deliveries(bench: &Bench) -> i64 {
    let query = "SELECT count(*) AS count FROM foundation_deliveries WHERE state = 'dead'";
    let counted: Result<Counted, Failure> = bench
        .app
        .transactions()
        .read(|reader| Ok(sql_query(query).get_result(reader.connection())?));
    counted.unwrap().count
}

#[rstest]
fn twelve_hours_before_the_gateway_lets_go_what_it_holds_is_taken_after_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default();
    let Some(bench) = Bench::with_gateway(backend, gateway.clone()) else {
        return;
    };
    let limit = bench.clock.now() + HELD_FOR;
    let gateway = gateway.then(Ok(Answer::Authorised {
        reference: "ref_1".to_owned().into(),
        capture_before: Some(limit),
    }));
    let payment = bench.started();
    bench.charge(payment, "tok_any").unwrap();
    while dead_deliveries(&bench) == 0 {
        drop(gateway.clone().then(Err(unknown())));
        bench.after(TimeDelta::hours(4));
    }
    gateway.recovers();
    let asked = gateway.calls();
    let captures = asked.iter().filter(|call| **call == "capture").count();
    assert!(captures > 5, "it was tried often enough: {asked:?}");
    assert!(bench.clock.now() < limit - TimeDelta::days(2));

    bench.after(limit - TimeDelta::hours(12) - bench.clock.now() - TimeDelta::seconds(1));
    assert_eq!(gateway.calls().len(), asked.len());
    assert_eq!(bench.status(payment), PaymentStatus::Charged);
    bench.after(TimeDelta::seconds(1));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert_eq!(gateway.calls()[asked.len()..], ["fetch", "capture"]);
    let expected = states([("authorise", "succeeded"), ("capture", "succeeded")]);
    assert_eq!(bench.operation_states(), expected);
}

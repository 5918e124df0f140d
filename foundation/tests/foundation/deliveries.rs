//! Deliveries: written with the cause, in order, retried, dead, coalesced, outbound.

use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{DeliveryAdministration, Failure};
use rstest::rstest;

use crate::bench::{Bench, Happened};

#[rstest]
fn a_synchronous_handler_runs_at_once_and_the_others_after_the_commit(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(7);
    assert_eq!(bench.notebook.seen_by("at_once"), [7]);
    assert_eq!(bench.notebook.seen_by("later"), [] as [i64; 0]);

    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [7]);
    assert_eq!(bench.notebook.seen_by("call"), [7]);
    assert_eq!(bench.notebook.seen_by("record"), [14]);
    assert_eq!(bench.app.deliver_due(), 0);
}

#[rstest]
fn an_event_of_a_rolled_back_transaction_is_never_delivered(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let failed: Result<(), Failure> = bench.app.transactions().run(|uow| {
        uow.post(&Happened { number: 1 })?;
        Err(Failure::Defect("told to fail".into()))
    });
    assert!(failed.is_err());
    assert_eq!(bench.app.deliver_due(), 0);
}

#[rstest]
fn a_failing_delivery_is_retried_later_and_dies_after_its_tries(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.failing = true);
    bench.post(1);
    for attempt in 1..=3 {
        bench.app.deliver_due();
        assert_eq!(bench.notebook.seen_by("later").len(), attempt);
        assert_eq!(bench.app.deliver_due(), 0, "a retry waits for its time");
        bench.clock.advance(TimeDelta::minutes(5));
    }
    assert_eq!(bench.app.deliver_due(), 0, "a dead delivery is not tried");

    let administration = bench.component::<DeliveryAdministration>();
    let transactions = bench.app.transactions();
    let dead = transactions
        .read(|reader| administration.list(Some("dead"), 10, reader))
        .unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        dead[0].last_error.as_deref(),
        Some("the handler failed: told to fail")
    );

    bench.notebook.change(|notes| notes.failing = false);
    transactions
        .run(|uow| administration.retry(dead[0].id, "staff", uow))
        .unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later").len(), 4);
}

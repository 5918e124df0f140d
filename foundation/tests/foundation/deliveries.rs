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

#[rstest]
fn a_refusing_synchronous_handler_fails_the_publisher(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.refusing = true);
    let posted = bench
        .app
        .transactions()
        .run(|uow| uow.post(&Happened { number: 1 }));
    assert!(matches!(
        posted,
        Err(Failure::Handler {
            event: "test.happened",
            ..
        })
    ));
    assert_eq!(bench.app.deliver_due(), 0);
}

#[rstest]
fn a_panicking_handler_is_a_failed_delivery(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.panicking = true);
    bench.post(1);
    bench.app.deliver_due();
    bench.notebook.change(|notes| notes.panicking = false);
    bench.clock.advance(TimeDelta::minutes(1));
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1, 1]);
}

#[rstest]
fn a_timer_waits_for_its_time(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let scheduled: Result<(), Failure> = bench
        .app
        .transactions()
        .run(|uow| uow.schedule(uow.now() + TimeDelta::hours(1), &Happened { number: 9 }));
    scheduled.unwrap();
    bench.clock.advance(TimeDelta::minutes(59));
    assert_eq!(bench.app.deliver_due(), 0);
    bench.clock.advance(TimeDelta::minutes(1));
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [9]);
}

#[rstest]
fn while_a_coalescing_delivery_waits_a_newer_event_takes_its_place(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.coalescing = true);
    for number in 1..=100 {
        bench.post(number);
    }
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [100]);
    bench.post(101);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [100, 101]);
}

#[rstest]
fn an_outbound_handler_with_nothing_to_do_is_done(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(-1);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("call"), [] as [i64; 0]);
    assert_eq!(bench.app.deliver_due(), 0);
}

#[rstest]
fn a_stored_event_that_no_longer_parses_is_retried_and_explained(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    bench
        .database
        .tamper("UPDATE foundation_events SET payload = '{\"wrong\": 1}'");
    bench.app.deliver_due();
    let administration = bench.component::<DeliveryAdministration>();
    let waiting = bench
        .app
        .transactions()
        .read(|reader| administration.list(Some("ready"), 10, reader))
        .unwrap();
    assert_eq!(waiting.len(), 2);
    let reason = waiting[0].last_error.as_deref().unwrap();
    assert!(
        reason.starts_with("the stored event cannot be read"),
        "{reason}"
    );
}

#[rstest]
fn an_unfinished_delivery_for_a_handler_that_is_gone_is_named(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    let administration = bench.component::<DeliveryAdministration>();
    let unknown = || {
        let transactions = bench.app.transactions();
        transactions
            .read(|reader| administration.unknown_handlers(reader))
            .unwrap()
    };
    assert!(unknown().is_empty());
    bench
        .database
        .tamper("UPDATE foundation_deliveries SET handler = 'gone' WHERE handler = 'test.later'");
    assert_eq!(unknown(), ["gone"]);
}

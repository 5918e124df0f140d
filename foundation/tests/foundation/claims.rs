//! Claims: order, leases, fences, and the index that forbids two deliveries of one event to one handler.

use std::sync::{Arc, Barrier};

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use foundation::testing::{Backend, tamper};
use foundation::{DeliveryAdministration, DeliveryWorker, Failure};
use rstest::rstest;

use crate::bench::Bench;

fn states(bench: &Bench) -> Vec<(String, String)> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::Text)]
        handler: String,
        #[diesel(sql_type = sql_types::Text)]
        state: String,
    }
    let query = "SELECT handler, state FROM foundation_deliveries ORDER BY handler, sequence";
    let rows: Result<Vec<Row>, Failure> = bench
        .app
        .transactions()
        .read(|reader| Ok(sql_query(query).load(reader.connection())?));
    let rows = rows.unwrap().into_iter();
    rows.map(|row| (row.handler, row.state)).collect()
}

#[rstest]
fn events_of_one_aggregate_come_in_the_order_of_its_versions(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for version in [1, 2, 3, 4, 5] {
        bench.post_version(version);
    }
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1, 2, 3, 4, 5]);
}

#[rstest]
fn a_failed_or_dead_delivery_holds_up_the_later_ones_of_its_aggregate_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.failing = true);
    bench.post_version(1);
    bench.app.deliver_due();
    bench.notebook.change(|notes| notes.failing = false);
    bench.post_version(2);
    bench.post(100);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1, 100], "2 waits for 1");

    bench.database.tamper(
        "UPDATE foundation_deliveries SET state = 'dead' WHERE state <> 'done' AND sequence = 1000",
    );
    assert_eq!(bench.app.deliver_due(), 0, "2 waits for a dead 1, too");

    let administration = bench.component::<DeliveryAdministration>();
    let transactions = bench.app.transactions();
    let dead = transactions
        .read(|reader| administration.list(Some("dead"), 10, reader))
        .unwrap();
    transactions
        .run(|uow| administration.discard(dead[0].id, "staff", "seen to by hand", uow))
        .unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1, 100, 2]);
}

#[rstest]
fn several_workers_never_deliver_one_event_twice(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for number in 0..40 {
        bench.post(number);
    }
    let worker = bench.component::<DeliveryWorker>();
    let start = Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                start.wait();
                worker.run_due().unwrap();
            });
        }
    });
    bench.app.deliver_due();
    let mut seen = bench.notebook.seen_by("later");
    seen.sort_unstable();
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
}

/// A worker that was thought dead, because its lease ran out, comes back after another one has taken the
/// delivery over: its work is rolled back by the fence.
#[rstest]
fn a_worker_that_lost_its_claim_leaves_no_effect(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    let database = bench.database.database().clone();
    bench.notebook.change(|notes| {
        notes.on_call = Some(Arc::new(move || {
            let seize =
                "UPDATE foundation_deliveries SET fence = fence + 1 WHERE handler = 'test.outside'";
            tamper(&database, seize);
        }));
    });
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("call"), [1]);
    assert_eq!(bench.notebook.seen_by("record"), [] as [i64; 0]);
    assert!(states(&bench).contains(&("test.outside".into(), "running".into())));
}

/// Effect and completion are one transaction: when the delivery cannot be marked done, the effect is gone.
#[rstest]
fn a_delivery_that_cannot_be_finished_leaves_no_effect(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.notebook.change(|notes| notes.losing_claim = true);
    bench.post(1);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1]);
    assert_eq!(
        bench.count("SELECT count(*) AS count FROM foundation_audit"),
        0
    );
}

#[rstest]
fn a_delivery_whose_worker_vanished_is_rescued_twice_and_then_dead(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    let worker = bench.component::<DeliveryWorker>();
    let vanish = "UPDATE foundation_deliveries SET state = 'running', fence = fence + 1, \
                  lease_until = '2026-11-21 12:00:30' WHERE handler = 'test.later'";
    for expected in ["ready", "ready", "dead"] {
        bench.database.tamper(vanish);
        assert_eq!(worker.rescue_expired().unwrap(), 0, "the lease still runs");
        bench.clock.advance(TimeDelta::minutes(1));
        assert_eq!(worker.rescue_expired().unwrap(), 1);
        bench.clock.advance(TimeDelta::minutes(-1));
        assert!(states(&bench).contains(&("test.later".into(), expected.into())));
    }
}

#[rstest]
fn one_event_has_one_delivery_per_handler(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    bench.post(2);
    let double = "UPDATE foundation_deliveries SET event_id = \
                  (SELECT id FROM foundation_events ORDER BY id LIMIT 1) WHERE handler = 'test.later'";
    let doubled: Result<(), Failure> = bench.app.transactions().run(|uow| {
        sql_query(double).execute(uow.connection())?;
        Ok(())
    });
    assert!(doubled.is_err(), "the unique index refuses the second");
}

#[rstest]
fn finished_deliveries_are_pruned_with_their_events_when_they_are_old(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(1);
    bench.app.deliver_due();
    bench.clock.advance(TimeDelta::days(20));
    bench.post(2);
    let worker = bench.component::<DeliveryWorker>();
    assert_eq!(worker.prune(TimeDelta::days(30)).unwrap(), 0);
    bench.clock.advance(TimeDelta::days(11));
    assert_eq!(worker.prune(TimeDelta::days(30)).unwrap(), 2);
    assert_eq!(states(&bench).len(), 2, "the newer event waits");
}

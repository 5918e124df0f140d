//! Units of work: conflicts, callbacks, rollback, nesting.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use foundation::testing::Backend;
use foundation::{Failure, audit};
use rstest::rstest;

use crate::bench::Bench;

fn audit_entries(bench: &Bench) -> i64 {
    bench.count("SELECT count(*) AS count FROM foundation_audit")
}

#[rstest]
fn after_a_conflict_the_whole_work_runs_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let attempts = AtomicU32::new(0);
    let outcome: Result<&str, Failure> = bench.app.transactions().run(|uow| {
        audit::record("test", "tried", "", "", uow)?;
        match attempts.fetch_add(1, Ordering::Relaxed) {
            0..=2 => Err(Failure::Conflict),
            _ => Ok("done"),
        }
    });
    assert_eq!(outcome.unwrap(), "done");
    assert_eq!(attempts.load(Ordering::Relaxed), 4);
    assert_eq!(
        audit_entries(&bench),
        1,
        "what the failed attempts wrote is gone"
    );
}

#[rstest]
fn a_conflict_that_stays_is_reported_after_five_attempts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let attempts = AtomicU32::new(0);
    let outcome: Result<(), Failure> = bench.app.transactions().run(|_| {
        attempts.fetch_add(1, Ordering::Relaxed);
        Err(Failure::Conflict)
    });
    assert!(matches!(outcome, Err(Failure::TooBusy)));
    assert_eq!(attempts.load(Ordering::Relaxed), 5);
}

#[rstest]
fn callbacks_run_in_order_after_the_commit_even_when_one_panics(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let called = Arc::new(Mutex::new(Vec::new()));
    let outcome: Result<(), Failure> = bench.app.transactions().run(|uow| {
        let (first, third) = (Arc::clone(&called), Arc::clone(&called));
        uow.after_commit(move || first.lock().unwrap().push(1));
        uow.after_commit(|| panic!("told to panic"));
        uow.after_commit(move || third.lock().unwrap().push(3));
        assert!(called.lock().unwrap().is_empty());
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(*called.lock().unwrap(), [1, 3]);
}

#[rstest]
fn nothing_is_called_back_and_nothing_stays_after_a_rollback(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let called = Arc::new(AtomicU32::new(0));
    let outcome: Result<(), Failure> = bench.app.transactions().run(|uow| {
        audit::record("test", "tried", "", "", uow)?;
        let called = Arc::clone(&called);
        uow.after_commit(move || _ = called.fetch_add(1, Ordering::Relaxed));
        Err(Failure::TooBusy)
    });
    assert!(outcome.is_err());
    assert_eq!(called.load(Ordering::Relaxed), 0);
    assert_eq!(audit_entries(&bench), 0);
}

#[rstest]
fn a_panic_in_the_work_rolls_back_and_the_connection_stays_usable(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..6 {
        let work = || {
            bench.app.transactions().run(|uow| {
                audit::record("test", "tried", "", "", uow)?;
                if uow.now().timestamp() > 0 {
                    panic!("told to panic");
                }
                Ok::<_, Failure>(())
            })
        };
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
    }
    assert_eq!(audit_entries(&bench), 0);
}

#[rstest]
fn migrations_go_down_and_up_again(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let database = bench.database.database();
    let all = database.migration_status().unwrap();
    assert!(all.iter().all(|migration| migration.applied));
    for _ in &all {
        database.migrate_down().unwrap();
    }
    let none = database.migration_status().unwrap();
    assert!(none.iter().all(|migration| !migration.applied));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| database.migrate().unwrap());
        }
    });
    assert_eq!(database.migration_status().unwrap(), all);
}

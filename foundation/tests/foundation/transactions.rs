//! Units of work: conflicts, callbacks, rollback, nesting.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::testing::Backend;
use foundation::{Failure, Transactions, UnitOfWork, audit};
use rstest::rstest;
use uuid::Uuid;

use crate::bench::Bench;

diesel::table! {
    foundation_locks (name) {
        name -> Text,
        owner -> foundation::database::Guid,
        expires_at -> Timestamp,
    }
}

foundation::typed_id! {
    /// Counts the changes of a row.
    Version
}

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
fn rows_are_locked_after_the_first_conflict_where_that_was_asked_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let transactions = bench.app.transactions();
    let mut locked = Vec::new();
    let mut conflict = |uow: &mut UnitOfWork| -> Result<(), Failure> {
        locked.push(uow.locks_rows());
        Err(Failure::Conflict)
    };
    assert!(transactions.run(&mut conflict).is_err());
    assert!(transactions.run_locking(&mut conflict).is_err());
    assert!(transactions.run_then_locking(&mut conflict).is_err());
    assert_eq!(locked[..5], [false; 5]);
    assert_eq!(locked[5..10], [true; 5]);
    assert_eq!(locked[10..], [false, true, true, true, true]);
}

/// A row changed by one statement after it was read by another, under a version.
fn count_up(transactions: &Transactions) {
    let counted: Result<(), Failure> = transactions.run_then_locking(|uow| {
        let query = foundation_locks::table
            .find("counter")
            .select(foundation_locks::owner);
        let seen: Version = match uow.locks_rows() {
            true => Locked(query).get_result(uow.connection())?,
            false => query.get_result(uow.connection())?,
        };
        let next = Version::from(Uuid::from_u128(seen.uuid().as_u128() + 1));
        let unchanged = foundation_locks::table
            .find("counter")
            .filter(foundation_locks::owner.eq(seen));
        let updated = diesel::update(unchanged)
            .set(foundation_locks::owner.eq(next))
            .execute(uow.connection())?;
        if updated == 0 {
            assert!(!uow.locks_rows(), "nobody changes a locked row");
            return Err(Failure::Conflict);
        }
        Ok(())
    });
    counted.unwrap();
}

#[rstest]
fn many_who_lock_after_a_conflict_all_get_through(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const EACH: u128 = 25;
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let insert = match backend {
        Backend::Sqlite => "zeroblob(16)",
        Backend::Postgres => "'00000000-0000-0000-0000-000000000000'",
    };
    bench.database.tamper(&format!(
        "INSERT INTO foundation_locks VALUES ('counter', {insert}, '2026-11-21 12:00:00')"
    ));
    let transactions = bench.app.transactions();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..EACH).for_each(|_| count_up(transactions)));
        }
    });
    let query = foundation_locks::table.select(foundation_locks::owner);
    let last: Result<Version, Failure> =
        transactions.read(|reader| Ok(query.get_result(reader.connection())?));
    assert_eq!(last.unwrap().uuid().as_u128(), 4 * EACH);
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

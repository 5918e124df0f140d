//! The clock that follows the database's.

use std::sync::mpsc::channel;
use std::time::Duration;

use chrono::TimeDelta;
use foundation::testing::{Backend, TestDatabase};
use foundation::{Database, DatabaseSettings, Failure, SystemClock};

use crate::bench::Bench;

#[test]
fn sqlite_has_no_clock_of_its_own() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let looked = database.database().clock_ahead_of(&SystemClock::default());
    assert_eq!(looked.unwrap(), None);
}

/// While a connection is waited for, both clocks go on: nothing of that is between them.
#[test]
fn waiting_for_a_connection_is_no_difference_between_clocks() {
    const BUSY: Duration = Duration::from_secs(1);
    let Some(bench) = Bench::on(Backend::Postgres) else {
        return;
    };
    let only = Database::open(DatabaseSettings {
        url: bench.database.database().url().clone(),
        connections: 1,
    });
    let only = only.unwrap();
    let transactions = bench.app.transactions().on(only.clone());
    let ahead = std::thread::scope(|scope| {
        let (taken, is_taken) = channel();
        let (_open, over) = channel::<()>();
        scope.spawn(move || {
            let held = transactions.read(|_| {
                taken.send(()).unwrap();
                // Nobody says that it is over: the wait is what is measured.
                let _ = over.recv_timeout(BUSY);
                Ok::<_, Failure>(())
            });
            held.unwrap();
        });
        is_taken.recv().unwrap();
        only.clock_ahead_of(&SystemClock::default())
    });
    let ahead = ahead.unwrap().unwrap();
    let busy = TimeDelta::from_std(BUSY).unwrap();
    assert!(ahead.round_trip < busy / 4, "{ahead:?}");
    assert!(ahead.by.abs() < busy / 4, "{ahead:?}");
}

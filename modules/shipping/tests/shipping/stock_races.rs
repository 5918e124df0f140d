//! Many who want the same pieces at the same moment.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use foundation::testing::Backend;
use foundation::{Database, DatabaseSettings, Failure, Transactions};
use rstest::rstest;
use shipping::{AllocateError, OrderLine, ShippingSettings, StockLocking};

use crate::bench::Bench;
use crate::warehouse::{day, line};

/// Nothing takes as long as this unless it waits for something that will not come.
const FOREVER: Duration = Duration::from_secs(60);

/// How many sessions wait for a lock.
pub const WAITING: &str = "SELECT count(*) AS number FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Somebody allocates the first line and keeps the transaction open until another transaction, which
/// allocates the second, waits for it; each is tried once. Where nobody can wait (SQLite excludes whoever
/// writes, before anything is loaded), the first commits as soon as the second has begun.
fn two_at_once(
    bench: &Bench,
    locking: bool,
    lines: &[OrderLine; 2],
) -> [Result<(), AllocateError>; 2] {
    let (begun, begins) = mpsc::channel();
    let allocate = |line: &OrderLine, then: &mut dyn FnMut()| {
        let transactions = bench.app.transactions();
        transactions.run_once(locking, &mut |uow| {
            bench.shipping.allocate(line, uow)?;
            then();
            Ok(())
        })
    };
    thread::scope(|scope| {
        let (first_is_in, second_may_come) = mpsc::channel();
        let second = scope.spawn(move || {
            second_may_come.recv().unwrap();
            begun.send(()).unwrap();
            allocate(&lines[1], &mut || {})
        });
        let first = allocate(&lines[0], &mut || {
            first_is_in.send(()).unwrap();
            begins.recv().unwrap();
            if bench.database.database().backend() == Backend::Postgres {
                wait_until(|| bench.number(WAITING) > 0);
            }
        });
        [first, second.join().unwrap()]
    })
}

pub fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < FOREVER, "nobody waits");
        thread::yield_now();
    }
}

#[test]
fn of_two_slow_transactions_on_one_sku_one_gets_the_conflict() {
    let Some(bench) = Bench::on(Backend::Postgres) else {
        return;
    };
    bench.stocks("CLOCK", "one", 100, None).unwrap();
    let version = bench.version("CLOCK");
    let [first, second] = two_at_once(&bench, false, &[line("CLOCK", 10), line("CLOCK", 10)]);
    assert!(first.is_ok());
    let refused = second.unwrap_err();
    assert!(Failure::is_conflict(&refused), "{refused:?}");
    assert_eq!(bench.version("CLOCK"), version + 1, "exactly one higher");
    assert_eq!((bench.lines(), bench.available("ONE")), (1, 90));
}

/// Another house on the same database, as in another process.
fn neighbour(bench: &Bench) -> Transactions {
    let settings = DatabaseSettings {
        url: bench.database.url().parse().unwrap(),
        connections: 2,
    };
    let database = Database::open(settings).unwrap();
    bench.app.transactions().on(database)
}

/// SQLite has one writer at a time, so that the second is turned away before it has loaded anything: at once, once it
/// has no patience.
#[test]
fn on_sqlite_the_second_of_two_slow_transactions_gets_the_conflict_too() {
    let bench = Bench::on(Backend::Sqlite).unwrap();
    bench.stocks("CLOCK", "one", 100, None).unwrap();
    let (version, lines) = (
        bench.version("CLOCK"),
        [line("CLOCK", 10), line("CLOCK", 10)],
    );
    let neighbour = neighbour(&bench);
    let impatient: Result<(), Failure> =
        neighbour.run(|uow| Ok(uow.connection().batch_execute("PRAGMA busy_timeout = 0")?));
    impatient.unwrap();
    let second = || neighbour.run_once(false, &mut |uow| bench.shipping.allocate(&lines[1], uow));
    let mut refused = None;
    let first = bench.app.transactions().run_once(false, &mut |uow| {
        let batch = bench.shipping.allocate(&lines[0], uow)?;
        refused = second().err();
        Ok::<_, AllocateError>(batch)
    });
    first.unwrap();
    let refused = refused.unwrap();
    assert!(Failure::is_conflict(&refused), "{refused:?}");
    assert_eq!(bench.version("CLOCK"), version + 1, "exactly one higher");
    assert_eq!((bench.lines(), bench.available("ONE")), (1, 90));

    second().unwrap();
    assert_eq!(bench.version("CLOCK"), version + 2);
    assert_eq!((bench.lines(), bench.available("ONE")), (2, 80));
}

#[rstest]
fn whoever_locks_the_row_lets_the_second_wait(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] by_setting: bool,
) {
    let stock_locking = match by_setting {
        true => StockLocking::RowLock,
        false => StockLocking::Optimistic,
    };
    let settings = ShippingSettings {
        stock_locking,
        ..ShippingSettings::default()
    };
    let Some(bench) = Bench::with(backend, settings) else {
        return;
    };
    bench.stocks("CLOCK", "one", 100, None).unwrap();
    let version = bench.version("CLOCK");
    let lines = [line("CLOCK", 10), line("CLOCK", 10)];
    for done in two_at_once(&bench, !by_setting, &lines) {
        done.unwrap();
    }
    assert_eq!(bench.version("CLOCK"), version + 2);
    assert_eq!((bench.lines(), bench.available("ONE")), (2, 80));
}

#[rstest]
fn with_a_retry_both_of_two_end_well(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 100, None).unwrap();
    let version = bench.version("CLOCK");
    let houses = [bench.app.transactions().clone(), neighbour(&bench)];
    for round in 1..=10 {
        let start = Barrier::new(2);
        thread::scope(|scope| {
            for house in &houses {
                scope.spawn(|| {
                    let line = line("CLOCK", 1);
                    start.wait();
                    let allocated = house.run(|uow| bench.shipping.allocate(&line, uow));
                    allocated.unwrap();
                });
            }
        });
        assert_eq!(bench.version("CLOCK"), version + 2 * round);
        assert_eq!(
            (bench.lines(), bench.available("ONE")),
            (2 * round, 100 - 2 * round)
        );
    }
}

/// SQLite has a single writer: there, every transaction waits for the one before it.
#[rstest]
fn on_two_skus_neither_waits_for_the_other(#[values(true, false)] locking: bool) {
    let Some(bench) = Bench::on(Backend::Postgres) else {
        return;
    };
    bench.stocks("CLOCK", "one", 100, None).unwrap();
    bench.stocks("CHAIR", "two", 100, None).unwrap();
    let (clock, chair) = (line("CLOCK", 10), line("CHAIR", 10));
    let transactions = bench.app.transactions();
    let other = || transactions.run_once(locking, &mut |uow| bench.shipping.allocate(&chair, uow));
    let allocated = transactions.run_once(locking, &mut |uow| {
        bench.shipping.allocate(&clock, uow)?;
        let (done, is_done) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| done.send(other().is_ok()).unwrap());
            // Whoever waited for this transaction would wait for ever.
            assert!(is_done.recv_timeout(FOREVER).unwrap());
        });
        Ok::<_, AllocateError>(())
    });
    allocated.unwrap();
    assert_eq!((bench.available("ONE"), bench.available("TWO")), (90, 90));
}

#[rstest]
fn sixty_four_clients_get_what_there_is_and_not_one_piece_more(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(StockLocking::Optimistic, StockLocking::RowLock)] stock_locking: StockLocking,
) {
    const CLIENTS: usize = 64;
    const LINES: usize = 1_000;
    let settings = ShippingSettings {
        stock_locking,
        ..ShippingSettings::default()
    };
    let Some(bench) = Bench::with(backend, settings) else {
        return;
    };
    if backend == Backend::Sqlite {
        // What is under test is who gets what, not whether the disk keeps it.
        bench.database.tamper("PRAGMA synchronous = OFF");
    }
    for number in 0..20 {
        let eta = day(1 + number % 5).filter(|_| number >= 10);
        bench
            .stocks("CLOCK", &format!("b-{number}"), 45, eta)
            .unwrap();
    }
    let lines: Vec<OrderLine> = (0..LINES).map(|_| line("CLOCK", 1)).collect();
    let (allocated, refused) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let mine = lines.iter().skip(client).step_by(CLIENTS);
            scope.spawn(|| {
                for line in mine {
                    let counter = match allocate_at_last(&bench, line) {
                        Ok(_) => &allocated,
                        Err(AllocateError::OutOfStock(_)) => &refused,
                        Err(error) => panic!("{error:?}"),
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!((allocated.into_inner(), refused.into_inner()), (900, 100));
    assert_eq!((bench.lines(), bench.contradictions()), (900, 0));
    let below_zero = "SELECT count(*) AS number FROM shipping_batches
                      WHERE purchased - allocated - gone < 0";
    assert_eq!(bench.number(below_zero), 0);
}

/// Whoever is told that too many others are at it comes again.
fn allocate_at_last(bench: &Bench, line: &OrderLine) -> Result<String, AllocateError> {
    loop {
        match bench.allocates(line) {
            Err(AllocateError::Unexpected(Failure::TooBusy)) => {}
            done => return done,
        }
    }
}

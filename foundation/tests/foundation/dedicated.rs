//! A desk writes over connections of its own and still leaves the others their turns.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use foundation::testing::Backend;
use foundation::{Failure, Transactions, audit};
use rstest::rstest;

use crate::bench::Bench;

fn write(transactions: &Transactions) {
    let written = transactions.run(|uow| audit::record("test", "wrote", "", "", uow));
    written.unwrap();
}

fn desk(bench: &Bench) -> Transactions {
    let dedicated = bench.database.database().dedicated(1).unwrap();
    bench.app.transactions().on(dedicated)
}

/// Of two who write without pause, each gets about every other turn. Left to themselves, SQLite's writers
/// sleep and try again, and one of them is hardly ever let in beside the other.
#[rstest]
fn a_desk_and_the_others_take_turns_at_writing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const TURNS: u32 = 200;
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let desk = desk(&bench);
    let (turns, start) = (AtomicU32::new(0), Barrier::new(2));
    let write_on = |transactions: &Transactions| {
        start.wait();
        let mut own = 0;
        while turns.fetch_add(1, Ordering::Relaxed) < TURNS {
            write(transactions);
            own += 1;
        }
        own
    };
    let (by_desk, by_others) = std::thread::scope(|scope| {
        let at_desk = scope.spawn(|| write_on(&desk));
        let by_others = write_on(bench.app.transactions());
        (at_desk.join().unwrap(), by_others)
    });
    let all = bench.count("SELECT count(*) AS count FROM foundation_audit");
    assert_eq!(all, i64::from(TURNS));
    if backend == Backend::Sqlite {
        let fewest = by_desk.min(by_others);
        assert!(
            fewest >= TURNS / 4,
            "{by_desk} by the desk, {by_others} by the others"
        );
    }
}

#[rstest]
fn whoever_only_reads_does_not_wait_for_those_who_write(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let desk = desk(&bench);
    let written: Result<(), Failure> = bench.app.transactions().run(|uow| {
        audit::record("test", "wrote", "", "", uow)?;
        for transactions in [bench.app.transactions(), &desk] {
            transactions.read(|reader| Ok::<_, Failure>(reader.now()))?;
        }
        Ok(())
    });
    written.unwrap();
}

#[rstest]
fn a_desk_works_while_all_other_connections_are_taken(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let desk = desk(&bench);
    let read = |inner: &dyn Fn()| {
        let read = bench.app.transactions().read(|_| {
            inner();
            Ok::<_, Failure>(())
        });
        read.unwrap();
    };
    assert_eq!(bench.database.database().connections(), 4);
    read(&|| read(&|| read(&|| read(&|| write(&desk)))));
}

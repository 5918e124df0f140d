//! Named locks.

use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{LockError, LockFactory};
use rstest::rstest;

use crate::bench::Bench;

const MINUTE: TimeDelta = TimeDelta::minutes(1);

#[rstest]
fn a_lock_is_held_by_one_until_it_is_given_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let locks = bench.component::<LockFactory>();
    let lock = locks.acquire("step", MINUTE).unwrap();
    let second = locks.acquire("step", MINUTE);
    assert!(matches!(second, Err(LockError::AlreadyLocked(name)) if name == "step"));
    assert!(locks.acquire("other", MINUTE).is_ok());
    drop(lock);
    assert!(locks.acquire("step", MINUTE).is_ok());
}

#[rstest]
fn a_lock_that_ran_out_is_not_given_back_by_its_former_owner(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let locks = bench.component::<LockFactory>();
    let former = locks.acquire("step", MINUTE).unwrap();
    bench.clock.advance(MINUTE * 2);
    let _present = locks.acquire("step", MINUTE).unwrap();
    drop(former);
    assert!(
        locks.acquire("step", MINUTE).is_err(),
        "the present owner still has it"
    );
}

#[rstest]
fn of_many_who_ask_at_once_one_gets_the_lock(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let locks = bench.component::<LockFactory>();
    let held: Vec<_> = std::thread::scope(|scope| {
        let ask = || locks.acquire("step", MINUTE).ok();
        let asking: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        asking
            .into_iter()
            .filter_map(|asked| asked.join().unwrap())
            .collect()
    });
    assert_eq!(held.len(), 1);
}

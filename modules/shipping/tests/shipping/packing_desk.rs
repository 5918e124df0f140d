//! Who packs what.

use std::collections::HashSet;
use std::sync::Barrier;

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::Bench;

#[rstest]
fn packages_are_packed_in_the_order_of_their_creation(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let packages: Vec<_> = ["a clock", "a chair", "a table"]
        .map(|item| {
            bench.clock.advance(TimeDelta::seconds(1));
            bench.ready_package(item)
        })
        .into();
    for package in packages {
        assert_eq!(bench.next_for("packer"), Some(package));
        bench.ship(package).unwrap();
    }
    assert_eq!(bench.next_for("packer"), None);
}

#[rstest]
fn a_packer_who_asks_again_gets_the_same_package(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let first = bench.ready_package("a clock");
    let second = bench.ready_package("a chair");
    assert_eq!(bench.next_for("anna"), Some(first));
    assert_eq!(bench.next_for("ben"), Some(second));
    bench.clock.advance(TimeDelta::minutes(14));
    assert_eq!(bench.next_for("anna"), Some(first));
    assert_eq!(bench.next_for("carl"), None);
    let package = bench.package(first);
    assert_eq!(package.packer.as_deref(), Some("anna"));
    assert!(package.leased_until.is_some());
}

#[rstest]
fn a_lease_runs_out_after_a_quarter_of_an_hour(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let package = bench.ready_package("a clock");
    assert_eq!(bench.next_for("anna"), Some(package));
    bench
        .clock
        .advance(TimeDelta::minutes(15) - TimeDelta::microseconds(1));
    assert_eq!(bench.next_for("ben"), None);
    bench.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(bench.next_for("ben"), Some(package));
    assert_eq!(bench.next_for("anna"), None, "it is Ben's now");
}

#[rstest]
fn two_packers_who_ask_at_once_never_get_the_same_package(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for round in 0..10 {
        let packages = HashSet::from([
            bench.ready_package("a clock"),
            bench.ready_package("a chair"),
        ]);
        let start = Barrier::new(2);
        let ask = |name: &str| {
            start.wait();
            bench.next_for(&format!("{name} {round}")).unwrap()
        };
        let given = std::thread::scope(|scope| {
            let anna = scope.spawn(|| ask("anna"));
            HashSet::from([ask("ben"), anna.join().unwrap()])
        });
        assert_eq!(given, packages);
        for package in given {
            bench.ship(package).unwrap();
        }
    }
}

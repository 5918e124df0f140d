//! Packages that are fetched, pieces that are given away by hand, and moments that meet.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Clock as _, Failure};
use rstest::rstest;
use shipping::{
    AllocateError, ChooseForPackage, Collection, CollectionId, ConsigneeId, CreatePackage,
    DeallocateError, OrderId, OrderLine, PackageId, PackageStatus, Quantity, ShipPackageError,
    StockChoice,
};

use crate::bench::Bench;
use crate::stock_races::{WAITING, wait_until};
use crate::warehouse::{line, sku};

#[rstest]
fn what_is_fetched_is_not_sent(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, None).unwrap();
    let now = bench.clock.now();
    let collection = Collection {
        slot: CollectionId::generate(),
        place: Some("Gate 2".into()),
        from: Some(now),
        until: Some(now + TimeDelta::hours(1)),
    };
    let command = CreatePackage {
        package: PackageId::generate(),
        consignee: ConsigneeId::generate(),
        item: "a clock".into(),
        paid_at: now,
        goods: Some((sku("CLOCK"), Quantity::ONE)),
        collection: Some(collection.clone()),
    };
    let transactions = bench.app.transactions();
    transactions
        .run(|uow| bench.shipping.create_package(command.clone(), uow))
        .unwrap();
    let package = bench.package(command.package);
    assert_eq!(
        package.status,
        PackageStatus::Created,
        "nobody needs an address"
    );
    assert_eq!(package.collection, Some(collection));
    assert_eq!(
        bench.next_for("packer"),
        None,
        "it waits for whoever fetches it"
    );
    assert!(matches!(
        bench.ship(package.id),
        Err(ShipPackageError::IsCollected)
    ));
    let collect = |id| transactions.run(|uow| bench.shipping.collect(id, uow));
    collect(package.id).unwrap();
    assert_eq!(bench.status(package.id), PackageStatus::Collected);
    assert!(matches!(
        collect(package.id),
        Err(ShipPackageError::PackageAlreadyShipped)
    ));
    let sent = bench.ready_package("a chair");
    assert!(matches!(collect(sent), Err(ShipPackageError::IsShipped)));
    assert!(bench.told().contains(&"shipping.package_collected"));
    assert_eq!(
        bench.number("SELECT gone AS number FROM shipping_batches"),
        1
    );
}

#[rstest]
fn the_pieces_of_a_package_are_not_given_away_by_hand(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 2, None).unwrap();
    let package = bench.sells("CLOCK", 1);
    let of_package = OrderLine {
        order: OrderId::from(package.uuid()),
        ..line("CLOCK", 1)
    };
    assert_eq!(bench.allocates(&of_package).unwrap(), "ONE");
    let steps = [
        bench.deallocates(&of_package),
        bench.hands_out(&of_package),
        bench.takes_back(&of_package),
    ];
    for refused in steps {
        assert!(matches!(refused, Err(DeallocateError::BelongsToPackage)));
    }
    let by_hand = line("CLOCK", 1);
    bench.allocates(&by_hand).unwrap();
    let waiting = bench.sells("CLOCK", 1);
    assert_eq!(bench.status(waiting), PackageStatus::AwaitingStock);
    let refused = bench.allocates(&line("CLOCK", 1));
    assert!(matches!(refused, Err(AllocateError::OutOfStock(_))));
    bench.deallocates(&by_hand).unwrap();
    assert_eq!(
        bench.status(waiting),
        PackageStatus::Created,
        "a freed piece is for who waits"
    );
}

/// A package that got pieces behind its back could not be served, and whoever waits after it neither.
#[rstest]
fn pieces_are_not_given_by_hand_to_a_package_that_waits(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, None).unwrap();
    let waiting = bench.sells("CLOCK", 2);
    let refused = bench.allocates(&OrderLine {
        order: OrderId::from(waiting.uuid()),
        ..line("CLOCK", 1)
    });
    assert!(matches!(refused, Err(AllocateError::BelongsToPackage)));
    assert_eq!(bench.lines(), 0);
    bench.stocks("CLOCK", "two", 2, None).unwrap();
    assert_eq!(bench.status(waiting), PackageStatus::Created);
}

/// Somebody who waits for five pieces gives up the turn and keeps the transaction open, until a single piece has
/// arrived or waits for that transaction. It is for the next one, who waits for it.
#[rstest]
fn a_turn_that_is_given_up_while_goods_arrive_is_seen_by_them(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] for_the_money: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (first, second) = (bench.sells("CLOCK", 5), bench.sells("CLOCK", 1));
    let refund = ChooseForPackage {
        package: first,
        choice: StockChoice::Refund,
        consignee: None,
        by: "olga".into(),
    };
    let (has_arrived, bench) = (AtomicBool::new(false), &bench);
    std::thread::scope(|scope| {
        let (given_up, is_given_up) = mpsc::channel();
        let has_arrived = &has_arrived;
        scope.spawn(move || {
            is_given_up.recv().unwrap();
            bench.stocks("CLOCK", "one", 1, None).unwrap();
            has_arrived.store(true, Ordering::SeqCst);
        });
        let gives_up = bench.app.transactions().run_once(false, &mut |uow| {
            match for_the_money {
                true => bench.shipping.choose(&refund, uow).unwrap(),
                false => bench.shipping.cancel(first, uow).unwrap(),
            }
            given_up.send(()).unwrap();
            if bench.database.database().backend() == Backend::Postgres {
                let arrived = || has_arrived.load(Ordering::SeqCst);
                wait_until(|| arrived() || bench.number(WAITING) > 0);
            }
            Ok::<_, Failure>(())
        });
        gives_up.unwrap();
    });
    assert_eq!(bench.status(second), PackageStatus::Created);
    assert_eq!(bench.contradictions(), 0);
}

#[rstest]
fn a_package_and_its_goods_at_the_same_moment_find_each_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let consignee = ConsigneeId::generate();
    bench.lives_in(consignee, "1 Main Street");
    for round in 0..30 {
        let goods = format!("G-{round}");
        if round % 2 == 0 {
            let reference = format!("old-{round}");
            bench.stocks(&goods, &reference, 1, None).unwrap();
            bench.changes(&reference, 0, None).unwrap();
        }
        let start = Barrier::new(2);
        let package = std::thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                bench
                    .stocks(&goods, &format!("new-{round}"), 1, None)
                    .unwrap();
            });
            start.wait();
            bench.sells_to(consignee, &goods, 1)
        });
        assert_eq!(bench.status(package), PackageStatus::Created, "{round}");
    }
}

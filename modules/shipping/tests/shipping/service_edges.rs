//! Packages that are fetched, pieces that are given away by hand, and moments that meet.

use std::sync::Barrier;

use chrono::TimeDelta;
use foundation::Clock as _;
use foundation::testing::Backend;
use rstest::rstest;
use shipping::{
    AllocateError, Collection, CollectionId, ConsigneeId, CreatePackage, DeallocateError, OrderId,
    OrderLine, PackageId, PackageStatus, Quantity, ShipPackageError,
};

use crate::bench::Bench;
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

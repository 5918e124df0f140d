//! Packages of stocked goods: who is served, and in which order.

use foundation::testing::Backend;
use rstest::rstest;
use shipping::{
    CancelPackageError, ChooseForPackageError, ConsigneeId, DeliverPackageError, OrderId,
    PackageId, PackageStatus, ShipPackageError, StockChoice,
};

use crate::bench::Bench;
use crate::warehouse::{batch, day};

#[rstest]
fn a_package_takes_its_goods_when_it_is_paid_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 3, None).unwrap();
    let with_address = bench.sells("CLOCK", 1);
    let package = bench.package(with_address);
    assert_eq!(package.status, PackageStatus::Created);
    let goods = package.goods.unwrap();
    assert_eq!((goods.batch, goods.expected), (Some(batch("one")), None));
    assert_eq!(bench.available("ONE"), 2);

    let consignee = ConsigneeId::generate();
    let without = bench.sells_to(consignee, "CLOCK", 2);
    assert_eq!(bench.status(without), PackageStatus::AwaitingAddress);
    assert_eq!(
        bench.available("ONE"),
        0,
        "it was paid for: nobody else gets it"
    );
    bench.lives_in(consignee, "1 Main Street");
    assert_eq!(bench.status(without), PackageStatus::Created);

    bench.ship(with_address).unwrap();
    assert_eq!((bench.lines(), bench.contradictions()), (2, 0));
    assert_eq!(
        bench.number("SELECT gone AS number FROM shipping_batches"),
        1
    );
}

#[rstest]
fn arriving_goods_are_for_whoever_paid_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let nowhere = ConsigneeId::generate();
    let first = bench.sells("CLOCK", 2);
    let second = bench.sells_to(nowhere, "CLOCK", 2);
    let [third, fourth] = [bench.sells("CLOCK", 1), bench.sells("CLOCK", 1)];
    assert_eq!(bench.status(first), PackageStatus::AwaitingStock);
    assert!(bench.package(first).waits_for_stock());
    assert_eq!(bench.next_for("packer"), None);
    assert!(matches!(
        bench.ship(first),
        Err(ShipPackageError::AwaitsStock)
    ));

    bench.stocks("CLOCK", "one", 1, None).unwrap();
    assert_eq!(
        bench.lines(),
        0,
        "a single piece is not enough for the first"
    );
    bench.changes("one", 3, None).unwrap();
    assert_eq!(bench.status(first), PackageStatus::Created);
    assert_eq!(
        bench.status(third),
        PackageStatus::AwaitingStock,
        "it is not its turn"
    );
    assert_eq!(bench.available("ONE"), 1);
    let new = bench.sells("CLOCK", 1);
    assert_eq!(
        bench.status(new),
        PackageStatus::AwaitingStock,
        "nor the new one's"
    );

    bench.stocks("CLOCK", "two", 3, None).unwrap();
    let left = [bench.available("ONE"), bench.available("TWO")];
    assert_eq!(
        left,
        [0, 0],
        "the second's pieces are kept, wherever it lives"
    );
    assert_eq!(bench.status(second), PackageStatus::AwaitingAddress);
    assert_eq!(bench.status(third), PackageStatus::Created);
    assert_eq!(bench.status(fourth), PackageStatus::Created);
    assert_eq!(bench.status(new), PackageStatus::AwaitingStock);
    bench.lives_in(nowhere, "2 Main Street");
    assert_eq!(bench.status(second), PackageStatus::Created);
    assert_eq!(bench.contradictions(), 0);
}

#[rstest]
fn many_who_wait_are_served_by_one_arrival(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let consignee = ConsigneeId::generate();
    bench.lives_in(consignee, "1 Main Street");
    let packages: Vec<PackageId> = (0..230)
        .map(|_| bench.sells_to(consignee, "CLOCK", 1))
        .collect();
    bench.stocks("CLOCK", "one", 225, None).unwrap();
    for (number, package) in packages.into_iter().enumerate() {
        let expected = match number < 225 {
            true => PackageStatus::Created,
            false => PackageStatus::AwaitingStock,
        };
        assert_eq!(bench.status(package), expected, "{number}");
    }
}

#[rstest]
fn what_is_on_its_way_to_the_house_is_not_packed_before_it_arrives(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "ship", 2, day(9)).unwrap();
    let package = bench.sells("CLOCK", 1);
    let waiting = bench.package(package);
    assert_eq!(waiting.status, PackageStatus::AwaitingStock);
    assert!(waiting.waits_for_stock());
    let goods = waiting.goods.unwrap();
    assert_eq!((goods.batch, goods.expected), (Some(batch("ship")), day(9)));

    bench.changes("ship", 2, day(12)).unwrap();
    assert_eq!(bench.package(package).goods.unwrap().expected, day(12));
    bench.changes("ship", 2, None).unwrap();
    let arrived = bench.package(package);
    assert_eq!(
        (arrived.status, arrived.waits_for_stock()),
        (PackageStatus::Created, false)
    );
    assert_eq!(bench.next_for("packer"), Some(package));
    let told = bench.told();
    let of_package: Vec<_> = told
        .iter()
        .filter(|name| name.starts_with("shipping.package"))
        .collect();
    let expected = [
        "shipping.package_created",
        "shipping.package_awaits_stock",
        "shipping.package_awaits_stock",
        "shipping.package_ready",
    ];
    assert_eq!(of_package, expected.iter().collect::<Vec<_>>());
}

#[rstest]
fn whoever_loses_a_piece_waits_again_and_whoever_packs_it_stops(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 2, None).unwrap();
    let [first, second] = [bench.sells("CLOCK", 1), bench.sells("CLOCK", 1)];
    assert_eq!(bench.next_for("anna"), Some(first));
    assert_eq!(bench.next_for("ben"), Some(second));
    assert_eq!(
        bench.changes("one", 1, None).unwrap(),
        [OrderId::from(second.uuid())]
    );
    let lost = bench.package(second);
    assert_eq!(
        (lost.status, lost.packer),
        (PackageStatus::AwaitingStock, None)
    );
    assert!(matches!(
        bench.ship(second),
        Err(ShipPackageError::AwaitsStock)
    ));
    assert_eq!(bench.package(first).packer.as_deref(), Some("anna"));
    bench.stocks("CLOCK", "two", 1, None).unwrap();
    assert_eq!(bench.status(second), PackageStatus::Created);
    assert_eq!(bench.contradictions(), 0);
}

#[rstest]
fn whoever_loses_pieces_is_not_overtaken_by_a_smaller_order(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 5, None).unwrap();
    let [large, small] = [bench.sells("CLOCK", 5), bench.sells("CLOCK", 1)];
    bench.changes("one", 4, None).unwrap();
    for waiting in [large, small] {
        assert_eq!(bench.status(waiting), PackageStatus::AwaitingStock);
    }
    assert_eq!(bench.available("ONE"), 4);
    bench.changes("one", 6, None).unwrap();
    for served in [large, small] {
        assert_eq!(bench.status(served), PackageStatus::Created);
    }
}

#[rstest]
fn a_return_puts_the_piece_back_for_the_next(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, None).unwrap();
    let [first, second] = [bench.sells("CLOCK", 1), bench.sells("CLOCK", 1)];
    let early = bench.comes_back(first);
    assert!(matches!(early, Err(DeliverPackageError::NotShipped)));
    bench.ship(first).unwrap();
    assert_eq!(bench.status(second), PackageStatus::AwaitingStock);
    bench.comes_back(first).unwrap();
    assert_eq!(bench.status(first), PackageStatus::Returned);
    assert!(bench.package(first).ended_at.is_some());
    assert_eq!(bench.status(second), PackageStatus::Created);
    let again = bench.comes_back(first);
    assert!(matches!(again, Err(DeliverPackageError::AlreadyReturned)));
    assert_eq!((bench.lines(), bench.contradictions()), (1, 0));

    bench.ship(second).unwrap();
    bench
        .app
        .transactions()
        .run(|uow| bench.shipping.deliver(second, uow))
        .unwrap();
    let late = bench.comes_back(second);
    assert!(matches!(late, Err(DeliverPackageError::AlreadyDelivered)));
}

#[rstest]
fn whoever_wants_the_money_back_gives_up_the_turn(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, None).unwrap();
    let alice = ConsigneeId::generate();
    bench.lives_in(alice, "1 Main Street");
    let first = bench.sells_to(alice, "CLOCK", 2);
    let second = bench.sells("CLOCK", 1);
    let wait = |whose| bench.chooses(first, StockChoice::Wait, whose);
    let refund = |whose| bench.chooses(first, StockChoice::Refund, whose);
    let bob = Some(ConsigneeId::generate());
    for refused in [wait(bob), refund(bob)] {
        assert!(matches!(refused, Err(ChooseForPackageError::NotFound)));
    }
    wait(Some(alice)).unwrap();
    wait(Some(alice)).unwrap();
    assert_eq!(bench.package(first).choice, Some(StockChoice::Wait));
    assert_eq!(bench.status(second), PackageStatus::AwaitingStock);
    refund(Some(alice)).unwrap();
    refund(None).unwrap();
    assert_eq!(
        bench.status(second),
        PackageStatus::Created,
        "its turn has come"
    );
    assert!(matches!(
        wait(Some(alice)),
        Err(ChooseForPackageError::RefundChosen)
    ));
    let told = bench.told();
    let times = |name: &str| told.iter().filter(|told| **told == name).count();
    assert_eq!(times("shipping.package_kept_waiting"), 1);
    assert_eq!(times("shipping.package_refund_chosen"), 1);

    bench.stocks("CLOCK", "two", 9, None).unwrap();
    assert_eq!(bench.available("TWO"), 9, "nothing is kept for the first");
    bench.cancels(first).unwrap();
    bench.cancels(first).unwrap();
    let cancelled = bench.package(first);
    assert_eq!(cancelled.status, PackageStatus::Cancelled);
    assert!(matches!(
        bench.ship(first),
        Err(ShipPackageError::Cancelled)
    ));
    let served = bench.chooses(second, StockChoice::Refund, None);
    assert!(matches!(served, Err(ChooseForPackageError::NotWaiting)));
    bench.ship(second).unwrap();
    assert!(matches!(
        bench.cancels(second),
        Err(CancelPackageError::HasLeft)
    ));
    assert_eq!(bench.contradictions(), 0);
}

#[rstest]
fn a_cancelled_package_leaves_its_pieces_to_others(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, day(3)).unwrap();
    let [first, second] = [bench.sells("CLOCK", 1), bench.sells("CLOCK", 1)];
    bench.chooses(first, StockChoice::Refund, None).unwrap();
    assert_eq!(bench.package(second).goods.unwrap().expected, day(3));
    let third = bench.sells("CLOCK", 1);
    bench.cancels(second).unwrap();
    assert_eq!(bench.package(third).goods.unwrap().expected, day(3));
    assert_eq!((bench.lines(), bench.contradictions()), (1, 0));
}
